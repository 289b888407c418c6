"""Charts as SVG, drawn by hand: lines by hour or day, and shares by day."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import accumulate

COLOURS = {
    "no_messages": "#6b6b6b",
    "fixed_delay": "#0072b2",
    "fixed_1_hour": "#d55e00",
    "send_always": "#cc79a7",
    "adaptive": "#009e73",
}
"""Told apart also by people who see few colours (after Okabe and Ito)."""
SHADES = ("#00513b", "#009e73", "#8fd9c0", "#d9d9d9", "#b0b0b0", "#888888")
WIDTH, HEIGHT = 860, 280
LEFT, RIGHT, TOP, BOTTOM = 56, 130, 16, 40

type Series = Mapping[str, tuple[str, str, Sequence[float]]]
"""By key: name, colour, values."""


def lines(series: Series, *, x_title: str, y_title: str, x_step: int) -> str:
    """Return lines over whole numbers from 0 on, each named at its end."""
    values = [value for _, _, row in series.values() for value in row] or [0.0]
    low, high = min(0.0, *values), max(0.0, *values)
    marks = round_marks(low, high)
    low, high = min(low, marks[0]), max(high, marks[-1])
    count = max((len(row) for _, _, row in series.values()), default=1)

    def x(at: float) -> float:
        return LEFT + at * (WIDTH - LEFT - RIGHT) / max(1, count - 1)

    def y(value: float) -> float:
        return TOP + (high - value) * (HEIGHT - TOP - BOTTOM) / (high - low or 1)

    parts = [_grid(y(mark), f"{mark:,g}", strong=mark == 0) for mark in marks]
    parts += [_below(x(at), str(at)) for at in range(0, count, x_step)]
    for name, colour, row in series.values():
        points = " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value in enumerate(row))
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.2"><title>{escape(name)}</title></polyline>'
        )
    ends = {key: y(row[-1]) for key, (_, _, row) in series.items() if row}
    for key, at in _apart(ends).items():
        name, colour, _ = series[key]
        parts.append(
            f'<text x="{WIDTH - RIGHT + 8}" y="{at + 4:.1f}" fill="{colour}" class="name">{escape(name)}</text>'
        )
    return _svg(parts, x_title=x_title, y_title=y_title)


def shares(rows: Sequence[Mapping[str, int]], names: Sequence[str], labels: Sequence[str]) -> str:
    """Return one column for each row, filled from the bottom by what each name's share of it is."""
    step = (WIDTH - LEFT - RIGHT) / max(1, len(rows))
    tall = HEIGHT - TOP - BOTTOM
    parts = [_grid(TOP + tall * (1 - mark / 100), f"{mark} %", strong=mark == 0) for mark in (0, 25, 50, 75, 100)]
    for number, row in enumerate(rows):
        total = sum(row.values())
        tops = accumulate((row.get(name, 0) / total if total else 0.0 for name in names), initial=0.0)
        edges = list(tops)
        for place, name in enumerate(names):
            bottom, top = edges[place], edges[place + 1]
            parts.append(
                f'<rect x="{LEFT + number * step + 1:.1f}" y="{TOP + tall * (1 - top):.1f}" width="{step - 2:.1f}" '
                f'height="{tall * (top - bottom):.1f}" fill="{SHADES[place % len(SHADES)]}">'
                f"<title>{escape(name)}: {row.get(name, 0)} of {total}</title></rect>"
            )
        parts.append(_below(LEFT + (number + 0.5) * step, labels[number]))
        if not total:
            parts.append(
                f'<text x="{LEFT + (number + 0.5) * step:.1f}" y="{TOP + tall - 6}" class="tick mid">none</text>'
            )
    for place, name in enumerate(names):
        at = TOP + 10 + 22 * place
        parts.append(
            f'<rect x="{WIDTH - RIGHT + 12}" y="{at}" width="14" height="14" fill="{SHADES[place % len(SHADES)]}"/>'
        )
        parts.append(f'<text x="{WIDTH - RIGHT + 32}" y="{at + 12}" class="name">{escape(name)}</text>')
    return _svg(parts, x_title="day of the choice", y_title="share of choices")


def round_marks(low: float, high: float) -> list[float]:
    """Return four to nine round numbers over a range."""
    span = (high - low) or 1.0
    size = next(step * 10**power for power in range(-3, 9) for step in (1, 2, 5) if span / (step * 10**power) <= 6)  # noqa: PLR2004 - as many lines as are read easily
    first, last = int(low // size), int(-(-high // size))
    return [number * size for number in range(first, last + 1)]


def _apart(ends: Mapping[str, float], room: float = 17) -> dict[str, float]:
    """Move labels apart, so that none lies on another."""
    placed: dict[str, float] = {}
    last = -room
    for key in sorted(ends, key=lambda key: ends[key]):
        last = placed[key] = max(ends[key], last + room)
    over = max(0.0, last - (HEIGHT - BOTTOM + 8))
    return {key: at - over for key, at in placed.items()}


def _grid(y: float, label: str, *, strong: bool) -> str:
    kind = "axis" if strong else "grid"
    return (
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="{kind}"/>'
        f'<text x="{LEFT - 8}" y="{y + 4:.1f}" class="tick end">{label}</text>'
    )


def _below(x: float, label: str) -> str:
    return f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" class="tick mid">{escape(label)}</text>'


def _svg(parts: Sequence[str], *, x_title: str, y_title: str) -> str:
    body = "\n".join(parts)
    middle = LEFT + (WIDTH - LEFT - RIGHT) / 2
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(y_title)} by {escape(x_title)}">\n{body}\n'
        f'<text x="{middle:.0f}" y="{HEIGHT - 4}" class="tick mid">{escape(x_title)}</text>\n</svg>'
    )
