"""Take facts about one customer in: what changes in what is known of them, and what has to happen next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from attune.domain.case_triggers import CaseTrigger
from attune.domain.contacts import Contact
from attune.domain.customers import Case, Customer, Due
from attune.domain.go_aheads import GoAhead
from attune.domain.intake import Changed, Intake
from attune.domain.replies import Reading, interpret
from attune.domain.sentiment import Deaf
from attune.domain.session_signals import signals_by_session
from attune.domain.sessions import Moment, Recorded, Session, Trigger, record, remembers, state_of
from attune.domain.signals import (
    CaseResolved,
    CaseWorked,
    ConsentChange,
    DataRequest,
    Fact,
    Reply,
    Signal,
    TouchAnswered,
)
from attune.domain.watching import suiting, to_watch


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
    intake = Intake(customer)
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
        # Whoever took it in before the merge may have died before they said so: as with any duplicate.
        again = (one for one in moved if any(remembers(one, signal) for signal in signals))
        moments += [moment for one in again for moment in to_watch(one, one, triggers, again=True)]
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
