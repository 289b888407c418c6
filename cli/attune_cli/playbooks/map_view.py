"""The journey map: for each moment what happened before, what was hard, what we say, and where a person takes over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from attune.domain.playbook_rules import Escalation, Touch
from attune.domain.playbooks import Playbook


@dataclass(frozen=True)
class Station:
    """One touch of a journey in words: when it comes, what is said, by what, and under which condition."""

    number: int
    when: str
    messages: str
    channels: str
    condition: str


@dataclass(frozen=True)
class Row:
    """One moment of the map."""

    playbook: Playbook
    before: tuple[str, ...]
    friction: tuple[str, ...]
    stations: tuple[Station, ...]
    person: str
    goal: str


def journey_map(playbooks: Iterable[Playbook]) -> list[Row]:
    """Return the map."""
    return [
        Row(
            playbook=playbook,
            before=playbook.happened_before,
            friction=playbook.friction_observed,
            stations=tuple(_station(number, touch) for number, touch in enumerate(playbook.touches, start=1)),
            person=_person(playbook.escalation),
            goal=", ".join(playbook.goals or playbook.trigger.closed_by) or "none",
        )
        for playbook in playbooks
    ]


def in_words(duration: timedelta) -> str:
    """Return a duration as people say it: `2 days`, `12 hours`, `10 minutes`."""
    seconds = int(duration.total_seconds())
    for name, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size and seconds % size == 0:
            count = seconds // size
            return f"{count} {name}{'s' if count > 1 else ''}"
    return f"{seconds} seconds" if seconds else "at once"


def _station(number: int, touch: Touch) -> Station:
    delays = sorted(touch.delays)
    span = in_words(delays[0]) if len(delays) == 1 else f"{in_words(delays[0])} to {in_words(delays[-1])}"
    after = "after the moment" if number == 1 else "later"
    when = span if span == "at once" else f"{span} {after}"
    conditions = []
    if touch.when.friction_at_least.rank > 0:
        conditions.append(f"friction still {touch.when.friction_at_least}")
    if touch.when.price_sensitive:
        conditions.append("the price seems to matter")
    if touch.offer:
        conditions.append(f"with {touch.offer.discount} off")
    return Station(number, when, ", ".join(touch.messages), ", ".join(touch.channels), "; ".join(conditions))


_PERSON = (
    ("always", "always"),
    ("agent_of_record", "an agent of record"),
    ("vip", "VIP"),
    ("regulatory_flag", "regulatory flag"),
    ("repeated_high_friction", "high friction again"),
    ("reply_asks_for_help", "a reply that asks for help"),
    ("wants_a_person", "a wish for a person"),
    ("sentiment_dip", "a very unhappy reply"),
    ("reply", "any other reply"),
    ("no_approved_text", "no approved text"),
)


def _person(escalation: Escalation) -> str:
    if escalation.always:
        return f"always, within {in_words(escalation.answer_within)}"
    named = [words for name, words in _PERSON if getattr(escalation, name, False)]
    return f"distress; {'; '.join(named)}: within {in_words(escalation.answer_within)}, urgent ones within " + in_words(
        escalation.urgent_within
    )
