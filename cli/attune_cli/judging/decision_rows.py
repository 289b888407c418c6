"""Attune's decision log as choices with outcomes: each drawn delay, and what the other decisions about its touch say became of it."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from attune.domain.outcome_kinds import HARMS, HELPS
from attune_cli.errors import InputError
from attune_cli.judging.rows import ChoiceLog, LoggedChoice

HELPED = frozenset({"goal_reached", "answered", *HELPS})
"""Reasons by which a journey ends well, the customer bought or answered; and outcomes that are help."""
HARMED = frozenset({"not_helpful", "opted_out", *HARMS})
"""Reasons by which a journey ends badly; and outcomes that are harm."""
COLUMNS = (
    "decision_id",
    "time",
    "kind",
    "subject_key",
    "journey_id",
    "touch",
    "choice",
    "reason_code",
    "inputs",
    "options",
)
ENDS = frozenset({"end", "failed", "withdrawn", "escalate"})


def choices_of(rows: Iterable[Mapping[str, Any]], place: str) -> ChoiceLog:
    """Return the delays that were drawn, with their outcomes; those without an outcome yet are left out and counted."""
    by_touch: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        _check(row, f"{place}, row {number}")
        if row["decision_id"] not in seen and row.get("dry_run") not in (True, "true", "True"):
            seen.add(row["decision_id"])
            by_touch[row["journey_id"], str(row["touch"])].append(row)
    choices: list[LoggedChoice] = []
    left_out: Counter[str] = Counter()
    for touch in by_touch.values():
        delays = (row for row in touch if row["kind"] == "delay" and row["choice"] != "end")
        drawn = min(delays, key=lambda row: (row["time"], row["decision_id"]), default=None)
        if drawn is None:
            continue
        choice = _choice(drawn, [row for row in touch if row is not drawn], f"{place}, decision {drawn['decision_id']}")
        if isinstance(choice, str):
            left_out[choice] += 1
        else:
            choices.append(choice)
    choices.sort(key=lambda choice: (choice.person, choice.context, choice.action, choice.reward))
    return ChoiceLog(tuple(choices), tuple(f"{number:,} delays left out: {why}" for why, number in left_out.items()))


def _choice(row: Mapping[str, Any], others: list[Mapping[str, Any]], place: str) -> LoggedChoice | str:
    """Return a drawn delay with its outcome, or why it cannot count."""
    options = {o["name"]: o["probability"] for o in _parsed(row, "options", place) if o["probability"] is not None}
    if row["choice"] not in options:
        return "the probability was not logged"
    outcome = _outcome(others)
    if outcome is None:
        return "nothing is known of the outcome yet"
    helped, harmed = outcome
    inputs = _parsed(row, "inputs", place)
    return LoggedChoice(
        person=row["subject_key"],
        context=str(inputs.get("context", "")),
        action=row["choice"],
        options=tuple(options),
        probability=float(options[row["choice"]]),
        reward=float(helped),
        harm=float(harmed),
    )


def _outcome(others: list[Mapping[str, Any]]) -> tuple[bool, bool] | None:
    """Return whether a touch helped and whether it harmed, as its other decisions say; None: nothing is known yet."""
    codes = {row["reason_code"] for row in others}
    if codes & HARMED:
        return False, True
    if codes & HELPED:
        return True, False
    over = any(row["kind"] == "review" or row["choice"] in ENDS for row in others)
    return (False, False) if over else None


def _check(row: Mapping[str, Any], place: str) -> None:
    if not isinstance(row, Mapping):
        raise InputError(f"{place}: this is no decision")
    missing = [name for name in COLUMNS if name not in row]
    if missing:
        raise InputError(
            f"{place}: a decision without {', '.join(missing)}", "export whole rows of the table decisions"
        )


def _parsed(row: Mapping[str, Any], name: str, place: str) -> Any:
    value = row[name]
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError as error:
        raise InputError(f"{place}: {name} is not JSON") from error
