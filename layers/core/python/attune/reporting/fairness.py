"""Fairness on a page: each gap in words, and comparisons as tables; in the report those worth a look, on a page of its own all."""

from collections.abc import Iterable
from html import escape
from itertools import groupby

from attune.domain.fairness.judging import Comparison, FairnessDay, Verdict, leading
from attune.domain.fairness.rates import Estimate
from attune.domain.fairness.wording import VERDICTS, explained, finding, name_of, reasons, title
from attune.domain.results.intervals import Share, Standardised
from attune.domain.results_friction import FrictionByGroup
from attune.reporting.fairness_friction import friction_by_group
from attune.reporting.fairness_words import WORTH_A_ROW, cells, headline, kept_back, period
from attune.reporting.marks import difference_bar, reach_of
from attune.reporting.page import page
from attune.reporting.tables import Html, paragraph, section, table

MOST = 12
"""So many comparisons are shown in the report."""
HEADINGS = ("what", "by", "group", "difference in points (95\N{NO-BREAK SPACE}%)", "", "verdict")
EVERY = (
    "what",
    "group",
    "people",
    "others",
    "of the group",
    "of the others",
    "difference in points (95\N{NO-BREAK SPACE}%)",
    "",
    "times",
    "chance",
    "verdict",
)
TONES = {Verdict.GAP: "bad", Verdict.EXPLAINED: "warn", Verdict.OPEN: "warn"}
HOW_TO_READ = (
    "Dots and bars: the difference between people alike in playbook and friction, in points, with its 95 % interval; for delays, how "
    "much more often people of the group wait longer than shorter. Dashed lines: the limits. A gap is outside them and credible "
    "after all comparisons of the day."
)


def fairness_page(day: FairnessDay) -> str:
    """Return a page with every comparison of a look."""
    return page("Fairness", fairness_section(day, everything=True))


def fairness_section(
    day: FairnessDay | None, friction: FrictionByGroup | None = None, *, everything: bool = False
) -> str:
    """Return what the latest look found, and beside it how hard it looked for groups."""
    if day is None:
        return section("fairness", "Fairness", paragraph("There was no look at fairness."))
    worth = sorted((one for one in day.comparisons if one.verdict in WORTH_A_ROW and one.difference), key=_order)[:MOST]
    hidden = 0 if everything else len(day.comparisons) - len(worth)
    return section(
        "fairness",
        "Fairness",
        f"<p><strong>{escape(headline(day))}</strong></p>",
        paragraph(period(day), "quiet"),
        *(_told(one) for one in (*leading(day.those(Verdict.GAP)), *leading(day.those(Verdict.EXPLAINED)))),
        _every_table(day.comparisons) if everything else _short_table(worth),
        *(paragraph(line, "quiet") for line in kept_back(day, hidden=hidden, where="attune fairness --html has them")),
        paragraph(HOW_TO_READ, "quiet") if day.made else "",
        friction_by_group(friction or {}, day.rules),
    )


def _told(one: Comparison) -> str:
    what = f"{VERDICTS[one.verdict]}: {title(one)} by {one.dimension}, {name_of(one.group)}"
    texts = "".join(paragraph(words) for words in (finding(one), explained(one), reasons(one)))
    return f'<div class="told {TONES.get(one.verdict, "open")}"><h3>{escape(what.capitalize())}</h3>{texts}</div>'


def _short_table(worth: list[Comparison]) -> str:
    scale = _scale(worth)
    rows = [
        (title(one), one.dimension.value, name_of(one.group), cells(one)[4], _bar(one, scale), _verdict(one))
        for one in worth
    ]
    return table(HEADINGS, rows, left=3) if rows else ""


def _every_table(comparisons: Iterable[Comparison]) -> str:
    parts = []
    for dimension, found in groupby(comparisons, key=lambda one: one.dimension):
        own = list(found)
        scale = _scale(own)
        rows = [_every_row(one, scale) for one in own]
        parts.append(f"<h3>By {escape(dimension)}</h3>{table(EVERY, rows, left=2)}")
    return "".join(parts)


def _every_row(one: Comparison, scale: float) -> tuple[str, ...]:
    people, others, mine, theirs, difference, times, chance, _ = cells(one)
    bar = _bar(one, scale)
    return (title(one), name_of(one.group), people, others, mine, theirs, difference, bar, times, chance, _verdict(one))


def _bar(one: Comparison, scale: float) -> Html:
    if one.difference is None:
        return Html("")
    return Html(difference_bar(_drawn(one.difference), scale, TONES.get(one.verdict, "open"), limit=one.limit))


def _verdict(one: Comparison) -> Html:
    return Html(f'<span class="{TONES.get(one.verdict, "open")}">{escape(VERDICTS[one.verdict])}</span>')


def _scale(shown: Iterable[Comparison]) -> float:
    """Return how far a plot has to reach, so that every interval and every limit is on it."""
    known = [one for one in shown if one.difference]
    return max([reach_of([_drawn(one.difference) for one in known if one.difference]), *(one.limit for one in known)])


def _drawn(difference: Estimate) -> Standardised:
    none = Share(0.0, 0.0, 0.0)
    return Standardised(none, none, difference.value, difference.low, difference.high)


def _order(one: Comparison) -> tuple[int, float, str]:
    return WORTH_A_ROW.index(one.verdict), -abs(one.difference.value if one.difference else 0.0), one.name
