"""What is written down about a look at fairness: that it was made, and every gap with its evidence; about groups, never a person."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from attune.domain.clock import format_instant
from attune.domain.decisions import Decision, DecisionKind, Option, Reason, decision_id
from attune.domain.fairness.judging import Comparison, FairnessDay, Verdict
from attune.domain.fairness.tables import about
from attune.domain.fairness.wording import explained, finding

SUBJECT = "fairness"
"""Under which key these records are: they are about nobody."""
LOOKED, GAP, EXPLAINED = "looked", "gap", "explained"
TOLD_AGAIN_AFTER = timedelta(days=8)
"""A gap that a look before this found is not news: a weekly look sees small gaps, the days between need not."""


def records_of(day: FairnessDay) -> tuple[Decision, ...]:
    """Return the records of one look; the same look makes the same records."""
    gaps, told = day.those(Verdict.GAP), day.those(Verdict.EXPLAINED)
    return (_look(day), *(_gap(day, one, GAP) for one in gaps), *(_gap(day, one, EXPLAINED) for one in told))


def news(day: FairnessDay, rows: Iterable[Mapping[str, Any]]) -> tuple[Comparison, ...]:
    """Return the gaps that no look of the last days found; `rows` are the log's about fairness, `inputs` as a mapping."""
    since, today = day.at - TOLD_AGAIN_AFTER, _date(day)
    known = {
        row["inputs"].get("name")
        for row in rows
        if row["choice"] == GAP and row["time"] >= format_instant(since) and row["time"][:10] < today
    }
    return tuple(one for one in day.those(Verdict.GAP) if one.name not in known)


def _look(day: FairnessDay) -> Decision:
    gaps, told, few = (len(day.those(one)) for one in (Verdict.GAP, Verdict.EXPLAINED, Verdict.TOO_FEW))
    text = f"{day.made} comparisons: {gaps} gaps, {told} explained by known causes; {few} without enough people."
    return Decision(
        decision_id=decision_id(f"fairness#{LOOKED}#{_date(day)}"),
        time=day.at,
        kind=DecisionKind.FAIRNESS,
        subject_key=SUBJECT,
        choice=LOOKED,
        reasons=(Reason(LOOKED, text),),
        inputs={
            "since": format_instant(day.since),
            "until": format_instant(day.until),
            "comparisons": day.made,
            "gaps": gaps,
            "explained": told,
            "too_few": few,
            "level": day.level,
        },
        model_version=day.rules.version,
    )


def _gap(day: FairnessDay, one: Comparison, choice: str) -> Decision:
    assert one.difference is not None  # noqa: S101 - only what was compared has a verdict
    causes = explained(one)
    figures: dict[str, str | int | float | bool] = {
        "name": one.name,
        "measure": one.measure.value,
        "outcome": one.outcome,
        "dimension": one.dimension.value,
        "group": one.group,
        "against": ", ".join(one.against),
        "people": about(one.people),
        "others": about(one.others),
        "left_out": about(one.left_out),
        "difference": round(one.difference.value, 4),
        "low": round(one.difference.low, 4),
        "high": round(one.difference.high, 4),
        "limit": one.limit,
        "p": float(f"{one.p:.3g}"),
        "adjusted": float(f"{one.adjusted:.3g}"),
        "level": day.level,
        "since": format_instant(day.since),
        "until": format_instant(day.until),
    }
    if one.own and one.others_own:
        figures |= {"own": round(one.own.value, 4), "others_own": round(one.others_own.value, 4)}
    if one.ratio:
        figures |= {"ratio": round(one.ratio.value, 3)}
    return Decision(
        decision_id=decision_id(f"fairness#{choice}#{one.name}#{_date(day)}"),
        time=day.at,
        kind=DecisionKind.FAIRNESS,
        subject_key=SUBJECT,
        choice=choice,
        reasons=(Reason(choice, finding(one)), *((Reason("known_cause", causes),) if causes else ())),
        inputs=figures,
        options=tuple(
            Option(cause.code, note=f"{cause.own:.4f} against {cause.others:.4f}") for cause in one.causes[:8]
        ),
        model_version=day.rules.version,
    )


def _date(day: FairnessDay) -> str:
    return day.at.date().isoformat()
