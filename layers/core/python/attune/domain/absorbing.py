"""Take facts about one customer in: what changes in what is known of them, and what has to happen next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from attune.domain.customers import Case, Consent, Customer, Profile
from attune.domain.replies import Intent, read_reply
from attune.domain.sessions import Moment, Session, Trigger, open_moments, record, state_of
from attune.domain.signals import (
    CaseResolved,
    ConsentChange,
    Fact,
    Feedback,
    ProfileChange,
    Reply,
    Signal,
    SignalKind,
)

UNKNOWN_CHANNEL = ("email", "sms", "onsite")


@dataclass(frozen=True)
class Absorbed:
    """The items to write, the sessions to watch, and what people must hear of at once."""

    changed: tuple[Profile | Consent | Session | Case, ...]
    consent_changes: tuple[ConsentChange, ...]
    calls_for_help: tuple[Reply, ...]
    watches: tuple[tuple[str, Moment], ...]
    accepted: int
    duplicates: int
    late: int


def absorb(customer: Customer, facts: Iterable[Fact], triggers: Sequence[Trigger]) -> Absorbed:
    """Work out what facts change; the same facts again, or in another order, change nothing more."""
    facts = sorted(facts, key=lambda fact: (fact.time, fact.message_id))
    replies = [fact for fact in facts if isinstance(fact, Reply)]
    intents = {id(reply): read_reply(reply.text) for reply in replies}
    profile, consent = customer.profile, customer.consent
    cases = dict(customer.cases)
    consent_changes: list[ConsentChange] = []
    accepted = duplicates = late = 0
    for fact in facts:
        match fact:
            case ProfileChange():
                changed = profile.told(fact)
                accepted, duplicates = _tally(changed is not profile, accepted, duplicates)
                profile = changed
            case ConsentChange():
                agreed = consent.changed(fact)
                accepted, duplicates = _tally(agreed is not consent, accepted, duplicates)
                if agreed is not consent:
                    consent_changes.append(fact)
                consent = agreed
            case CaseResolved():
                closed = _resolve(cases, fact)
                accepted, duplicates = _tally(closed, accepted, duplicates)
            case Reply() if intents[id(fact)] is Intent.STOP:
                wish = _withdrawal(fact)
                agreed = consent.changed(wish)
                if agreed is not consent:
                    consent_changes.append(wish)
                consent = agreed
            case _:
                pass
    sessions: list[Session] = []
    watches: list[tuple[str, Moment]] = []
    for session_id, signals in _by_session(facts, intents).items():
        before = customer.sessions.get(session_id, Session(session_id))
        recorded = record(before, signals, triggers)
        accepted, duplicates, late = accepted + recorded.accepted, duplicates + recorded.duplicates, late + recorded.late
        if recorded.session is not before:
            sessions.append(recorded.session)
        watches.extend((session_id, m) for m in _to_watch(before, recorded.session, triggers, again=recorded.duplicates > 0))
    items: list[Profile | Consent | Session | Case] = [*sessions]
    if profile is not customer.profile:
        items.append(profile)
    if consent is not customer.consent:
        items.append(consent)
    items.extend(case for about, case in cases.items() if case is not customer.cases[about])
    calls = tuple(reply for reply in replies if intents[id(reply)] is Intent.HELP)
    return Absorbed(tuple(items), tuple(consent_changes), calls, tuple(watches), accepted, duplicates, late)


def _tally(changed: bool, accepted: int, duplicates: int) -> tuple[int, int]:  # noqa: FBT001 - a count, not a mode
    return (accepted + 1, duplicates) if changed else (accepted, duplicates + 1)


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


def _resolve(cases: dict[str, Case], fact: CaseResolved) -> bool:
    for about, case in cases.items():
        if case.case_id == fact.case_id and case.resolved_at is None:
            cases[about] = replace(case, resolved_at=fact.time)
            return True
    return False


def _by_session(facts: Iterable[Fact], intents: dict[int, Intent]) -> dict[str, list[Signal]]:
    sessions: dict[str, list[Signal]] = {}
    for fact in facts:
        match fact:
            case Signal():
                signal = fact
            case Reply():
                asked = intents[id(fact)] is Intent.HELP
                signal = _signal(fact, SignalKind.ASKED_FOR_HELP if asked else SignalKind.REPLIED, "Message Replied")
            case Feedback():
                kind = SignalKind.FOUND_HELPFUL if fact.helpful else SignalKind.FOUND_UNHELPFUL
                signal = _signal(fact, kind, "Feedback Given")
            case _:
                continue
        sessions.setdefault(signal.session_id, []).append(signal)
    return sessions


def _signal(fact: Reply | Feedback, kind: SignalKind, name: str) -> Signal:
    return Signal(
        message_id=fact.message_id,
        customer_id=fact.customer_id,
        session_id=fact.session_id,
        time=fact.time,
        kind=kind,
        name=name,
    )


def _to_watch(before: Session, after: Session, triggers: Sequence[Trigger], *, again: bool) -> list[Moment]:
    """Return moments to look at: those newly found in the past, and those that silence would bring.

    After a duplicate all of them are watched again: the first delivery may have died before it said so.
    """
    state = state_of(after, triggers)
    known = () if again else state_of(before, triggers).moments
    return [*(moment for moment in state.moments if moment not in known), *open_moments(state, triggers)]
