"""Fairness as part of a page: a fragment for the report, a page of its own, and the data behind both."""

from collections.abc import Iterable
from html import escape
from itertools import groupby
from typing import Any

from attune.domain.clock import format_instant
from attune.domain.fairness import Dimension
from attune.domain.fairness_judging import Comparison, FairnessDay, Verdict, leading
from attune.domain.fairness_rates import Estimate
from attune.domain.fairness_tables import about
from attune.domain.fairness_wording import VERDICTS, explained, finding, name_of, reasons, title
from attune_cli.fairness.tables import cells, headline, kept_back, period

WIDTH, HEIGHT, PAD = 260, 26, 8
LEAST_SCALE = 0.15
"""A plot reaches at least to so large a difference on both sides, so that small ones look small."""


def fairness_page(day: FairnessDay) -> str:
    """Return a page of its own."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Fairness</title>'
        f"<style>{PAGE_STYLE}{FAIRNESS_STYLE}</style></head><body><main>{fairness_fragment(day)}</main></body></html>\n"
    )


def fairness_fragment(day: FairnessDay) -> str:
    """Return the part for a report: a section that needs `FAIRNESS_STYLE` and nothing else."""
    told = "".join(_told(one) for one in (*leading(day.those(Verdict.GAP)), *leading(day.those(Verdict.EXPLAINED))))
    tables = "".join(
        _table(dimension, tuple(own)) for dimension, own in groupby(day.comparisons, key=lambda one: one.dimension)
    )
    notes = "".join(f"<li>{escape(line)}</li>" for line in kept_back(day))
    return (
        f'<section class="fairness"><h2>Fairness</h2><p class="fairness-headline">{escape(headline(day))}</p>'
        f"<p class=fairness-quiet>{escape(period(day))}</p>{told}{tables}<ul class=fairness-quiet>{notes}"
        "<li>Dots and bars: the difference between people alike in playbook and friction, in points, with its 95 % interval; "
        "for delays, how much more often people of the group wait longer than shorter. Dashed lines: the limits. A gap is outside them "
        "and credible after all comparisons of the day.</li></ul></section>"
    )


def fairness_data(day: FairnessDay) -> dict[str, Any]:
    """Return the look as plain data."""
    return {
        "as_of": format_instant(day.at),
        "since": format_instant(day.since),
        "until": format_instant(day.until),
        "level": day.level,
        "rules": day.rules.version,
        "headline": headline(day),
        "comparisons": [_as_data(one) for one in day.comparisons],
        "kept_back": kept_back(day),
    }


def _as_data(one: Comparison) -> dict[str, Any]:
    return {
        "measure": one.measure.value,
        "outcome": one.outcome,
        "by": one.dimension.value,
        "group": one.group,
        "against": list(one.against),
        "people": about(one.people),
        "others": about(one.others),
        "left_out": about(one.left_out),
        "own": one.own.value if one.own else None,
        "others_own": one.others_own.value if one.others_own else None,
        "difference": _estimate(one.difference),
        "ratio": _estimate(one.ratio),
        "p": one.p if one.difference else None,
        "adjusted": one.adjusted if one.difference else None,
        "limit": one.limit,
        "verdict": one.verdict.value,
        "finding": finding(one),
        "explained": explained(one),
        "reasons": reasons(one),
    }


def _estimate(estimate: Estimate | None) -> dict[str, float] | None:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high} if estimate else None


def _told(one: Comparison) -> str:
    kind = one.verdict.value
    what = f"{VERDICTS[one.verdict]}: {title(one)} by {one.dimension}, {name_of(one.group)}"
    texts = "".join(f"<p>{escape(text)}</p>" for text in (finding(one), explained(one), reasons(one)) if text)
    return f'<div class="fairness-told {kind}"><h3>{escape(what.capitalize())}</h3>{texts}</div>'


def _table(dimension: Dimension, own: tuple[Comparison, ...]) -> str:
    scale = _scale(own)
    rows = "".join(_row(one, scale) for one in own)
    return (
        f"<h3>By {escape(dimension)}</h3><div class=fairness-scroll tabindex=0><table><thead><tr>"
        "<th class=left>measure</th><th class=left>group</th><th>people</th><th>others</th><th>group</th><th>others</th>"
        "<th class=left>difference</th><th>points (95 %)</th><th>times</th><th>chance</th><th class=left>verdict</th>"
        f"</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(one: Comparison, scale: float) -> str:
    people, others, mine, theirs, difference, times, chance, verdict = cells(one)
    plot = _plot(one, scale) if one.difference else ""
    return (
        f'<tr class="{one.verdict.value}"><th class=left>{escape(title(one))}</th>'
        f"<td class=left>{escape(name_of(one.group))}</td><td>{people}</td><td>{others}</td><td>{mine}</td><td>{theirs}</td>"
        f"<td class=left>{plot}</td><td>{escape(difference)}</td><td>{times}</td><td>{escape(chance)}</td>"
        f"<td class=left>{escape(verdict)}</td></tr>"
    )


def _scale(own: Iterable[Comparison]) -> float:
    """Return the largest difference that has to fit, to either side."""
    known = [one for one in own if one.difference]
    reach = [max(abs(one.difference.low), abs(one.difference.high), one.limit) for one in known if one.difference]
    return max([LEAST_SCALE, *reach])


def _plot(one: Comparison, scale: float) -> str:
    assert one.difference is not None  # noqa: S101 - only what was compared is drawn
    middle = HEIGHT / 2
    half = WIDTH / 2 - PAD

    def at(value: float) -> float:
        return WIDTH / 2 + half * max(-1.0, min(1.0, value / scale))

    low, dot, high = at(one.difference.low), at(one.difference.value), at(one.difference.high)
    limits = "".join(
        f'<line class=limit x1="{at(side):.1f}" y1="3" x2="{at(side):.1f}" y2="{HEIGHT - 3}"/>'
        for side in (-one.limit, one.limit)
    )
    return (
        f'<svg width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">'
        f'<line class=zero x1="{WIDTH / 2}" y1="0" x2="{WIDTH / 2}" y2="{HEIGHT}"/>{limits}'
        f'<line class=interval x1="{low:.1f}" y1="{middle}" x2="{high:.1f}" y2="{middle}"/>'
        f'<circle cx="{dot:.1f}" cy="{middle}" r="5"/></svg>'
    )


PAGE_STYLE = """
body { margin: 0; background: Canvas; color: CanvasText; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 16px 24px; }
"""
FAIRNESS_STYLE = """
:root { color-scheme: light dark; }
.fairness { --ink: #1c2430; --soft: #5b6675; --line: #dde3ea; --blue: #2f6fbb; --red: #b3261e; --amber: #8a5200;
  color: var(--ink); }
