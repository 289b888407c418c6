"""Take facts about one customer in: what changes in what is known of them, and what has to happen next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from attune.domain.case_triggers import CaseTrigger
from attune.domain.contacts import Contact, Ledger
from attune.domain.customers import Case, Consent, Customer, Due, Profile
from attune.domain.go_aheads import GoAhead
from attune.domain.note_taking import anniversary_due, taken
from attune.domain.personal_notes import PersonalNote
from attune.domain.replies import Reading, interpret
from attune.domain.sentiment import Deaf, Heard, HeardDistress
from attune.domain.session_signals import signals_by_session
from attune.domain.sessions import Moment, Recorded, Session, Trigger, record, remembers, state_of
from attune.domain.signals import (
    CaseResolved,
    CaseWorked,
    ConsentChange,
    ContactFate,
    DataRequest,
    Fact,
    Fate,
    Feedback,
    NoteTaken,
    ProfileChange,
    Reply,
    Signal,
    TouchAnswered,
)
from attune.domain.watching import suiting, to_watch

type Changed = Profile | Consent | Session | Case | Ledger | PersonalNote | GoAhead

UNKNOWN_CHANNEL = ("email", "sms", "onsite")
CLAIMED = "claimed"


@dataclass(frozen=True)
class CallForPerson:
    """A reply that a person may have to read, why, and what was read from it."""

    reply: Reply
    why: CaseTrigger
    reading: Reading


@dataclass(frozen=True)
class Absorbed:
    """The items to write, the sessions to watch, and what people must hear of at once."""

    changed: tuple[Changed, ...]
    consent_changes: tuple[ConsentChange, ...]
    calls: tuple[CallForPerson, ...]
    requests: tuple[DataRequest, ...]
    """Wishes about the data that is held: a person's, each time they are told."""
    watches: tuple[tuple[str, Moment], ...]
    accepted: int
    duplicates: int
    late: int
    news: frozenset[str] = frozenset()
    """Message ids of the facts that changed something."""
    settled: tuple[tuple[Contact, datetime], ...] = ()
    """Contacts whose fate the provider told, and nobody knew; with when it was told of."""
    casework: tuple[tuple[Case, CaseWorked | CaseResolved], ...] = ()
    """What support did that was not known, with the case as it was before."""
    dues: tuple[Due, ...] = ()
    """What has to be looked at for a person, on its day."""
    answers: tuple[tuple[GoAhead, TouchAnswered], ...] = ()
    """What people said about touches that need their go-ahead, with the request as it was before."""


