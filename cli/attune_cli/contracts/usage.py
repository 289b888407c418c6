"""What Attune does with an event, found out by reading its examples and from the playbooks and rules that there are."""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from attune.adapters.senders import read_event
from attune.domain.errors import RejectedEventError
from attune.domain.friction import FrictionRules, is_price_sensitive
from attune.domain.identifiers import IdentityClaim
from attune.domain.playbooks import Playbook
from attune.domain.sessions import SessionState
from attune.domain.signals import (
    LIVE_KINDS,
    CaseResolved,
    CaseWorked,
    ConsentChange,
    Fact,
    Feedback,
    ProfileChange,
    Reply,
    Signal,
    SignalKind,
    TouchAnswered,
)
from attune.domain.struggle import EVIDENCE
from attune.events.contract import EventFields
from attune.events.whole_calls import EXAMPLE_TIME, example_calls, outer_fields, payload_name

NOW = datetime.fromisoformat(EXAMPLE_TIME).astimezone(UTC)
ORDINALS = ("first", "second", "third", "fourth", "fifth")
SAMPLES: tuple[object, ...] = ("x-1", "/x", 0, 7, 7.5, True, ["email"], {"path": "/x"}, [{"type": "price"}])
"""Values of every JSON type: a field that changes what is read with none of them is not read."""

CHANGES: Mapping[type, str] = {
    ProfileChange: "Changes the profile.",
    ConsentChange: "Changes the consent.",
    Reply: "Answers what was sent.",
    Feedback: "Answers what was sent.",
    CaseResolved: "Ends the silence of an open case, and is written down with how long it was open.",
    TouchAnswered: "Answers a request for a go-ahead: the first answer in time counts, the others are only written down.",
    CaseWorked: "Is written down with how long the case had been open; a case not claimed before is now.",
    IdentityClaim: "Joins the identifiers it carries.",
}
OUTCOMES: Mapping[SignalKind, str] = {
    SignalKind.ORDERED: "An outcome of the messages before it.",
    SignalKind.ORDER_TAKEN_BACK: "Takes back the order as an outcome of the messages before it.",
    SignalKind.REPLIED: "An outcome of the message before it.",
    SignalKind.FOUND_HELPFUL: "An outcome of the message before it.",
    SignalKind.FOUND_UNHELPFUL: "An outcome of the message before it.",
}

type Call = Mapping[str, Any]


@dataclass(frozen=True)
class Listeners:
    """What there is that events may matter to."""

    playbooks: tuple[Playbook, ...]
    friction: FrictionRules


@dataclass(frozen=True)
class Usage:
    """What an event does: sentences for people, and which of its fields are read."""

    sentences: tuple[str, ...]
    fields: frozenset[str]


def usage_of(event: type[EventFields], listeners: Listeners) -> Usage:
    """Return what Attune does with an event."""
    calls = example_calls(event)
    facts = [fact for call in calls for fact in read(call)]
    kinds = kinds_in(event)
    changes = dict.fromkeys(CHANGES[type(fact)] for fact in facts if type(fact) in CHANGES)
    asked_for = [
        *_in_playbooks(kinds, listeners.playbooks),
        *_in_friction(kinds, listeners.friction),
        *_in_prices(kinds),
    ]
    sentences = [*changes, *asked_for, *(said for kind, said in OUTCOMES.items() if kind in kinds)]
    if not asked_for and LIVE_KINDS & set(kinds):
        sentences.append("Counts as activity: no playbook and no rule of friction asks for it.")
    if kinds and not LIVE_KINDS & set(kinds):
        sentences.append("Says nothing about being on the site.")
    return Usage(tuple(sentences), frozenset(_fields_read(event, calls)))


def kinds_in(event: type[EventFields]) -> list[SignalKind]:
    """Return what an event may count as, by its examples."""
    facts = (fact for call in example_calls(event) for fact in read(call))
    return list(dict.fromkeys(kind for fact in facts for kind in kinds_of(fact)))


def kinds_of(fact: Fact) -> tuple[SignalKind, ...]:
    """Return what a fact counts as in a session; nothing where it changes something else."""
    match fact:
        case Signal():
            return (fact.kind,)
        case Reply():
            return (SignalKind.REPLIED, SignalKind.ASKED_FOR_HELP)
        case Feedback():
            return (SignalKind.FOUND_HELPFUL if fact.helpful else SignalKind.FOUND_UNHELPFUL,)
        case _:
            return ()


def read(call: Call) -> tuple[Fact, ...]:
    """Read a call as ingestion does; nothing where it is refused."""
    envelope = {"id": "e-1", "source": "app.shop", "detail-type": call["type"], "time": EXAMPLE_TIME, "detail": call}
    try:
        return read_event(json.dumps(envelope), NOW)
    except RejectedEventError:
        return ()


def _in_playbooks(kinds: Iterable[SignalKind], playbooks: Iterable[Playbook]) -> Iterator[str]:
    for playbook in playbooks:
        watched = playbook.watched()
        roles = (
            (watched.opened_by, "Opens the undertaking that `{}` watches."),
            (watched.closed_by, "Closes the undertaking that `{}` watches: nothing is left to help with."),
            (watched.excluded_by, "Makes `{}` keep quiet about the undertaking."),
        )
        for members, sentence in roles:
            if members & set(kinds):
                yield sentence.format(playbook.id)


def _in_friction(kinds: Iterable[SignalKind], rules: FrictionRules) -> Iterator[str]:
    evidence = [
        f"`{term}` {_from(rule.threshold)}"
        for term, rule in rules.struggle.items()
        if EVIDENCE[term].counted and EVIDENCE[term].kinds & set(kinds)
    ]
    if evidence:
        yield f"Evidence of friction: {', '.join(evidence)}."


def _from(threshold: float) -> str:
    if threshold <= 1:
        return "at once"
    number = math.ceil(threshold)
    return f"from the {ORDINALS[number - 1]} on" if number <= len(ORDINALS) else f"from {number} on"


def _in_prices(kinds: Iterable[SignalKind]) -> Iterator[str]:
    if any(is_price_sensitive(SessionState(counts={kind: 9})) for kind in kinds):
        yield "A sign that the price matters."


def _fields_read(event: type[EventFields], calls: Iterable[Call]) -> Iterator[str]:
    """Yield the fields whose value makes a difference to what is read from some example."""
    payload = payload_name(event)
    for name in outer_fields(event):
        if any(_differs(name, call, call.get(name)) for call in calls):
            yield name
    for name in event.model_fields:
        if any(_matters(call, payload, name) for call in calls):
            yield f"{payload}.{name}"


def _matters(call: Call, payload: str, name: str) -> bool:
    own = call.get(payload, {})
    others = {key: value for key, value in own.items() if key != name}
    # Beside all its neighbours a field may be overruled, and alone it may not be enough: both count.
    return any(
        _differs(name, around, own.get(name), lambda fields: {**call, payload: fields}) for around in (others, {})
    )


def _differs(name: str, around: Call, usual: object, whole: Callable[[Call], Call] = dict) -> bool:
    """Whether some value of a field changes what is read, against leaving it out."""
    others = {key: value for key, value in around.items() if key != name}
    without = read(whole(others))
    values = [value for value in (usual, *SAMPLES) if value is not None]
    return any(read(whole({**others, name: value})) != without for value in values)
