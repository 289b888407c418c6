"""What the assumptions say in numbers: how a message moves the chance to buy, and how it annoys."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from math import exp, log

from attune_cli.simulating.assumptions import Annoyance, Messages

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Effects:
    """How people take messages, by the assumptions."""

    messages: Messages
    annoyance: Annoyance

    @cached_property
    def _curve(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        return tuple(self.messages.effect_by_hours), tuple(self.messages.effect_by_hours.values())

    def shift(self, since_leaving: timedelta, *, channel: str, struggles: int, recent: int) -> float:
        """Return by how much a message moves the log-odds of buying; recent contacts wear its help out, never its harm."""
        by_hour = interpolated(*self._curve, since_leaving / HOUR)
        moved = (
            by_hour
            * self.messages.effect_by_channel[channel]
            * by_struggle(self.messages.effect_by_struggle, struggles)
        )
        return moved * self.messages.each_recent_keeps**recent if moved > 0 else moved

    def unsubscribes(self, channel: str, recent: int) -> float:
        """Return the chance that a message makes somebody unsubscribe."""
        return self._worn(self.annoyance.unsubscribes[channel], recent)

    def complains(self, channel: str, recent: int) -> float:
        """Return the chance that an email is reported as spam; nothing else can be."""
        return self._worn(self.annoyance.complains, recent) if channel == "email" else 0.0

    def finds_unhelpful(self, recent: int) -> float:
        """Return the chance that somebody says a message did not help."""
        return self._worn(self.messages.found_unhelpful, recent)

    def _worn(self, chance: float, recent: int) -> float:
        return min(1.0, chance * self.annoyance.each_recent_multiplies**recent)


def by_struggle[T](values: Sequence[T], struggles: int) -> T:
    """Return the value for so many things that went wrong."""
    return values[min(struggles, len(values) - 1)]


def moved(chance: float, shift: float) -> float:
    """Return a chance after its log-odds moved."""
    if not 0 < chance < 1:
        return chance
    return 1 / (1 + exp(-(log(chance / (1 - chance)) + shift)))


def interpolated(places: Sequence[float], values: Sequence[float], at: float) -> float:
    """Return the value on the straight lines between given ones; outside of them the nearest."""
    after = bisect_right(places, at)
    if after == 0:
        return values[0]
    if after == len(places):
        return values[-1]
    left, right = places[after - 1], places[after]
    share = (at - left) / (right - left)
    return values[after - 1] * (1 - share) + values[after] * share
