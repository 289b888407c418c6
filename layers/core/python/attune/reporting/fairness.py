"""Fairness on the page: each gap in words, and the comparisons worth a look; `attune fairness` has all of them."""

from html import escape

from attune.domain.fairness_judging import Comparison, FairnessDay, Verdict, leading
from attune.domain.fairness_rates import Estimate
from attune.domain.fairness_wording import VERDICTS, explained, finding, name_of, reasons, title
from attune.domain.results_intervals import Share, Standardised
from attune.reporting.marks import difference_bar, reach_of
from attune.reporting.tables import Html, paragraph, section, table

MOST = 12
"""So many comparisons are shown."""
WORTH_A_ROW = (Verdict.GAP, Verdict.EXPLAINED, Verdict.OPEN, Verdict.SMALL)
HEADINGS = ("what", "by", "group", "difference in points (95\N{NO-BREAK SPACE}%)", "", "verdict")
TONES = {Verdict.GAP: "bad"}


def fairness_section(day: FairnessDay | None) -> str:
    """Return what the latest look found."""
    if day is None:
        return section("fairness", "Fairness", paragraph("There was no look at fairness."))
    told = "".join(_told(one) for one in (*leading(day.those(Verdict.GAP)), *leading(day.those(Verdict.EXPLAINED))))
    gaps = len(day.those(Verdict.GAP))
    lead = (
        f"{gaps or 'No'} {'gap' if gaps == 1 else 'gaps'} in {day.made:,} comparisons of people whose first hard moment was from "
        f"{day.since:%Y-%m-%d} until {day.until:%Y-%m-%d}."
        if day.made
        else "Nothing could be compared: there are not enough people."
    )
    worth = sorted((one for one in day.comparisons if one.verdict in WORTH_A_ROW and one.difference), key=_order)[:MOST]
    scale = reach_of([_drawn(one.difference) for one in worth if one.difference])
    rows = [_row(one, one.difference, scale) for one in worth if one.difference]
    few = len(day.those(Verdict.TOO_FEW))
    rest = f"{few} more comparisons had too few people to tell." if few else ""
    return section(
        "fairness",
        "Fairness",
        paragraph(lead),
        told,
        table(HEADINGS, rows, left=3) if rows else "",
        paragraph(rest, "quiet"),
    )


def _told(one: Comparison) -> str:
    what = f"{VERDICTS[one.verdict]}: {title(one)} by {one.dimension}, {name_of(one.group)}"
    texts = "".join(paragraph(words) for words in (finding(one), explained(one), reasons(one)))
    return f'<div class="told {TONES.get(one.verdict, "open")}"><h3>{escape(what.capitalize())}</h3>{texts}</div>'


def _row(one: Comparison, difference: Estimate, scale: float) -> tuple[str, ...]:
    told = f"{100 * difference.value:+.1f} ({100 * difference.low:+.1f} to {100 * difference.high:+.1f})"
    bar = difference_bar(_drawn(difference), scale, TONES.get(one.verdict, "open"))
    return (title(one), one.dimension.value, name_of(one.group), told, Html(bar), VERDICTS[one.verdict])


def _drawn(difference: Estimate) -> Standardised:
    none = Share(0.0, 0.0, 0.0)
    return Standardised(none, none, difference.value, difference.low, difference.high)


def _order(one: Comparison) -> tuple[int, float, str]:
    return WORTH_A_ROW.index(one.verdict), -abs(one.difference.value if one.difference else 0.0), one.name
