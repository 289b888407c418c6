"""What came of a contact, or of leaving somebody alone: which journey an outcome belongs to, and its one record.

Opens and clicks are no outcomes. A record is known by its contact, its kind and (for orders) its order, so that the same
outcome is written once, however often and in whatever order it is told (docs/experiments.md).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from attune.domain.clock import format_instant
from attune.domain.contacts import Contact
from attune.domain.customers import Customer, keyed_hash
from attune.domain.decision_groups import groups_of
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.journeys import Journey
from attune.domain.outcome_kinds import ABOUT_A_MESSAGE, OutcomeKind
from attune.domain.playbooks import Playbook
from attune.domain.signals import ConsentChange, Fact, Feedback, Reply, Signal, SignalKind

if TYPE_CHECKING:
    from attune.domain.replies import Reading

HOLDOUT_ARM = "holdout"
TAKEN_BACK_WITHIN = timedelta(days=60)
"""So long after its journey's window an order may still be taken back."""
BOUNCED = "ses_bounce"
COMPLAINED = "ses_complaint"


_SENTENCES: Mapping[OutcomeKind, str] = {
    OutcomeKind.ORDERED: "The customer ordered",
    OutcomeKind.ORDER_TAKEN_BACK: "An order was cancelled or refunded",
    OutcomeKind.HELPFUL: "The customer found the message helpful",
    OutcomeKind.REPLIED: "The customer replied",
    OutcomeKind.CASE_OPENED: "A person was asked to help",
    OutcomeKind.UNSUBSCRIBED: "The customer unsubscribed",
    OutcomeKind.COMPLAINED: "The customer reported the message as spam",
    OutcomeKind.NOT_HELPFUL: "The customer did not find the message helpful",
    OutcomeKind.SNOOZED: "The customer said: not now",
}
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Something that may be an outcome: its kind and time, and which journey, channels or order it names, if any."""

    kind: OutcomeKind
    at: datetime
    journey_id: str = ""
    channels: tuple[str, ...] = ()
    order: str = ""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A happening that belongs to a journey: to its latest contact in time, or to none of its contacts."""

    kind: OutcomeKind
    at: datetime
    journey: Journey
    contact: Contact | None = None
    order: str = ""

    @property
    def contact_id(self) -> str:
        """The contact it came after; touch 0 stands for none: not contacted yet, or held out."""
        return self.contact.contact_id if self.contact else f"{self.journey.journey_id}#0"

    @property
    def hours_after(self) -> float:
        """How long after the contact (or the moment, without one) it happened."""
        return round((self.at - (self.contact.at if self.contact else self.journey.since)) / _HOUR, 2)


def happenings_in(
    facts: Iterable[Fact], consent_changes: Iterable[ConsentChange], readings: Mapping[str, "Reading"]
) -> tuple[Happening, ...]:
    """Return what of some facts may be an outcome.

    `consent_changes` are those that really changed something: a shop that repeats a refusal tells nothing new.
    """
    found = [happening for fact in facts if (happening := _happening(fact, readings)) is not None]
    return (*found, *(one for change in consent_changes if (one := _withdrawn(change)) is not None))


def outcomes_for(
    customer: Customer, happenings: Iterable[Happening], playbooks: Mapping[str, Playbook]
) -> tuple[Outcome, ...]:
    """Return the outcomes that happenings are for a customer's journeys; most customers have none."""
    if not customer.journeys:
        return ()
    return tuple(outcome for happening in happenings for outcome in _attribute(customer, happening, playbooks))


def outcome_decision(outcome: Outcome, customer: Customer, playbook: Playbook, *, now: datetime) -> Decision:
    """Return the one record of an outcome.

    It stands at the time of what it is about, the contact or the moment, and says when the outcome happened: so the
    first one told is the one kept, under the same key whenever it is told again. Its order is marked under the secret of
    whoever the journey began for: told again, or taken back, after two customers became one it is still that order.
    """
    journey, contact = outcome.journey, outcome.contact
    secret = journey.subject_secret or customer.profile.subject_secret
    order = keyed_hash(secret, outcome.order) if outcome.order else ""
    about = "the message" if contact else "the moment"
    text = f"{_SENTENCES[outcome.kind]}, {outcome.hours_after:g} hours after {about}."
    return Decision(
        decision_id=decision_id(f"{outcome.contact_id}#outcome#{outcome.kind}#{order}"),
        time=contact.at if contact else journey.since,
        kind=DecisionKind.OUTCOME,
        subject_key=customer.profile.subject_key,
        choice=outcome.kind.value,
        reasons=(Reason(outcome.kind.value, text),),
        journey_id=journey.journey_id,
        playbook=journey.playbook,
        playbook_version=journey.playbook_version,
        touch=contact.touch if contact else 0,
        inputs={
            **groups_of(customer, fallback_locale=playbook.fallback_locale),
            "contact_id": outcome.contact_id,
            "journey_since": format_instant(journey.since),
            "happened_at": format_instant(outcome.at),
            "hours_after": outcome.hours_after,
            "late": now >= window_ends(journey, playbook),
            "channel": contact.channel if contact else "",
            "message": contact.message if contact else "",
            "arm": HOLDOUT_ARM if journey.held_out else "",
            "order": order,
        },
    )


