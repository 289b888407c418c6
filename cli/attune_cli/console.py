"""The two consoles: results go to `out` (stdout), progress and errors to `err` (stderr)."""

import sys

from rich.console import Console

WIDTH_WITHOUT_TERMINAL = 110

out = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL)
err = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else WIDTH_WITHOUT_TERMINAL)


def counted(number: int, one: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else f'{one}s'}"
