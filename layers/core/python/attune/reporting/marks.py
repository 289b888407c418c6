"""Marks of the report as SVG: intervals, shares, and lines by week; coloured by the page's style, light and dark."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from attune.domain.results.effects import Week
from attune.domain.results.intervals import Share, Standardised

BAR_WIDTH, BAR_HEIGHT, PAD = 200, 22, 7
LEAST_REACH = 0.05
"""A plot of differences reaches at least to so large a difference on both sides, so that small ones look small."""


@dataclass(frozen=True)
class Frame:
    """The size of a plot; there is one for phones and one for everything wider."""

    kind: str
    width: int
    height: int
    left: int = 44
    right: int = 12
    top: int = 12
    bottom: int = 30


FRAMES = (Frame("wide", 900, 260), Frame("narrow", 360, 220))


def difference_bar(found: Standardised, reach: float, tone: str, *, limit: float = 0.0) -> str:
    """Return a difference as a dot on its interval, with no difference in the middle; `reach` is the scale's end.

    A `limit` is a dashed line on both sides.
    """
    half = BAR_WIDTH / 2 - PAD

    def at(value: float) -> float:
        return BAR_WIDTH / 2 + half * max(-1.0, min(1.0, value / reach))

    middle = BAR_HEIGHT / 2
    limits = "".join(
        f'<line class="limit" x1="{at(side):.1f}" y1="2" x2="{at(side):.1f}" y2="{BAR_HEIGHT - 2}"/>'
        for side in ((-limit, limit) if limit else ())
    )
    return (
        f'<svg class="bar {tone}" width="{BAR_WIDTH}" height="{BAR_HEIGHT}" viewBox="0 0 {BAR_WIDTH} {BAR_HEIGHT}" aria-hidden="true">'
        f'<line class="zero" x1="{BAR_WIDTH / 2}" y1="1" x2="{BAR_WIDTH / 2}" y2="{BAR_HEIGHT - 1}"/>{limits}'
        f'<line class="interval" x1="{at(found.low):.1f}" y1="{middle}" x2="{at(found.high):.1f}" y2="{middle}"/>'
        f'<circle cx="{at(found.value):.1f}" cy="{middle}" r="5"/></svg>'
    )


def reach_of(found: Sequence[Standardised]) -> float:
    """Return how far a plot of these differences has to reach to either side."""
    return max([LEAST_REACH, *(max(abs(one.low), abs(one.high)) for one in found)])


def share_bar(share: Share, top: float = 1.0, tone: str = "") -> str:
    """Return a share as a bar from nothing, with its interval over it; `top` is the scale's end."""
    width = BAR_WIDTH - 2 * PAD

    def at(value: float) -> float:
        return PAD + width * min(1.0, value / (top or 1.0))

    middle = BAR_HEIGHT / 2
    return (
        f'<svg class="bar {tone}" width="{BAR_WIDTH}" height="{BAR_HEIGHT}" viewBox="0 0 {BAR_WIDTH} {BAR_HEIGHT}" aria-hidden="true">'
        f'<rect class="track" x="{PAD}" y="6" width="{width}" height="10" rx="3"/>'
        f'<rect class="fill" x="{PAD}" y="6" width="{max(at(share.value) - PAD, 1):.1f}" height="10" rx="3"/>'
        f'<line class="interval" x1="{at(share.low):.1f}" y1="{middle}" x2="{at(share.high):.1f}" y2="{middle}"/></svg>'
    )


def count_bar(number: int, top: int) -> str:
    """Return a number as a bar; `top` is the largest of its column."""
    width = max(2.0, (BAR_WIDTH - 2 * PAD) * number / (top or 1))
    return (
        f'<svg class="bar" width="{BAR_WIDTH}" height="{BAR_HEIGHT}" viewBox="0 0 {BAR_WIDTH} {BAR_HEIGHT}" aria-hidden="true">'
        f'<rect class="fill" x="{PAD}" y="5" width="{width:.1f}" height="12" rx="3"/></svg>'
    )


def week_lines(weeks: Sequence[Week]) -> str:
    """Return the shares by week: answered people as a line in its band, people held out as dots with their intervals."""
    return "".join(_week_plot(weeks, frame) for frame in FRAMES)


def _week_plot(weeks: Sequence[Week], frame: Frame) -> str:
    known = [one for week in weeks for one in (week.treated, week.held_out) if one]
    top = _round_up(max(one.high for one in known))
    inner = frame.width - frame.left - frame.right
    tall = frame.height - frame.top - frame.bottom

    def x(number: int) -> float:
        return frame.left + inner * (number + 0.5) / len(weeks)

    def y(value: float) -> float:
        return frame.top + tall * (1 - value / top)

    parts = [
        f'<line class="grid" x1="{frame.left}" x2="{frame.width - frame.right}" y1="{y(mark):.1f}" y2="{y(mark):.1f}"/>'
        f'<text class="end" x="{frame.left - 6}" y="{y(mark) + 4:.1f}">{100 * mark:.3g} %</text>'
        for mark in (top * step / 4 for step in range(5))
    ]
    step = max(1, -(-len(weeks) * 48 // inner))
    for number, week in enumerate(weeks):
        if number % step == 0:
            day = week.monday
            parts.append(f'<text class="mid" x="{x(number):.1f}" y="{frame.height - 8}">{day.day} {day:%b}</text>')
    parts += [_band(run, x, y) for run in _runs(weeks)]
    for number, week in enumerate(weeks):
        told = week.held_out
        if told:
            at = x(number) + 4
            parts.append(
                f'<line class="held" x1="{at:.1f}" x2="{at:.1f}" y1="{y(told.low):.1f}" y2="{y(told.high):.1f}"/>'
                f'<rect class="held" x="{at - 4:.1f}" y="{y(told.value) - 4:.1f}" width="8" height="8"/>'
            )
    title = escape("Friction-adjusted conversion by week, answered and held out")
    return (
        f'<svg class="plot {frame.kind}" viewBox="0 0 {frame.width} {frame.height}" role="img" aria-label="{title}">'
        f"{''.join(parts)}</svg>"
    )


def _band(run: Sequence[tuple[int, Share]], x: Callable[[int], float], y: Callable[[float], float]) -> str:
    upper = " ".join(f"{x(number):.1f},{y(one.high):.1f}" for number, one in run)
    lower = " ".join(f"{x(number):.1f},{y(one.low):.1f}" for number, one in reversed(run))
    line = " ".join(f"{x(number):.1f},{y(one.value):.1f}" for number, one in run)
    dots = "".join(f'<circle cx="{x(number):.1f}" cy="{y(one.value):.1f}" r="4"/>' for number, one in run)
    return f'<polygon class="band" points="{upper} {lower}"/><polyline class="line" points="{line}"/>{dots}'


def _runs(weeks: Sequence[Week]) -> list[list[tuple[int, Share]]]:
    """Return the stretches of weeks in a row of which the answered people's share is known."""
    runs: list[list[tuple[int, Share]]] = [[]]
    for number, week in enumerate(weeks):
        if week.treated:
            runs[-1].append((number, week.treated))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _round_up(value: float) -> float:
    """Return a round share that is no smaller, so that its quarters are round as well."""
    return next((mark for mark in (0.02, 0.04, 0.08, 0.2, 0.4, 0.6, 0.8) if mark >= value), 1.0)
