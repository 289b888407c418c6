"""Serve a site its notes and hints, and take answers."""
