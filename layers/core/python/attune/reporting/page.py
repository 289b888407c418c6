"""The shell of every page: one file that loads nothing, for phones, desks, paper, light and dark."""

from html import escape

from attune.reporting.style import STYLE


def page(title: str, *parts: str) -> str:
    """Return a page of HTML parts."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>{''.join(parts)}</main></body></html>\n"
    )


def heading(above: str, title: str, below: str) -> str:
    """Return the head of a page: its title, and a quiet line above and below."""
    return f'<header><p class="quiet">{escape(above)}</p><h1>{escape(title)}</h1><p class="quiet">{escape(below)}</p></header>'
