"""The `attune` command line: run it locally, publish events, ask what was decided."""
