"""Draw a score as a waterfall: every reason a bar from where the last one ended, as one page without any script."""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

from attune.domain.friction import BASELINE, CEILING, DROPOFF, HELD_BELOW_HIGH, FrictionScore, Term
from attune.domain.friction_levels import Level
from attune_cli.explaining.sessions import Explained

SMALLEST = 0.05
"""Terms that move the log-odds by less are drawn as one bar, and told as one line."""
WIDTH, LABEL, ROW, TOP = 880, 330, 34, 46
CHART = WIDTH - LABEL - 70

STYLE = """
:root { color-scheme: light dark; --ink: #1d2330; --soft: #5b6475; --line: #d8dce4; --paper: #fff;
  --up: #b3412e; --down: #2b6f5b; --rest: #8a93a5 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf1; --soft: #a4adbd; --line: #3a4150; --paper: #171a21;
  --up: #e58a77; --down: #6fc3a8; --rest: #8a93a5 } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 900px; margin: 0 auto; padding: 2rem 1rem }
h1 { font-size: 1.4rem; margin: 0 0 .25rem } p { margin: .25rem 0 1rem; color: var(--soft) }
.level { font-weight: 700; color: var(--ink) } .wide { overflow-x: auto }
summary { cursor: pointer; margin-top: 1.5rem } svg { display: block; min-width: 640px; width: 100%; height: auto } svg text { fill: var(--ink); font-size: 13px }
svg .soft { fill: var(--soft); font-size: 12px } .up { fill: var(--up) } .down { fill: var(--down) }
.rest { fill: var(--rest) } .grid { stroke: var(--line) } .edge { stroke: var(--soft); stroke-dasharray: 3 3 }
table { border-collapse: collapse; width: 100%; margin-top: 1.5rem; font-size: .9rem }
th, td { text-align: left; padding: .35rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
"""


@dataclass(frozen=True)
class Bar:
    """One step of the waterfall, from one sum of log-odds to the next."""

    label: str
    start: float
    end: float
    kind: str


def bars(friction: FrictionScore) -> list[Bar]:
    """Return the steps: the baseline, the terms by weight, the small ones as one, and what holds the sum down last."""
    last = [term for term in friction.terms if term.term in {HELD_BELOW_HIGH, CEILING}]
    first = [term for term in friction.terms if term.term == BASELINE]
    middle = [term for term in friction.terms if term not in last and term not in first]
    large = sorted((t for t in middle if abs(t.contribution) >= SMALLEST), key=lambda t: -abs(t.contribution))
    small = sum(term.contribution for term in middle if abs(term.contribution) < SMALLEST)
    steps = [(in_short(term), term.contribution, "rest" if term in first else "") for term in (*first, *large)]
    if small:
        steps.append(("Everything smaller, together", small, ""))
    steps += [(term.sentence, term.contribution, "") for term in last]
    drawn, at = [], 0.0
    for label, contribution, kind in steps:
        drawn.append(Bar(label, at, at + contribution, kind or ("up" if contribution > 0 else "down")))
        at += contribution
    return drawn


def page(explained: Explained, floors: Sequence[tuple[Level, float]]) -> str:
    """Return the whole page; nothing in it is fetched from anywhere."""
    friction = explained.friction
    title = f"Friction {friction.score:.2f}, {friction.level}"
    told = html.escape(f"Session {explained.session_id}, {explained.signals} signals, model {friction.model_version}")
    rows = "".join(_row(term) for term in friction.terms)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{html.escape(title)}</title><style>{STYLE}</style></head><body><main>
<h1>Friction {friction.score:.2f}: <span class="level">{friction.level}</span></h1>
<p>{told}. Bars to the right make the score higher, bars to the left lower; together they are the score.</p>
<div class="wide">{_chart(bars(friction), floors, title)}</div>
<details><summary>All {len(friction.terms)} terms</summary><table><thead><tr><th>Term</th><th class="number">Value</th><th class="number">Log-odds</th><th>In words</th></tr></thead>
<tbody>{rows}</tbody><tfoot><tr><th colspan="2">Sum, the logit of {friction.score:.4f}</th>
<th class="number">{sum(term.contribution for term in friction.terms):+.4f}</th><th></th></tr></tfoot></table></details>
</main></body></html>
"""


def _chart(steps: Sequence[Bar], floors: Sequence[tuple[Level, float]], title: str) -> str:
    edges = [_logit(floor) for _, floor in floors]
    places = [*edges, *(bar.start for bar in steps), *(bar.end for bar in steps)]
    low, high = min(places) - 0.3, max(places) + 0.3

    def x(value: float) -> float:
        return LABEL + (value - low) / (high - low) * CHART

    height = TOP + ROW * len(steps) + 30
    lines = [
        f'<line class="edge" x1="{x(edge):.1f}" x2="{x(edge):.1f}" y1="{TOP - 12}" y2="{height - 24}"/>'
        f'<text class="soft" text-anchor="middle" x="{x(edge):.1f}" y="{TOP - 20}">{level} {floor:g}</text>'
        for (level, floor), edge in zip(floors, edges, strict=True)
    ]
    for number, bar in enumerate(steps):
        y = TOP + ROW * number
        left, right = sorted((x(bar.start), x(bar.end)))
        lines.append(
            f'<text x="0" y="{y + 18}">{html.escape(_cut(bar.label))}<title>{html.escape(bar.label)}</title></text>'
            f'<rect class="{bar.kind}" x="{left:.1f}" y="{y + 4}" width="{max(right - left, 1.5):.1f}" height="20" rx="2"/>'
            f'<text x="{right + 6:.1f}" y="{y + 19}">{bar.end - bar.start:+.2f}</text>'
        )
        if number + 1 < len(steps):
            at = x(bar.end)
            lines.append(f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{y + 4}" y2="{y + ROW + 24}"/>')
    svg = f'<svg role="img" aria-label="{html.escape(title)}" viewBox="0 0 {WIDTH} {height}">'
    return svg + "".join(lines) + "</svg>"


def _row(term: Term) -> str:
    cells = (term.term.removeprefix(DROPOFF), shown(term), f"{term.contribution:+.4f}", term.sentence)
    name, value, weight, words = map(html.escape, cells)
    return f'<tr><td>{name}</td><td class="number">{value}</td><td class="number">{weight}</td><td>{words}</td></tr>'


def in_short(term: Term) -> str:
    """Return a reason without what the colour of its bar says as well."""
    return term.sentence.partition(": such visits")[0].partition(", taken together")[0].rstrip(".")


def shown(term: Term) -> str:
    """Return a term's value as people read it; nothing where it has none."""
    values = term.value if isinstance(term.value, tuple) else (term.value,)
    return " / ".join("?" if value is None else f"{value:g}" for value in values) if term.value is not None else ""


def _cut(text: str, longest: int = 50) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _logit(score: float) -> float:
    return math.log(score / (1 - score))
