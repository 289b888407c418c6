"""Plan a touch."""
