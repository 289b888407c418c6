"""What customers have a right to: a copy of everything, and to be forgotten."""