@media (prefers-color-scheme: dark) { .fairness { --ink: #e8ecf1; --soft: #9aa6b5; --line: #2c3440; --blue: #7fb2f0;
  --red: #ff8a80; --amber: #f0b35a; } }
.fairness-headline { font-size: 20px; font-weight: 600; margin-bottom: 0; } .fairness-quiet { color: var(--soft); }
.fairness p.fairness-quiet { margin-top: 0; }
.fairness-told { border-left: 4px solid var(--amber); padding: 4px 16px; margin: 16px 0; }
.fairness-told.gap { border-color: var(--red); } .fairness-told h3, .fairness-told p { margin: 4px 0; }
.fairness-scroll { overflow-x: auto; }
.fairness table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
.fairness th, .fairness td { padding: 2px 8px; text-align: right; border-bottom: 1px solid var(--line); font-weight: 400;
  white-space: nowrap; }
.fairness thead th { color: var(--soft); } .fairness .left { text-align: left; }
.fairness tbody th { font-weight: 600; } .fairness tr.too_few { color: var(--soft); }
.fairness tr.gap td, .fairness tr.gap th { color: var(--red); font-weight: 600; }
.fairness tr.explained td, .fairness tr.open td { color: var(--amber); }
.fairness svg { vertical-align: middle; } .fairness .zero { stroke: var(--soft); } .fairness .limit { stroke: var(--soft);
  stroke-dasharray: 3 3; } .fairness .interval { stroke: var(--blue); stroke-width: 3; } .fairness circle { fill: var(--blue); }
.fairness tr.gap .interval { stroke: var(--red); } .fairness tr.gap circle { fill: var(--red); }
.fairness tr.explained .interval, .fairness tr.open .interval { stroke: var(--amber); }
.fairness tr.explained circle, .fairness tr.open circle { fill: var(--amber); }
@media print { .fairness-scroll { overflow: visible; } .fairness tr, .fairness-told { break-inside: avoid; } }
"""
