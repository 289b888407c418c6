"""Ask the log named questions, and whether it is whole."""
