"""In which circumstances the policy learns apart: channel, device, time of day, weekend, friction."""

from datetime import datetime

from attune.domain.friction_levels import Level
from attune.domain.gate import contact_zone
from attune.domain.signals import SignalKind
from attune.domain.situation import Situation

SATURDAY = 5
_DAY_PARTS = ((6, "night"), (12, "morning"), (18, "afternoon"), (24, "evening"))
_ANSWERS = (SignalKind.REPLIED, SignalKind.ASKED_FOR_HELP, SignalKind.FOUND_HELPFUL, SignalKind.ORDERED)


def context_of(situation: Situation, channel: str) -> str:
    """Return the context of a delay: channel, device, local day part, workday or weekend, friction level."""
    local = situation.now.astimezone(contact_zone(situation.zone, situation.playbook))
    weekend = "weekend" if local.weekday() >= SATURDAY else "workday"
    device = situation.device or "unknown"
    return f"{channel}#{device}#{day_part(local)}#{weekend}#{situation.friction.level}"


def day_part(local: datetime) -> str:
    """Return the part of the day on a local clock: night, morning, afternoon or evening, six hours each."""
    return next(name for until, name in _DAY_PARTS if local.hour < until)


def answered_at(situation: Situation) -> datetime | None:
    """Return when the customer last answered: wrote, asked for help, found a message helpful, ordered."""
    answers = [at for kind in _ANSWERS if (at := situation.customer.latest(kind, ())) is not None]
    return max(answers, default=None)


def is_confused(situation: Situation) -> bool:
    """Whether it is not clear to the customer how to go on: friction is high, or they look for help.

    Confusion asks for clearer words, never for more or earlier messages.
    """
    return situation.friction.level is Level.HIGH or any(
        term.term == "help_visits" for term in situation.friction.terms
    )
