"""The stage with IAM enforced."""
