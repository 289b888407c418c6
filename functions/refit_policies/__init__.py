"""Work out every night what the policy may believe."""
