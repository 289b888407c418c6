"""The two consoles: results go to `out` (stdout), progress and errors to `err` (stderr)."""

from rich.console import Console

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)
