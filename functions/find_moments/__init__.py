"""Find what is due."""
