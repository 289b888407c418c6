"""What a look at fairness comes to, in the same words and figures on a page, in a report and in a terminal."""

from attune.domain.fairness.judging import Comparison, FairnessDay, Verdict
from attune.domain.fairness.limits import Measure
from attune.domain.fairness.rates import Estimate
from attune.domain.fairness.tables import about
from attune.domain.fairness.wording import VERDICTS, protection

WORTH_A_ROW = (Verdict.GAP, Verdict.EXPLAINED, Verdict.OPEN, Verdict.SMALL)
"""What is worth a look, the most first; of the others nothing can be said, or nothing is to be said."""


def headline(day: FairnessDay) -> str:
    """Say in one line what was found."""
    gaps, told, few = (len(day.those(one)) for one in (Verdict.GAP, Verdict.EXPLAINED, Verdict.TOO_FEW))
    if not day.made:
        return "Nothing could be compared: there are not enough people." if few else "Nothing could be compared yet."
    found = f"{gaps} {'gap' if gaps == 1 else 'gaps'}" if gaps else "No gap"
    also = f", {told} more explained by known causes" if told else ""
    return f"{found} in {day.made} comparisons{also}."


def period(day: FairnessDay) -> str:
    """Say whom and how strictly a look compares."""
    return (
        f"People whose first hard moment was from {day.since:%Y-%m-%d} until {day.until:%Y-%m-%d}. "
        f"Chance of any false alarm in this look: {day.level:.2%}."
    ).replace("%.", " %.")


def kept_back(day: FairnessDay, *, hidden: int = 0, where: str = "") -> list[str]:
    """Say what is not shown, and why; `where` says where the hidden comparisons are."""
    lines = []
    if hidden:
        few = len(day.those(Verdict.TOO_FEW))
        also = f", {few} of them without enough people" if few else ""
        lines.append(f"{hidden} comparisons without a gap are not shown{also}: {where}.")
    small = {family.dimension: family.hidden for family in day.families if family.hidden}
    if small:
        named = ", ".join(f"{dimension} {number}" for dimension, number in small.items())
        lines.append(f"Groups too small to be shown: {named}.")
    unknown = {family.dimension: family.unknown for family in day.families if family.unknown}
    if unknown:
        named = ", ".join(f"{dimension} {about(number):,}" for dimension, number in unknown.items())
        lines.append(f"People of no group that is known: {named}.")
    lines.append(protection(day.rules))
    return lines


def cells(one: Comparison) -> tuple[str, ...]:
    """Return the figures of one row: people, shares or hours, difference, ratio, chance and verdict."""
    people = (f"{about(one.people):,}", f"{about(one.others):,}" if one.others else "-")
    if one.difference is None or one.own is None or one.others_own is None:
        return (*people, "", "", "", "", "", VERDICTS[one.verdict])
    return (
        *people,
        _own(one, one.own),
        _own(one, one.others_own),
        f"{_signed(one.difference.value)} ({_signed(one.difference.low)} to {_signed(one.difference.high)})",
        f"{one.ratio.value:.2f}" if one.ratio else "-",
        "<0.0001" if one.adjusted < 1e-4 else f"{one.adjusted:.4f}",  # noqa: PLR2004 - as many digits as there is room for
        VERDICTS[one.verdict],
    )


def _own(one: Comparison, value: Estimate) -> str:
    return f"{value.value:.1f} h" if one.measure is Measure.DELAY else f"{value.value * 100:.1f} %"


def _signed(value: float) -> str:
    return f"{value * 100:+.1f}"