def window_ends(journey: Journey, playbook: Playbook) -> datetime:
    """Return until when what happens belongs to a journey: its last possible contact, and that contact's window."""
    return journey.expires_at + playbook.outcome_window


def _attribute(customer: Customer, happening: Happening, playbooks: Mapping[str, Playbook]) -> Iterator[Outcome]:
    """Find the journeys a happening belongs to; of one playbook's contacts only the latest before it is credited."""
    open_journeys = [
        journey
        for journey in customer.journeys.values()
        if (playbook := playbooks.get(journey.playbook)) and _belongs(happening, journey, playbook)
    ]
    latest: dict[str, Contact] = {}
    for journey in open_journeys:
        contact = _latest_contact(customer, happening, journey, playbooks[journey.playbook])
        known = latest.get(journey.playbook)
        if contact and (known is None or (known.at, known.contact_id) < (contact.at, contact.contact_id)):
            latest[journey.playbook] = contact
    for journey in sorted(open_journeys, key=lambda one: one.journey_id):
        credited = latest.get(journey.playbook)
        contact = credited if credited and credited.journey_id == journey.journey_id else None
        if contact is None and happening.kind in ABOUT_A_MESSAGE:
            continue
        yield Outcome(kind=happening.kind, at=happening.at, journey=journey, contact=contact, order=happening.order)


def _belongs(happening: Happening, journey: Journey, playbook: Playbook) -> bool:
    if happening.journey_id not in ("", journey.journey_id):
        return False
    ends = window_ends(journey, playbook)
    if happening.kind is OutcomeKind.ORDER_TAKEN_BACK:
        ends += TAKEN_BACK_WITHIN
    return journey.since <= happening.at < ends


def _latest_contact(customer: Customer, happening: Happening, journey: Journey, playbook: Playbook) -> Contact | None:
    """Return the journey's latest contact in whose window the happening lies; a correction is about the journey."""
    if happening.kind is OutcomeKind.ORDER_TAKEN_BACK:
        return None
    in_time = (
        contact
        for contact in customer.ledger.contacts
        if contact.counts
        and contact.contact_id == f"{journey.journey_id}#{contact.touch}"
        and contact.at <= happening.at < contact.at + playbook.outcome_window
        and (not happening.channels or contact.channel in happening.channels)
    )
    return max(in_time, key=lambda contact: (contact.at, contact.touch), default=None)


def _happening(fact: Fact, readings: Mapping[str, "Reading"]) -> Happening | None:
    match fact:
        case Signal(kind=SignalKind.ORDERED):
            return Happening(kind=OutcomeKind.ORDERED, at=fact.time, order=fact.order)
        case Signal(kind=SignalKind.ORDER_TAKEN_BACK):
            return Happening(kind=OutcomeKind.ORDER_TAKEN_BACK, at=fact.time, order=fact.order)
        case Feedback():
            kind = OutcomeKind.HELPFUL if fact.helpful else OutcomeKind.NOT_HELPFUL
            return Happening(kind=kind, at=fact.time, journey_id=fact.journey_id)
        case Reply() if _is_welcome(readings.get(fact.message_id)):
            return Happening(kind=OutcomeKind.REPLIED, at=fact.time, channels=(fact.channel,) if fact.channel else ())
        case _:
            return None


def _is_welcome(reading: "Reading | None") -> bool:
    """Whether a reply is an answer: not a wish to stop, nor written in distress or anger, which help nobody."""
    return reading is None or not (reading.is_opt_out or reading.is_strong or reading.distress)


def _withdrawn(change: ConsentChange) -> Happening | None:
    if change.granted or change.source == BOUNCED:
        return None
    kind = OutcomeKind.COMPLAINED if change.source == COMPLAINED else OutcomeKind.UNSUBSCRIBED
    return Happening(kind=kind, at=change.time, channels=change.channels)
