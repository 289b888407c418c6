"""Which tones may speak to a customer in a situation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

NO_RULE = "no-rule"


class TextKind(StrEnum):
    """Whether a text serves what the customer is doing, or promotes."""

    SERVICE = "service"
    PROMOTIONAL = "promotional"


class CallToAction(StrEnum):
    """How strongly a text asks for something: `soft` leaves it open, `plain` names the next step."""

    SOFT = "soft"
    PLAIN = "plain"


@dataclass(frozen=True, kw_only=True)
class ToneProfile:
    """How a tone speaks: rules for the people who write, and the limits a lint can measure.

    `greeting` and `closing` are by language; `call_to_action` is the strongest that a text of this tone may have.
    """

    name: str
    description: str
    person: str
    contractions: bool
    sentence_words: int
    reading_grade: int
    call_to_action: CallToAction
    greeting: Mapping[str, str]
    closing: Mapping[str, str]
    rules: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ToneRule:
    """One row of the map; an axis that `when` does not name matches everything."""

    id: str
    tones: tuple[str, ...]
    kinds: tuple[TextKind, ...]
    when: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Tones:
    """The tone profiles, the axes with their values, and the map: the first matching row decides."""

    profiles: Mapping[str, ToneProfile]
    axes: Mapping[str, frozenset[str]]
    rules: tuple[ToneRule, ...]


@dataclass(frozen=True)
class AllowedTones:
    """The tones allowed now, best first, the kinds of text allowed with them, and the row that said so."""

    tones: tuple[str, ...]
    kinds: tuple[TextKind, ...]
    rule: str


def allowed_tones(tones: Tones, *, segment: str, lifecycle: str, friction_level: str, sentiment: str) -> AllowedTones:
    """Return what the first matching row allows; nothing at all when no row matches."""
    situation = {
        "segment": segment,
        "lifecycle": lifecycle,
        "friction_level": friction_level,
        "sentiment": sentiment,
    }
    for rule in tones.rules:
        if all(situation[axis] in values for axis, values in rule.when.items()):
            return AllowedTones(rule.tones, rule.kinds, rule.id)
    return AllowedTones((), (), NO_RULE)
