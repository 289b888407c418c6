"""Which moments of a session somebody has to look at, after news of it."""

from collections.abc import Sequence

from attune.domain.sessions import Moment, Session, Trigger, open_moments, state_of


def suiting(session: Session, triggers: Sequence[Trigger]) -> tuple[Trigger, ...]:
    """Return the triggers for which a session has the surroundings they need."""
    return tuple(trigger for trigger in triggers if trigger.suits(session.context))


def to_watch(before: Session, after: Session, triggers: Sequence[Trigger], *, again: bool) -> list[Moment]:
    """Return moments to look at: those newly found in the past, and those that silence would bring.

    After a duplicate all of them are watched again: the first delivery may have died before it said so.
    """
    triggers = suiting(after, triggers)
    state = state_of(after, triggers)
    coming = open_moments(state, triggers)
    if again:
        return [*state.moments, *coming]
    earlier = state_of(before, triggers)
    found = [moment for moment in state.moments if moment not in earlier.moments]
    # What an event opened is watched from that event on. Silence is watched anew: late evidence may change its answer.
    by_event = {trigger.playbook for trigger in triggers if trigger.by_event}
    watched = {moment for moment in open_moments(earlier, triggers) if moment.playbook in by_event}
    return [*found, *(moment for moment in coming if moment not in watched)]
