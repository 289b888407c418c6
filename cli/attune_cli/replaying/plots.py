"""Plots of two versions beside one another, as SVG: bars by hour, and pairs of bars by name."""

from collections.abc import Mapping, Sequence
from html import escape

from attune_cli.simulating.charts import round_marks

WIDTH, HEIGHT = 860, 260
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 30, 40
NAME_WIDTH, FIGURE_WIDTH, THICK, GAP = 250, 130, 13, 12
SIDES = ("before", "after")


def bars(by_hour: Mapping[str, Sequence[int]]) -> str:
    """Return two bars for each hour of the day."""
    highest = max((value for side in SIDES for value in by_hour[side]), default=0)
    if not highest:
        return "<p>No messages.</p>"
    marks = [mark for mark in round_marks(0, highest) if float(mark).is_integer()]
    top = max(*marks, highest)
    hours = len(by_hour["before"])
    step = (WIDTH - LEFT - RIGHT) / hours
    tall = HEIGHT - TOP - BOTTOM
    parts = [_legend()]
    for mark in marks:
        y = TOP + tall * (1 - mark / top)
        kind = "grid" if mark else "axis"
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="{kind}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" class="tick end">{mark:,.0f}</text>')
    for hour in range(hours):
        for place, side in enumerate(SIDES):
            value = by_hour[side][hour]
            height = tall * value / top
            x = LEFT + hour * step + 3 + place * (step - 6) / 2
            parts.append(
                f'<rect x="{x:.1f}" y="{TOP + tall - height:.1f}" width="{(step - 6) / 2:.1f}" height="{height:.1f}" '
                f'class="{side}"><title>{hour}:00, {side}: {value}</title></rect>'
            )
        parts.append(
            f'<text x="{LEFT + (hour + 0.5) * step:.1f}" y="{HEIGHT - BOTTOM + 16}" class="tick mid">{hour}</text>'
        )
    parts.append(
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 6}" class="tick mid">hour of the day where the customer is</text>'
    )
    return _svg(parts, HEIGHT, "messages by local hour")


def pairs(rows: Sequence[tuple[str, int, int]]) -> str:
    """Return two lying bars for each name, with their figures."""
    highest = max((max(before, after) for _, before, after in rows), default=0)
    if not highest:
        return "<p>None.</p>"
    room = WIDTH - NAME_WIDTH - FIGURE_WIDTH
    step = 2 * THICK + GAP
    parts = [_legend()]
    for number, (name, *values) in enumerate(rows):
        y = TOP + number * step
        parts.append(f'<text x="{NAME_WIDTH - 10}" y="{y + THICK + 5}" class="name end">{escape(name)}</text>')
        for place, (side, value) in enumerate(zip(SIDES, values, strict=True)):
            width = room * value / highest
            at = y + place * THICK
            parts.append(f'<rect x="{NAME_WIDTH}" y="{at}" width="{width:.1f}" height="{THICK - 1}" class="{side}"/>')
            parts.append(f'<text x="{NAME_WIDTH + width + 6:.1f}" y="{at + 10}" class="tick">{value:,}</text>')
    return _svg(parts, TOP + len(rows) * step, "before and after, by name")


def _legend() -> str:
    return "".join(
        f'<rect x="{LEFT + 90 * place}" y="6" width="12" height="12" class="{side}"/>'
        f'<text x="{LEFT + 90 * place + 18}" y="16" class="name">{side}</text>'
        for place, side in enumerate(SIDES)
    )


def _svg(parts: Sequence[str], height: float, label: str) -> str:
    body = "\n".join(parts)
    return f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(label)}">\n{body}\n</svg>'
