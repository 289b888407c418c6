"""Say what a comparison found, in sentences for people."""

from collections.abc import Mapping

from attune.domain.fairness.judging import Cause, Comparison, FairnessDay, Verdict, leading
from attune.domain.fairness.limits import Dimension, FairnessRules, Measure
from attune.domain.fairness.rates import Estimate
from attune.domain.fairness.tables import about

MEASURES: Mapping[Measure, str] = {
    Measure.TONE: "were spoken to in the tone {outcome}",
    Measure.DELAY: "waited longer for the first message",
    Measure.OFFER: "got an offer",
    Measure.SILENCE: "were left alone although something was hard",
    Measure.ESCALATION: "were handed to a person",
    Measure.HELPFUL: "were helped by a message",
    Measure.HARM: "were harmed by a message",
}
VERDICTS: Mapping[Verdict, str] = {
    Verdict.GAP: "gap",
    Verdict.EXPLAINED: "explained",
    Verdict.SMALL: "below limit",
    Verdict.OPEN: "not certain",
    Verdict.NONE: "no gap",
    Verdict.TOO_FEW: "too few people",
}
TELLING = 0.01
"""A cause that makes less of a difference is not worth a word."""
MOST_REASONS = 3
LEAST_TOLD, RARE = 1e-6, 0.01


def title(comparison: Comparison) -> str:
    """Name what is compared."""
    return f"{comparison.measure} {comparison.outcome}" if comparison.measure is Measure.TONE else comparison.measure


def finding(comparison: Comparison) -> str:
    """Say what was found, how big it is and how sure."""
    if comparison.difference is None or comparison.own is None or comparison.others_own is None:
        return f"{_people_of(comparison)}: not enough people to compare."
    who = f"{about(comparison.people):,} {_people_of(comparison)}"
    whom = f"{about(comparison.others):,} with {', '.join(name_of(one) for one in comparison.against)}"
    if comparison.measure is Measure.DELAY:
        seen = (
            f"{who} waited {comparison.own.value:.1f} hours on average for the first message, "
            f"{whom} {comparison.others_own.value:.1f} hours"
        )
        size = _waiting(comparison.difference)
    else:
        did = MEASURES[comparison.measure].format(outcome=comparison.outcome)
        seen = f"Of {who} {_percent(comparison.own.value)} {did}, of {whom} {_percent(comparison.others_own.value)}"
        size = f"{_points(comparison.difference)} between people alike in playbook and friction"
    sure = "" if comparison.verdict is Verdict.EXPLAINED else f" {sureness(comparison)}"
    return f"{seen}: {size}{_times(comparison.ratio)}.{sure}"


def sureness(comparison: Comparison) -> str:
    """Say how sure it is, after all comparisons of the day."""
    if comparison.adjusted < LEAST_TOLD:
        chance = f"below 1 in {round(1 / LEAST_TOLD):,}"
    else:
        chance = (
            f"{comparison.adjusted:.2g}" if comparison.adjusted > RARE else f"1 in {_rough(1 / comparison.adjusted):,}"
        )
    return f"If groups made no difference, the chance of such a gap in any comparison of this look would be {chance}."


def explained(comparison: Comparison) -> str:
    """Say which known causes a gap goes with; empty where there is none worth a word."""
    parts = [_cause(cause) for cause in comparison.causes if cause.is_known and abs(cause.points) >= TELLING]
    if not parts:
        return ""
    rest = ""
    if comparison.verdict is Verdict.EXPLAINED and comparison.difference and comparison.left_out:
        rest = f" The figures above are without the {about(comparison.left_out):,} people of whom a cause is known"
        rest += f"; with them it is {_points(comparison.whole)}." if comparison.whole else "."
    return f"Known causes: {'; '.join(parts)}.{rest}"


def reasons(comparison: Comparison) -> str:
    """Say which other reasons of the log differ between the group and the others; empty where none does."""
    parts = [_cause(cause) for cause in comparison.causes if not cause.is_known and abs(cause.points) >= TELLING]
    return f"Reasons in the log that differ: {'; '.join(parts[:MOST_REASONS])}." if parts else ""


