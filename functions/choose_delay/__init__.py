"""Choose when to contact."""
