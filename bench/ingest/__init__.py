"""What taking events in costs."""
