"""How long the named queries take."""
