"""What a cold start costs."""
