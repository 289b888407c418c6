"""Whether somebody wants to be left in peace."""
