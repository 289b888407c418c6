"""The Lambda functions: one folder, one job each."""
