"""Let a recording without profiles reach somebody: an email address and consent for everybody it names by an id."""

import hashlib
import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from attune_cli.replaying.recordings import Event

ASSUMED_FROM = "assumed in a replay"


def as_if_reachable(events: Iterable[Event]) -> list[Event]:
    """Return the events, each person's first one preceded by a made-up email address and consent to email.

    Later words of the recording win: an address, an opt-out.
    """
    known: set[str] = set()
    found: list[Event] = []
    for event in events:
        who = _person(json.loads(event.body))
        if who is not None and (name := json.dumps(who)) not in known:
            known.add(name)
            found += _introduced(event, who, name)
        found.append(event)
    return found


def _person(body: dict[str, Any]) -> dict[str, str] | None:
    """Return by what a call names its person, if it is a call of the Segment spec."""
    call = body.get("detail", body)
    if not isinstance(call, dict):
        return None
    for name in ("userId", "anonymousId"):
        if isinstance(call.get(name), str) and call[name]:
            return {name: call[name]}
    return None


def _introduced(event: Event, who: dict[str, str], name: str) -> list[Event]:
    at = event.arrives_at - timedelta(seconds=1)
    number = hashlib.sha256(name.encode()).hexdigest()[:16]
    said = {**who, "timestamp": at.isoformat()}
    identify = {
        **said,
        "type": "identify",
        "messageId": f"assumed-{number}-1",
        "traits": {"email": f"{number}@replay.invalid"},
    }
    consent = {
        **said,
        "type": "track",
        "event": "Consent Granted",
        "messageId": f"assumed-{number}-2",
        "properties": {"channels": ["email"], "source": ASSUMED_FROM},
    }
    return [Event(at, json.dumps(call), f"assumed for {event.place}") for call in (identify, consent)]
