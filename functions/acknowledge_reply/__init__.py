"""Tell whoever wrote that it has arrived."""
