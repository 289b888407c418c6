"""The report: results as one page for people, made of values alone."""
