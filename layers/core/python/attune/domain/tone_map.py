"""The whole map of tones laid out: what every situation allows, and where it leaves nothing to say."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from attune.domain.playbooks import Playbook
from attune.domain.texts import Found, TextLibrary, find
from attune.domain.tones import NO_RULE, AllowedTones, Tones, allowed_tones

AXES = ("segment", "lifecycle", "friction_level", "sentiment")
OTHER = "(any other)"
"""Stands for a value that comes from outside and that no axis lists."""
CLOSED_AXES = frozenset({"friction_level", "sentiment"})
"""Their values come from ourselves, so there are no others."""


@dataclass(frozen=True)
class Place:
    """One situation of the map and what it allows."""

    situation: Mapping[str, str]
    allowed: AllowedTones


@dataclass(frozen=True)
class TextHole:
    """A touch that has nothing approved to say in a language on a channel to people for whom a row of the map speaks."""

    playbook: str
    touch: int
    channel: str
    locale: str
    rule: str


def places(tones: Tones) -> Iterator[Place]:
    """Yield every situation there is, with what it allows."""
    values = [(*sorted(tones.axes.get(axis, ())), *(() if axis in CLOSED_AXES else (OTHER,))) for axis in AXES]
    for chosen in itertools.product(*values):
        situation = dict(zip(AXES, chosen, strict=True))
        yield Place(situation, allowed_tones(tones, **situation))


def silent_places(tones: Tones) -> list[Place]:
    """Return the situations in which no tone at all is allowed."""
    return [place for place in places(tones) if not place.allowed.tones]


def unreached_rows(tones: Tones) -> list[str]:
    """Return the rows that never decide, because rows above them take all their situations."""
    deciding = {place.allowed.rule for place in places(tones)}
    return [rule.id for rule in tones.rules if rule.id not in deciding]


def text_holes(library: TextLibrary, playbooks: Iterable[Playbook]) -> list[TextHole]:
    """Return where a playbook has no approved text that a row of the map allows, channel by channel and language by language.

    Only languages count in which the touch says anything on that channel: a person takes over in all others.
    """
    rows = {place.allowed.rule: place.allowed for place in places(library.tones) if place.allowed.rule != NO_RULE}
    return [
        TextHole(playbook.id, number, channel, locale, rule)
        for playbook in playbooks
        for number, touch in enumerate(playbook.touches, start=1)
        for channel in touch.channels
        for locale in _languages(library, touch.messages, channel)
        for rule, allowed in rows.items()
        if not any(_fits(library, message, channel, locale, allowed=allowed) for message in touch.messages)
    ]


def _languages(library: TextLibrary, messages: Iterable[str], channel: str) -> list[str]:
    wanted = set(messages)
    return sorted({text.locale for text in library.texts if text.message in wanted and text.channel == channel})


def _fits(library: TextLibrary, message: str, channel: str, locale: str, *, allowed: AllowedTones) -> bool:
    found = find(library, message=message, channel=channel, locale=locale)
    return isinstance(found, Found) and found.text.tone in allowed.tones and found.text.kind in allowed.kinds
