"""What the log says of one journey, put together: who was drawn which arm, who was contacted, and what came of it.

Each decision that matters gives one piece of evidence, known by the decision's id. The pieces are a set: any order and any
number of deliveries give the same set, and everything that is learnt is worked out from it anew.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from attune.domain.outcome_kinds import HARMS, HELPS, OutcomeKind

MADE = frozenset({"sent", "uncertain"})
"""Choices of a contact decision after which the customer has, or may have, a message."""
UNMADE = "rejected"
"""The choice of a contact decision that says a message of unknown fate was never sent."""
ANSWERED = frozenset({"started", "holdout"})
"""Choices of a moment decision that make a journey, to be run or to be held out."""
WORDS = "words#"


class Part(StrEnum):
    """What a piece of evidence tells of a journey."""

    MOMENT = "moment"
    DELAY = "delay"
    WORDS = "tone"
    CONTACT = "contact"
    OUTCOME = "outcome"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One decision as evidence; `day` (of the journey's beginning, UTC) says where it is kept."""

    ref: str
    part: Part
    playbook: str
    journey_id: str
    day: date
    touch: int
    at: datetime
    choice: str
    context: str = ""
    probability: float | None = None
    order: str = ""
    late: bool = False


@dataclass(frozen=True)
class Draw:
    """What the policy drew, in which context."""

    arm: str
    context: str
    probability: float | None = None


@dataclass(frozen=True, kw_only=True)
class ContactEvidence:
    """One contact: when, by which draws, and what came of it before the next."""

    touch: int
    at: datetime
    delay: Draw | None
    words: Draw | None
    kinds: frozenset[OutcomeKind]

    @property
    def harmed(self) -> bool:
        """Whether it did harm, whatever else came of it."""
        return bool(self.kinds & HARMS)

    @property
    def helped(self) -> bool:
        """Whether it helped and did no harm."""
        return bool(self.kinds & HELPS) and not self.harmed


@dataclass(frozen=True, kw_only=True)
class JourneyEvidence:
    """One journey: run or held out, its contacts, and everything that came of it, also before the first contact."""

    journey_id: str
    playbook: str
    since: datetime
    held_out: bool
    contacts: tuple[ContactEvidence, ...]
    kinds: frozenset[OutcomeKind]


def piece_of(row: Mapping[str, Any]) -> Piece | None:
    """Return what a row of the decision log is as evidence; None for most. Nested columns are JSON text, as stored."""
    kind, choice = row["kind"], row["choice"]
    if kind not in Part or row.get("dry_run") or not row.get("journey_id"):
        return None
    part = Part(kind)
    inputs: dict[str, Any] = json.loads(row["inputs"])
    since = row["time"] if part is Part.MOMENT else inputs.get("journey_since")
    is_told = {
        Part.MOMENT: choice in ANSWERED,
        Part.DELAY: bool(inputs.get("context")),
        Part.WORDS: bool(inputs.get("context")),
        Part.CONTACT: choice in MADE or choice == UNMADE,
        Part.OUTCOME: choice in OutcomeKind,
    }
    touch = int(row["touch"])
    if not since or not is_told[part] or (touch < 1 and part in {Part.DELAY, Part.WORDS, Part.CONTACT}):
        return None
    arm = choice.partition("/")[0] if part is Part.WORDS else choice
    return Piece(
        ref=row["decision_id"],
        part=part,
        playbook=row["playbook"],
        journey_id=row["journey_id"],
        day=datetime.fromisoformat(since).date(),
        touch=touch,
        at=datetime.fromisoformat(row["time"]),
        choice=arm,
        context=str(inputs.get("context", "")),
        probability=_probability(row["options"], arm) if part in {Part.DELAY, Part.WORDS} else None,
        order=str(inputs.get("order", "")),
        late=bool(inputs.get("late")),
    )


def assemble(pieces: Iterable[Piece]) -> tuple[JourneyEvidence, ...]:
    """Put pieces together, journey by journey; those of a journey whose moment is missing are left for later."""
    unique = {piece.ref: piece for piece in pieces}
    ordered = sorted(
        unique.values(), key=lambda piece: (piece.journey_id, piece.touch, piece.part, piece.at, piece.ref)
    )
    journeys = (_journey(list(parts)) for _, parts in groupby(ordered, key=lambda piece: piece.journey_id))
    return tuple(journey for journey in journeys if journey is not None)


def _journey(pieces: list[Piece]) -> JourneyEvidence | None:
    moments = [piece for piece in pieces if piece.part is Part.MOMENT]
    if not moments:
        return None
    first = min(moments, key=lambda piece: (piece.at, piece.ref))
    outcomes = [piece for piece in pieces if piece.part is Part.OUTCOME]
    taken_back = frozenset(piece.order for piece in outcomes if piece.choice == OutcomeKind.ORDER_TAKEN_BACK)
    contacts = []
    told = [piece for piece in pieces if piece.part is Part.CONTACT]
    for touch in sorted({piece.touch for piece in told} - {piece.touch for piece in told if piece.choice == UNMADE}):
        of_touch = [piece for piece in pieces if piece.touch == touch]
        at = min(piece.at for piece in of_touch if piece.part is Part.CONTACT)
        contacts.append(
            ContactEvidence(
                touch=touch,
                at=at,
                delay=_draw(of_touch, Part.DELAY, at),
                words=_draw(of_touch, Part.WORDS, at),
                kinds=_kinds((piece for piece in outcomes if piece.touch == touch), taken_back),
            )
        )
    return JourneyEvidence(
        journey_id=first.journey_id,
        playbook=first.playbook,
        since=first.at,
        held_out=all(piece.choice == "holdout" for piece in moments),
        contacts=tuple(contacts),
        kinds=_kinds(outcomes, taken_back),
    )


def _kinds(outcomes: Iterable[Piece], taken_back: frozenset[str]) -> frozenset[OutcomeKind]:
    """Return what stands of some outcomes: an order as long as one of them was not taken back.

    An order that somebody told of without its number stands only where no numbered one tells of the same purchase.
    """
    told = list(outcomes)
    orders = {piece.order for piece in told if piece.choice == OutcomeKind.ORDERED}
    numbered = orders - {""}
    kinds = {OutcomeKind(piece.choice) for piece in told} - {OutcomeKind.ORDERED, OutcomeKind.ORDER_TAKEN_BACK}
    if (numbered or orders) - taken_back:
        kinds.add(OutcomeKind.ORDERED)
    return frozenset(kinds)


def _draw(pieces: Iterable[Piece], part: Part, contacted_at: datetime) -> Draw | None:
    """Return the last draw before the contact: a touch that failed on one channel is drawn for again."""
    draws = [piece for piece in pieces if piece.part is part]
    before = [piece for piece in draws if piece.at <= contacted_at]
    last = max(before or draws, key=lambda piece: (piece.at, piece.ref), default=None)
    return Draw(last.choice, last.context, last.probability) if last else None


def _probability(options: str, arm: str) -> float | None:
    given = {str(option["name"]).partition("/")[0]: option["probability"] for option in json.loads(options)}
    return given.get(arm)
