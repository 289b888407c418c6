"""Make a contact."""
