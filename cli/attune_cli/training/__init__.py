"""Learning the drop-off model from a table of visits, and judging it."""
