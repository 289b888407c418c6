"""The report on the command line: reading, a short table, pictures."""
