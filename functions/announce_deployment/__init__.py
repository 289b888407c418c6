"""Announce what a deployment changes, before it takes effect."""
