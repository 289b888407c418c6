"""Fairness on the command line: reading, tables, a page."""
