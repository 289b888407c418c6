"""Who may enter a playbook at all: its segments, and whether the same customer may enter again."""

from datetime import datetime

from attune.domain.customers import Customer
from attune.domain.decisions import Reason
from attune.domain.playbooks import Playbook


def why_not_entering(customer: Customer, playbook: Playbook, journey_id: str, at: datetime) -> Reason | None:
    """Return why a customer does not enter a playbook at an instant, or None; `journey_id` is the journey in question.

    Journeys that were held out count like any other: both groups enter by the same rules, or they could not be compared.
    """
    if not playbook.audience.includes(customer.profile.segment):
        return Reason("not_in_audience", "This playbook is for other segments.")
    rule = playbook.re_entry
    begun = [
        journey.since
        for journey in customer.journeys.values()
        if journey.playbook == playbook.id and journey.journey_id != journey_id and journey.since <= at
    ]
    if not begun:
        return None
    if not rule.allowed:
        return Reason("re_entry", "The customer had a journey of this playbook before, and enters it once only.")
    if at < max(begun) + rule.after:
        return Reason("re_entry", "The customer's last journey of this playbook began too short a time ago.")
    if rule.at_most and sum(since > at - rule.within for since in begun) >= rule.at_most:
        return Reason("re_entry", "The customer had as many journeys of this playbook lately as it allows.")
    return None
