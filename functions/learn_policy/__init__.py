"""Keep what the log says about contacts as evidence."""
