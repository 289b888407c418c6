"""Decide what follows a touch."""
