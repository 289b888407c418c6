"""Break things on purpose, and count what is lost: `python -m bench.faults` writes the table of docs/reliability.md."""
