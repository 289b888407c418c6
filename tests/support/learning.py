"""Journeys as the log tells of them, and the log's stream, for tests of learning."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from attune.adapters.decisions_table import to_row
from attune.domain.clock import format_instant
from attune.domain.decisions import Decision, DecisionKind, Option, decision_id
from tests.support.builders import NOON

CONTEXT = "sms#phone#afternoon#workday#high"


def decision(kind: str, choice: str, at: datetime, *, journey: str, touch: int = 0, **inputs: Any) -> Decision:
    options = tuple(Option(name, probability) for name, probability in inputs.pop("options", {}).items())
    return Decision(
        decision_id=decision_id(f"{journey}#{touch}#{kind}#{choice}#{at}#{inputs.get('order', '')}"),
        time=at,
        kind=DecisionKind(kind),
        subject_key="subject",
        choice=choice,
        reasons=(),
        journey_id=journey,
        playbook="cart",
        playbook_version="1.0.0",
        touch=touch,
        inputs=inputs,
        options=options,
    )


def told_of(
    journey: str,
    *,
    since: datetime = NOON,
    held_out: bool = False,
    arms: Iterable[str] = ("24h",),
    outcomes: Mapping[tuple[int, str], Any] | None = None,
) -> Iterator[Decision]:
    """Yield the decisions of one journey: its moment, each touch's draws and contact, and outcomes by touch and kind.

    An outcome's value is the order it is about, or several; anything else for none.
    """
    about = {"journey": journey, "journey_since": format_instant(since)}
    yield decision(DecisionKind.MOMENT, "holdout" if held_out else "started", since, journey=journey)
    for touch, arm in enumerate(arms, start=1):
        at = since + timedelta(days=2 * touch)
        drawn = {"options": {arm: 0.5, "other": 0.5}, "context": CONTEXT, **about, "touch": touch}
        yield decision(DecisionKind.DELAY, arm, at - timedelta(days=1), **drawn)
        words = {"options": {"offer_help/sms": 1.0}, "context": "words#sms#phone#high", **about, "touch": touch}
        yield decision(DecisionKind.TONE, "offer_help/sms.en", at - timedelta(days=1), **words)
        yield decision(DecisionKind.CONTACT, "sent", at, **about, touch=touch, channel="sms")
    for (touch, kind), orders in (outcomes or {}).items():
        for order in orders if isinstance(orders, tuple) else (orders if isinstance(orders, str) else "",):
            yield decision(DecisionKind.OUTCOME, kind, since, **about, touch=touch, order=order)


def rows(decisions: Iterable[Decision]) -> list[dict[str, Any]]:
    """Return decisions as rows of the log."""
    return [to_row(one, expires_at=0) for one in decisions]


def stream(decisions: Iterable[Decision]) -> list[dict[str, Any]]:
    """Return decisions as the records of the log's stream."""
    return [{"eventName": "INSERT", "dynamodb": {"NewImage": _typed(row)}} for row in rows(decisions)]


def table_stream(dynamodb: Any) -> list[dict[str, Any]]:
    """Return the stream's records of everything that lies in the decisions table."""
    found = dynamodb.get_paginator("scan").paginate(TableName="decisions").build_full_result()["Items"]
    return [{"eventName": "INSERT", "dynamodb": {"NewImage": row}} for row in found]


def _typed(row: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    kinds = {bool: "BOOL", int: "N", str: "S"}
    return {n: {kinds[type(v)]: str(v) if type(v) is int else v} for n, v in json.loads(json.dumps(row)).items()}
