"""Which facts a session remembers, and as what: signals, and what customers say, as signals."""

from collections.abc import Iterable, Mapping

from attune.domain.replies import Intent, Reading
from attune.domain.signals import Fact, Feedback, Reply, Signal, SignalKind


def signals_by_session(facts: Iterable[Fact], read: Mapping[int, Reading]) -> dict[str, list[Signal]]:
    """Return the signals among facts by session; `read` is what was read from replies, by the fact's `id`."""
    sessions: dict[str, list[Signal]] = {}
    for fact in facts:
        match fact:
            case Signal():
                signal = fact
            case Reply():
                asked = read[id(fact)].intent is Intent.HELP
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
