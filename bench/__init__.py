"""Measurements: ratios and counts in one run, never asserted as times."""
