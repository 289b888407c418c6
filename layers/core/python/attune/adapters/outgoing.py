"""One message on its way to one customer: what rendering, links and the providers need to know of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from attune.adapters.journey_steps import OpenStep
from attune.domain.playbook_rules import Offer
from attune.domain.situation import Situation
from attune.domain.slots import SlotValue


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A message of a journey's touch, or (without a journey) an answer to what somebody wrote.

    `key` is what the journey is about: a cart, an order. `values` are slots that only this message has. `direct_until` is set where it answers somebody who has just written:
    until then it may arrive outside of contact hours too.
    """

    situation: Situation
    contact_id: str
    channel: str
    message: str
    locale: str
    playbook: str = ""
    journey_id: str = ""
    session_id: str = ""
    key: str = ""
    touch: int = 0
    attempt: int = 1
    offer: Offer | None = None
    values: Mapping[str, SlotValue] = field(default_factory=dict)
    direct_until: datetime | None = None

    @property
    def customer_id(self) -> str:
        """Whom it goes to."""
        return self.situation.customer.customer_id


def outgoing_of(opened: OpenStep) -> Outgoing:
    """Return the message of a journey's touch, as it was planned."""
    step, plan = opened.step, opened.payload.plan
    return Outgoing(
        situation=opened.situation,
        contact_id=step.contact_id,
        channel=plan["channel"],
        message=plan["message"],
        locale=plan["locale"],
        playbook=step.playbook,
        journey_id=step.journey_id,
        session_id=opened.journey.session_id,
        key=opened.journey.key,
        touch=step.touch,
        attempt=step.attempt,
        offer=opened.playbook.touches[step.touch - 1].offer,
    )
