"""Marks that every mail client draws: bars made of table cells, since a mail's pictures are blocked and its SVG is dropped."""

from itertools import groupby

from attune.domain.results.intervals import Standardised

STEPS = 100
"""A bar is so many steps wide, in per cent of what there is room for."""
COLOURS = {"track": "#e3e8ee", "zero": "#566272", "good": "#7fb894", "bad": "#e39a94", "open": "#aab4c0"}
"""What a bar is painted in; the text beside it says the same in words."""
DOTS = {"good": "#1b6e3c", "bad": "#b3261e", "open": "#1b232d"}
HEIGHT = 14


def bar(found: Standardised, reach: float, tone: str) -> str:
    """Return a difference on its interval, with no difference in the middle; `reach` is the scale's end to either side."""
    cells = "".join(
        f'<td width="{len(list(run))}%" height="{HEIGHT}" bgcolor="{colour}" style="font-size:1px;line-height:1px">&nbsp;</td>'
        for colour, run in groupby(_painted(found, reach, tone))
    )
    return (
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" aria-hidden="true" '
        f'style="table-layout:fixed"><tr>{cells}</tr></table>'
    )


def _painted(found: Standardised, reach: float, tone: str) -> list[str]:
    """Return the colour of each step."""

    def at(value: float) -> int:
        return min(STEPS - 1, max(0, round((1 + value / reach) * (STEPS - 1) / 2)))

    steps = [COLOURS["track"]] * STEPS
    low, high = at(found.low), at(found.high)
    steps[low : high + 1] = [COLOURS[tone]] * (high + 1 - low)
    steps[at(0.0)] = COLOURS["zero"]
    for step in (at(found.value), at(found.value) + 1):
        steps[min(STEPS - 1, step)] = DOTS[tone]
    return steps