class _Intake:
    """What is known of a customer while facts about them come in, one after the other."""

    def __init__(self, customer: Customer) -> None:
        self.before = customer
        self.profile = customer.profile
        self.consent = customer.consent
        self.cases = dict(customer.cases)
        self.ledger = customer.ledger
        self.settled: list[tuple[Contact, datetime]] = []
        self.casework: list[tuple[Case, CaseWorked | CaseResolved]] = []
        self.go_aheads = dict(customer.go_aheads)
        self.answers: list[tuple[GoAhead, TouchAnswered]] = []
        self.consent_changes: list[ConsentChange] = []
        self.accepted = self.duplicates = self.late = 0
        self.news: set[str] = set()
        self.personal_notes: dict[str, PersonalNote] = {}
        self.dues: list[Due] = []

    def take(self, fact: Fact) -> None:
        """Take over what a fact changes outside the sessions."""
        match fact:
            case ProfileChange():
                told = self.profile.told(fact)
                if told.customer_since != self.profile.customer_since:
                    self.dues.append(anniversary_due(fact.time))
                self._count(fact, changed=told is not self.profile)
                self.profile = told
            case ConsentChange():
                self._count(fact, changed=self.agree(fact))
            case CaseResolved() | CaseWorked():
                self._work(fact)
            case NoteTaken():
                self._keep(fact)
            case TouchAnswered():
                self._let_answer(fact)
            case Feedback(helpful=False):
                self.profile = self.profile.unhelped(fact.time)
            case ContactFate():
                self.learn(fact)
            case _:
                pass  # sessions take the rest

    def hear(self, reply: Reply, reading: Reading) -> None:
        """Take over what a reply changes: consent at once, and how the customer sounds."""
        if reading.is_opt_out:
            self.agree(_withdrawal(reply))
        distress = HeardDistress(reading.distress, reply.time) if reading.distress else None
        self.profile = self.profile.heard(Heard(reading.sentiment, reading.strength, reply.time), distress)

    def _work(self, fact: CaseResolved | CaseWorked) -> None:
        """Take over what support did with a case, if it is one of this customer's."""
        case = next((known for known in self.cases.values() if known.case_id == fact.case_id), None)
        if case is None:
            self._count(fact, changed=False)
            return
        worked = _resolved(case, fact) if isinstance(fact, CaseResolved) else _claimed(case, fact)
        if worked is not case or (isinstance(fact, CaseWorked) and fact.step != CLAIMED):
            self.casework.append((case, fact))
        self._count(fact, changed=worked is not case)
        self.cases[case.about] = worked

    def _keep(self, fact: NoteTaken) -> None:
        """Keep a note for whoever looks after the customer; the same note again changes nothing."""
        note, due = taken(fact)
        known = note.note_id in self.before.personal_notes or note.note_id in self.personal_notes
        self._count(fact, changed=not known)
        if not known:
            self.personal_notes[note.note_id] = note
            self.dues.append(due)

    def _let_answer(self, fact: TouchAnswered) -> None:
        """Take over what a person said about a touch, if it is one of this customer's that waits for it."""
        asked = next((known for known in self.go_aheads.values() if known.request_id == fact.request_id), None)
        if asked is None:
            self._count(fact, changed=False)
            return
        answered = asked.answered(fact)
        self.answers.append((asked, fact))
        self._count(fact, changed=answered is not asked)
        self.go_aheads[asked.contact_id] = answered

    def learn(self, fact: ContactFate) -> None:
        """Take over what the provider says of a contact; most often nothing that was not known."""
        sent = fact.fate is not Fate.REJECTED
        ledger = self.ledger.resolve(fact.contact_id, sent=sent, provider_id=fact.provider_id)
        contact = ledger.find(fact.contact_id)
        if ledger is not self.ledger and contact is not None:
            self._count(fact, changed=True)
            self.ledger = ledger
            self.settled.append((contact, fact.time))

    def agree(self, change: ConsentChange) -> bool:
        """Apply a change of consent; return whether it changed anything."""
        agreed = self.consent.changed(change)
        changed = agreed is not self.consent
        if changed:
            self.consent_changes.append(change)
        self.consent = agreed
        return changed

    def changed_items(self) -> list[Changed]:
        """Return what must be written besides sessions."""
        items: list[Changed] = []
        if self.profile is not self.before.profile:
            items.append(self.profile)
        if self.consent is not self.before.consent:
            items.append(self.consent)
        if self.ledger is not self.before.ledger:
            items.append(self.ledger)
        items += self.personal_notes.values()
        items += [case for about, case in self.cases.items() if case is not self.before.cases[about]]
        return items + [one for about, one in self.go_aheads.items() if one is not self.before.go_aheads[about]]

    def _count(self, fact: Fact, *, changed: bool) -> None:
        self.accepted += changed
        self.duplicates += not changed
        if changed:
            self.news.add(fact.message_id)


