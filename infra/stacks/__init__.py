"""The three stacks: what is kept, what works, what watches."""
