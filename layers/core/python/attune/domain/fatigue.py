"""How tired of messages somebody is, and what that makes a further one worth.

A message costs attention. Each contact of the last weeks weighs on the next: one that was welcome a little, one that got
no answer (or a bad one) fully, both less with every day that passes. The more of it, the less likely a further message is
to help; where that chance falls below what a contact must be worth, the better choice is none. That it is
unanswered messages above all that take the effect away was found in a micro-randomised trial (`docs/policies.md`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from math import exp2

from attune.domain.contacts import Ledger

STRICT = {"extra": "forbid"}
DOUBLINGS = 60
"""More than so many make no difference any more, and no number too large."""
TWO_HALF_LIVES = 2


@dataclass(frozen=True, kw_only=True)
class FatigueRules:
    """How a playbook takes fatigue into account; the defaults fit a few contacts a week."""

    __pydantic_config__ = STRICT

    half_life: timedelta = timedelta(days=7)
    welcome_weighs: float = 0.2
    halves_after: float = 1.5
    worth: float = 0.02
    none_after: int = 2
    stretch: float = 1.5
    longest_stretch: float = 4.0

    def __post_init__(self) -> None:
        """Refuse rules that mean nothing."""
        for rule in fields(self):
            if rule.name not in ("half_life", "none_after") and not getattr(self, rule.name) > 0:
                raise ValueError(f"{rule.name} must be above 0")
        if self.half_life <= timedelta(0):
            raise ValueError("half_life must be above 0")
        if self.none_after < 1:
            raise ValueError("none_after must be 1 or more")
        if not self.worth < 1 or not self.welcome_weighs <= 1:
            raise ValueError("worth must be below 1, and welcome_weighs at most 1")
        if self.stretch < 1 or self.longest_stretch < 1:
            raise ValueError("stretch and longest_stretch must be 1 or more")


@dataclass(frozen=True)
class Fatigue:
    """What recent contacts weigh together, and how many of them (of two half-lives) got no answer."""

    weight: float = 0.0
    unanswered: int = 0

    def least_chance(self, rules: FatigueRules) -> float | None:
        """Return how likely a fresh message would have to help for a further one to be worth it; None: not a question.

        A message to somebody this tired helps 2 ** -(weight / halves_after) times as likely as a fresh one, and must help
        with chance `worth`. It is asked once `none_after` contacts went unanswered.
        """
        if self.unanswered < rules.none_after:
            return None
        doublings = min(self.weight / rules.halves_after, DOUBLINGS)
        return min(1.0, rules.worth * exp2(doublings))

    def stretch(self, rules: FatigueRules) -> float:
        """Return by how much delays grow: once more with each unanswered contact, up to `longest_stretch`."""
        return min(rules.longest_stretch, rules.stretch ** min(self.unanswered, DOUBLINGS))


def fatigue_of(contacts: Iterable[tuple[datetime, bool]], now: datetime, rules: FatigueRules) -> Fatigue:
    """Return the fatigue from contacts (when, and whether it was welcome) before `now`."""
    weight, unanswered = 0.0, 0
    for at, welcome in contacts:
        half_lives = (now - at) / rules.half_life
        if half_lives < 0:
            continue
        weight += (rules.welcome_weighs if welcome else 1.0) * 0.5**half_lives
        unanswered += not welcome and half_lives <= TWO_HALF_LIVES
    return Fatigue(weight, unanswered)


def fatigue_from(ledger: Ledger, *, answered_at: datetime | None, now: datetime, rules: FatigueRules) -> Fatigue:
    """Return the fatigue from a ledger; what was sent up to the customer's last answer counts as welcome.

    Only touches of journeys count: an answer to what the customer wrote (touch 0) is no message that waits for one.
    """
    contacts = (
        (contact.at, answered_at is not None and contact.at <= answered_at)
        for contact in ledger.contacts
        if contact.counts and contact.touch > 0
    )
    return fatigue_of(contacts, now, rules)
