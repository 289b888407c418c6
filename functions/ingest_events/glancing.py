"""A look at sessions for half the price, many in one request, which may be a moment old: only where that changes nothing else.

Most events only continue the session of somebody who came under their own id. Nothing but that session decides then what
becomes of them, and a merge marks every session that it moves. What is written over an old state is refused by its
version; what is *not* written has to be right of itself. Everything else is looked at closely, customer by customer.
"""

from collections.abc import Sequence
from datetime import datetime

from attune.domain.absorbing import Absorbed, go_on
from attune.domain.dues import may_move_silence
from attune.domain.learning.outcomes import happenings_in
from attune.domain.sessions import Session, Trigger
from attune.domain.signals import Fact, Signal
from functions.ingest_events.scheduling import soon


def session_of(customer_id: str, facts: Sequence[Fact]) -> str | None:
    """Return the one session that facts may only continue, or None where their customer has to be looked at closely.

    Orders look at journeys, consent and traits at what was said before, and who came by another's identifier at the
    sessions that were moved. Of two sessions one would be written before the other is refused, and its events be
    counted as duplicates.
    """
    signals = [fact for fact in facts if isinstance(fact, Signal) and fact.customer_id == customer_id]
    sessions = {signal.session_id for signal in signals}
    if len(signals) < len(facts) or len(sessions) != 1 or happenings_in(signals, (), {}):
        return None
    return sessions.pop()


def continued(session: Session, facts: Sequence[Fact], triggers: Sequence[Trigger], now: datetime) -> Absorbed | None:
    """Return what facts change that continue a session, or None where more has to be known to tell.

    What is watched again after a duplicate hangs on everything that came since, and what is due in days on what is already.
    """
    signals = [fact for fact in facts if isinstance(fact, Signal)]
    if session.moved_to:
        return None
    absorbed = go_on(session, signals, triggers)
    further = len(soon(absorbed, now)) < len(absorbed.watches)
    if absorbed.duplicates or further:
        return None
    moves = any(may_move_silence(session, after, triggers) for after in absorbed.changed if isinstance(after, Session))
    return None if moves else absorbed
