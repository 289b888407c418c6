"""What can come of a contact, and what of it helps or harms."""

from enum import StrEnum


class OutcomeKind(StrEnum):
    """What happened after a contact."""

    ORDERED = "ordered"
    ORDER_TAKEN_BACK = "order_taken_back"
    HELPFUL = "helpful"
    REPLIED = "replied"
    CASE_OPENED = "case_opened"
    UNSUBSCRIBED = "unsubscribed"
    COMPLAINED = "complained"
    NOT_HELPFUL = "not_helpful"
    SNOOZED = "snoozed"


HELPS = frozenset({OutcomeKind.ORDERED, OutcomeKind.HELPFUL, OutcomeKind.REPLIED})
"""After one of these (and no harm) a contact helped."""
HARMS = frozenset({OutcomeKind.UNSUBSCRIBED, OutcomeKind.COMPLAINED, OutcomeKind.NOT_HELPFUL, OutcomeKind.SNOOZED})
"""After one of these a contact did harm, whatever else came of it."""
ABOUT_A_MESSAGE = frozenset({OutcomeKind.HELPFUL, OutcomeKind.NOT_HELPFUL, OutcomeKind.SNOOZED})
"""Outcomes that somebody who got no message cannot have."""
