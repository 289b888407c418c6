"""From PutEvents to the recorded decision, and what hours of it do to memory."""
