"""Export decisions to the lake."""
