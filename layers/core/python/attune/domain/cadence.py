"""How often a customer wants to hear from us: fewer messages, the usual ones, or only what is important."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from attune.domain.contacts import Cap

if TYPE_CHECKING:
    from attune.domain.customers import Customer, Profile
    from attune.domain.playbooks import Playbook


class Cadence(StrEnum):
    """The customer's own wish; it narrows what playbooks allow and never widens it."""

    NORMAL = "normal"
    FEWER = "fewer"
    IMPORTANT = "important"


FEWER = Cap("fewer", 1, timedelta(days=7))
"""What "fewer messages" means."""
SOFTER_FOR = timedelta(days=30)
"""How long fewer messages go to somebody whom one did not help, unless they say how many they want."""


def cadence_of(told: str) -> Cadence:
    """Return the cadence that a profile names: normal without a word, fewer for a word that is none of ours."""
    try:
        return Cadence(told.strip().casefold() or Cadence.NORMAL)
    except ValueError:
        return Cadence.FEWER


def is_softened(profile: "Profile", now: datetime) -> bool:
    """Whether fewer messages go to somebody because one was no help lately; a wish they told later wins."""
    unhelped, told = profile.not_helpful_at, profile.changed_at.get("cadence")
    if unhelped is None or (told is not None and told > unhelped):
        return False
    return unhelped <= now < unhelped + SOFTER_FOR


def caps_for(customer: "Customer", playbook: "Playbook", now: datetime) -> tuple[Cap, ...]:
    """Return every cap that a contact of this playbook with this customer must fit under."""
    caps, profile = playbook.caps(), customer.profile
    usual = cadence_of(profile.cadence) is Cadence.NORMAL and not is_softened(profile, now)
    return caps if usual else (*caps, FEWER)