def hints(comparison: Comparison) -> tuple[str, ...]:
    """Return commands to look closer with."""
    return (
        f"attune fairness --measure {comparison.measure} --by {comparison.dimension} --stage STAGE",
        "attune audit fairness_people --stage STAGE --days 35",
        "attune audit withheld_by_reason --stage STAGE --days 35",
    )


def announcement(day: FairnessDay, gaps: tuple[Comparison, ...]) -> str:
    """Return the message that tells people of gaps: what, how big, how sure, and where to look."""
    lines = [
        f"Attune found {len(gaps)} new {'gap' if len(gaps) == 1 else 'gaps'} between groups of customers.",
        f"Moments of {day.since:%Y-%m-%d} to {day.until:%Y-%m-%d} (before that day), {day.made} comparisons.",
        "",
    ]
    for gap in leading(gaps):
        lines += [f"{title(gap)} by {gap.dimension}, {name_of(gap.group)}", f"  {finding(gap)}"]
        lines += [f"  {told}" for told in (explained(gap), reasons(gap)) if told]
        lines += [f"  {hint}" for hint in hints(gap)]
        also = [name_of(one.group) for one in gaps if _is_beside(one, gap)]
        if also:
            lines.append(
                f"  So, by less, {', '.join(dict.fromkeys(also))}: where one group differs, the others differ from it."
            )
        lines.append("")
    lines.append("docs/fairness.md says what to do next.")
    return "\n".join(lines)


def _is_beside(one: Comparison, gap: Comparison) -> bool:
    return one is not gap and (one.dimension, one.measure) == (gap.dimension, gap.measure)


def protection(rules: FairnessRules) -> str:
    """Say what protects small groups."""
    return (
        f"Groups of fewer than {rules.shown_from} people are not shown, and numbers of people are in tens, so that nobody can "
        f"work them out; groups of fewer than {rules.compared_from} raise no alarm and are cleared by none."
    )


def name_of(group: str) -> str:
    """Return a group's name as it stands in sentences."""
    return group or "(not known)"


def _people_of(comparison: Comparison) -> str:
    noun = {Dimension.CHANNEL: "people reached by", Dimension.DEVICE: "people on the device"}
    return f"{noun.get(comparison.dimension, f'people with {comparison.dimension}')} {name_of(comparison.group)}"


def _cause(cause: Cause) -> str:
    return f"{cause.code} ({_percent(cause.own)} against {_percent(cause.others)})"


def _waiting(difference: Estimate) -> str:
    way = "longer" if difference.value >= 0 else "shorter"
    span = " to ".join(f"{end * 100:.1f}" for end in sorted((abs(difference.low), abs(difference.high))))
    if difference.low <= 0 <= difference.high:
        span = f"{difference.low * 100:+.1f} to {difference.high * 100:+.1f}"
    return f"like for like the wait was {way} more often, by {abs(difference.value) * 100:.1f} points (95 %: {span})"


def _points(difference: Estimate) -> str:
    way = "more" if difference.value >= 0 else "fewer"
    low, high = sorted((abs(difference.low), abs(difference.high)))
    if difference.low <= 0 <= difference.high:
        return f"{abs(difference.value) * 100:.1f} points {way} (95 %: {difference.low * 100:+.1f} to {difference.high * 100:+.1f})"
    return f"{abs(difference.value) * 100:.1f} points {way} (95 %: {low * 100:.1f} to {high * 100:.1f})"


def _times(ratio: Estimate | None) -> str:
    return f", {ratio.value:.2g} times as often ({ratio.low:.2g} to {ratio.high:.2g})" if ratio else ""


def _rough(number: float) -> int:
    """Return a number to two digits."""
    return int(float(f"{number:.2g}"))


def _percent(value: float) -> str:
    return f"{value:.1%}".replace("%", " %")
