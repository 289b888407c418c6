"""Seal the decisions of each day."""
