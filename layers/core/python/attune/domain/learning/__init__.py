"""What is learnt of what came of messages: policies, evidence, experiments."""
