"""Single rows of the log for tests of results, and the results of a handful of them."""

from datetime import UTC, datetime, timedelta

from attune.domain.clock import format_instant
from attune.domain.results.measures import results_of

BEGAN = datetime(2026, 9, 1, 9, tzinfo=UTC)
NOW = BEGAN + timedelta(days=60)


def decision(who, kind, choice, *, days=0.0, why="", playbook="cart", journey="", touch=0, level="high", **inputs):
    """Return one row, as a file or a table holds it."""
    at = BEGAN + timedelta(days=days)
    return {
        "decision_id": f"{who}{kind}{choice}{days}{playbook}{touch}{sorted(inputs.items())}",
        "time": format_instant(at),
        "kind": kind,
        "subject_key": who,
        "journey_id": journey or f"{playbook}-{who}",
        "playbook": playbook,
        "touch": touch,
        "choice": choice,
        "reason_code": why or choice,
        "inputs": {"friction_level": level, **inputs},
        "dry_run": False,
    }


def results_from(rows, *, windows=None):
    """Return what some rows say."""
    ordered = sorted(rows, key=lambda row: row["subject_key"])
    return results_of(ordered, windows or {}, since=BEGAN, now=NOW)
