"""Look at sessions that went quiet."""