def absorb(
    customer: Customer,
    facts: Iterable[Fact],
    triggers: Sequence[Trigger],
    readings: Mapping[str, Reading] | None = None,
) -> Absorbed:
    """Work out what facts change; the same facts again, or in another order, change nothing more.

    `readings` are what was read from replies, by message id; what is missing is read by rules alone.
    """
    facts = sorted(facts, key=_by_time)
    read = {
        id(fact): (readings or {}).get(fact.message_id) or interpret(fact.text, Deaf())
        for fact in facts
        if isinstance(fact, Reply)
    }
    intake = _Intake(customer)
    calls = []
    for fact in facts:
        intake.take(fact)
        if isinstance(fact, Reply):
            reading = read[id(fact)]
            intake.hear(fact, reading)
            why = _why_read(reading)
            if why is not None:
                calls.append(CallForPerson(fact, why, reading))
    sessions: list[Session] = []
    watches: list[tuple[str, Moment]] = []
    for session_id, signals in signals_by_session(facts, read).items():
        before = customer.sessions.get(session_id, Session(session_id))
        moved = [session for session in customer.sessions_called(session_id) if session.session_id != session_id]
        unseen = [signal for signal in signals if not any(remembers(session, signal) for session in moved)]
        intake.duplicates += len(signals) - len(unseen)
        recorded, moments = _record(before, unseen, triggers)
        intake.accepted += recorded.accepted
        intake.duplicates += recorded.duplicates
        intake.late += recorded.late
        intake.news |= recorded.news
        if recorded.session is not before:
            sessions.append(recorded.session)
        watches.extend((session_id, moment) for moment in moments)
    return Absorbed(
        changed=(*sessions, *intake.changed_items()),
        consent_changes=tuple(intake.consent_changes),
        calls=tuple(calls),
        requests=tuple(fact for fact in facts if isinstance(fact, DataRequest)),
        watches=tuple(watches),
        accepted=intake.accepted,
        duplicates=intake.duplicates,
        late=intake.late,
        news=frozenset(intake.news),
        settled=tuple(intake.settled),
        dues=tuple(intake.dues),
        casework=tuple(intake.casework),
        answers=tuple(intake.answers),
    )


def go_on(session: Session, signals: Iterable[Signal], triggers: Sequence[Trigger]) -> Absorbed:
    """Work out what signals change that only continue a session, whatever else is known of its customer."""
    recorded, moments = _record(session, sorted(signals, key=_by_time), triggers)
    return Absorbed(
        changed=(recorded.session,) if recorded.session is not session else (),
        consent_changes=(),
        calls=(),
        requests=(),
        watches=tuple((session.session_id, moment) for moment in moments),
        accepted=recorded.accepted,
        duplicates=recorded.duplicates,
        late=recorded.late,
        news=recorded.news,
    )


def _record(before: Session, signals: Sequence[Signal], triggers: Sequence[Trigger]) -> tuple[Recorded, list[Moment]]:
    """Add signals to a session; return also what is to be watched in it now."""
    state_of(before, suiting(before, triggers))  # worked out first, so that only what is new has to be folded
    recorded = record(before, signals, triggers)
    return recorded, to_watch(before, recorded.session, triggers, again=recorded.duplicates > 0)


def _by_time(fact: Fact) -> tuple[datetime, str]:
    return fact.time, fact.message_id


def _why_read(reading: Reading) -> CaseTrigger | None:
    """Return why a person may have to read a reply; None for who only wants to be left alone."""
    if reading.call is not None:
        return CaseTrigger(reading.call)
    return None if reading.is_opt_out else CaseTrigger.REPLY


def _withdrawal(reply: Reply) -> ConsentChange:
    channels = (reply.channel,) if reply.channel in UNKNOWN_CHANNEL else UNKNOWN_CHANNEL
    return ConsentChange(
        message_id=reply.message_id,
        customer_id=reply.customer_id,
        time=reply.time,
        channels=channels,
        granted=False,
        source="reply",
    )


def _resolved(case: Case, fact: CaseResolved) -> Case:
    return case if case.resolved_at is not None else replace(case, resolved_at=fact.time)


def _claimed(case: Case, fact: CaseWorked) -> Case:
    """Note the first claim; who holds a case now is settled by whoever claims it, not by what is told of it later."""
    if fact.step != CLAIMED or case.claimed_at is not None:
        return case
    return replace(case, claimed_at=fact.time, claimed_by=case.claimed_by or fact.agent_id)
