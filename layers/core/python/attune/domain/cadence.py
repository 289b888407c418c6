"""How often a customer wants to hear from us: fewer messages, the usual ones, or only what is important."""

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from attune.domain.contacts import Cap

if TYPE_CHECKING:
    from attune.domain.customers import Customer
    from attune.domain.playbooks import Playbook


class Cadence(StrEnum):
    """The customer's own wish; it narrows what playbooks allow and never widens it."""

    NORMAL = "normal"
    FEWER = "fewer"
    IMPORTANT = "important"


FEWER = Cap("fewer", 1, timedelta(days=7))
"""What "fewer messages" means."""


def cadence_of(told: str) -> Cadence:
    """Return the cadence that a profile names: normal without a word, fewer for a word that is none of ours."""
    try:
        return Cadence(told.strip().casefold() or Cadence.NORMAL)
    except ValueError:
        return Cadence.FEWER


def caps_for(customer: "Customer", playbook: "Playbook") -> tuple[Cap, ...]:
    """Return every cap that a contact of this playbook with this customer must fit under."""
    caps = playbook.caps()
    return caps if cadence_of(customer.profile.cadence) is Cadence.NORMAL else (*caps, FEWER)
