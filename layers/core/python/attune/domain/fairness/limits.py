"""Words of watching fairness: what is compared, between whom, counted how, and the rules a tenant declares for it.

People are counted, never messages: each person stands once, with the first moment of the window that was hard for them and
what came of it. Groups are what the tenant declares; nothing about a person is inferred (docs/fairness.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Dimension(StrEnum):
    """By what people may be grouped: what applications told or a visit showed, and nothing else."""

    SEGMENT = "segment"
    LIFECYCLE = "lifecycle"
    LOCALE = "locale"
    COUNTRY = "country"
    DEVICE = "device"
    CHANNEL = "channel"


class Measure(StrEnum):
    """What is compared between groups."""

    TONE = "tone"
    DELAY = "delay"
    OFFER = "offer"
    SILENCE = "silence"
    ESCALATION = "escalation"
    HELPFUL = "helpful"
    HARM = "harm"


YES, NO = "yes", "no"
ABOUT_CONTACTED = frozenset({Measure.TONE, Measure.DELAY, Measure.OFFER, Measure.HELPFUL, Measure.HARM})
"""Compared among the people who were contacted; the others among all for whom something was hard."""
UNKNOWN = ""
"""The group of those of whom nothing is known: counted, never compared."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """So many people of one group, alike in playbook, friction and what came of it.

    `outcome` is yes or no, a tone, or whole hours for a delay; `cause` is the code of the reason behind it, where there is one.
    """

    dimension: Dimension
    group: str
    playbook: str
    level: str
    measure: Measure
    outcome: str
    cause: str = ""
    people: int


@dataclass(frozen=True, kw_only=True)
class FairnessRules:
    """What a tenant declares: groups, limits, sizes and how often a false alarm may come.

    `limits` are fractions (0.05 is five points). `weekly_day` counts from Monday as 0; `chance` is that of any false alarm in
    `window_days` days, of which `weekly_share` is kept for the weekly looks.
    """

    version: str
    window_days: int
    settle_days: int
    weekly_day: int
    weekly_share: float
    chance: float
    shown_from: int
    compared_from: int
    groups: Mapping[Dimension, frozenset[str]]
    limits: Mapping[Measure, float]
    known_causes: Mapping[Measure, frozenset[str]]

    def window(self, now: datetime) -> tuple[datetime, datetime]:
        """Return since and until when moments count that are looked at now: whole days, old enough to have settled."""
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        until = today - timedelta(days=self.settle_days)
        return until - timedelta(days=self.window_days), until

    def measures(self, dimension: Dimension) -> tuple[Measure, ...]:
        """Return what is compared along a dimension: who was not contacted has no channel."""
        return tuple(one for one in self.limits if dimension is not Dimension.CHANNEL or one in ABOUT_CONTACTED)


def level_of_look(rules: FairnessRules, day: datetime) -> float:
    """Return the chance of any false alarm that today's look may have.

    The looks of any window share its chance and are added up (Bonferroni), so that it holds although each day's window
    overlaps the one before. One day a week gets nearly all of it: small gaps are found then, big ones any day.
    """
    weekly = -(-rules.window_days // 7)
    if day.weekday() == rules.weekly_day:
        return rules.chance * rules.weekly_share / weekly
    daily = rules.window_days - rules.window_days // 7
    return rules.chance * (1 - rules.weekly_share) / daily
