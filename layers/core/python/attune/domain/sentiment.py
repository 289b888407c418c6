"""What is read from words: how they sound and how strongly; who reads them; and what is remembered for a while.

It may hold back, soften or bring a person in. Nothing is ever sold by it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from attune.domain.distress import Distress

STRONG = 0.6
"""From this strength on, unhappy words bring a person in."""
LASTS = timedelta(days=30)
"""How long the latest sentiment, or distress, is heeded."""
DISTRESSED = "distressed"


class Polarity(StrEnum):
    """How words sound."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


@dataclass(frozen=True)
class Sentiment:
    """How a text sounds, how strongly (0 to 1; 0 if neutral), and the ids of the rules that said so."""

    polarity: Polarity = Polarity.NEUTRAL
    strength: float = 0.0
    rules: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a strength that is none."""
        if not 0 <= self.strength <= 1:
            raise ValueError(f"strength must be from 0 to 1, not {self.strength}")

    @property
    def is_unhappy(self) -> bool:
        """Whether somebody is unhappy with us: what recall and precision are measured by."""
        return self.polarity is Polarity.NEGATIVE

    @property
    def is_strong(self) -> bool:
        """Whether they are so unhappy that a person should look."""
        return self.is_unhappy and self.strength >= STRONG


class SentimentReader(Protocol):
    """Whoever can tell how a text sounds; never raises, says neutral where it cannot tell."""

    def read(self, text: str, locale: str) -> Sentiment:
        """Return how a text sounds; `locale` is the customer's, empty if nobody knows it."""
        ...


class Deaf:
    """Reads nothing into words: for callers to whom only what a text asks for matters."""

    def read(self, text: str, locale: str) -> Sentiment:  # noqa: ARG002 - the Protocol's signature
        """Return neutral."""
        return Sentiment()


@dataclass(frozen=True)
class Heard:
    """The latest sentiment of a customer, without their words."""

    polarity: Polarity
    strength: float
    at: datetime

    @property
    def is_strong(self) -> bool:
        """Whether they were so unhappy that a person should look."""
        return Sentiment(self.polarity, self.strength).is_strong

    @property
    def weight(self) -> tuple[datetime, bool, float, str]:
        """By which the later is found; of two at once the unhappier."""
        return self.at, self.polarity is Polarity.NEGATIVE, self.strength, self.polarity


@dataclass(frozen=True)
class HeardDistress:
    """The latest distress of a customer, without their words."""

    kind: Distress
    at: datetime

    @property
    def weight(self) -> tuple[datetime, str]:
        """By which the later is found."""
        return self.at, self.kind


def later[T: (Heard, HeardDistress)](one: T | None, other: T | None) -> T | None:
    """Return the later of two, whichever came first."""
    known = [heard for heard in (one, other) if heard is not None]
    return max(known, key=lambda heard: heard.weight, default=None)


def is_distressed(distress: HeardDistress | None, now: datetime) -> bool:
    """Whether somebody told of distress lately."""
    return distress is not None and now - distress.at < LASTS


def sentiment_now(heard: Heard | None, distress: HeardDistress | None, now: datetime) -> str:
    """Return the value of the tone map's axis `sentiment` for a customer."""
    if is_distressed(distress, now):
        return DISTRESSED
    if heard is None or now - heard.at >= LASTS:
        return Polarity.NEUTRAL.value
    return heard.polarity.value
