"""Make one rendered message ready for its channel, so that handing it over is all that is left once it is reserved."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.adapters.email import EmailSender
from attune.adapters.email_headers import one_address
from attune.adapters.links import LinkClaim, LinkPurpose, Links
from attune.adapters.outgoing import Outgoing
from attune.adapters.send_rate import SendRate, hold_for
from attune.adapters.slot_values import SlotValues
from attune.adapters.sms import Sms, SmsSender
from attune.adapters.texting import Texting
from attune.domain.customers import Channel
from attune.domain.decisions import Reason
from attune.domain.errors import ConflictError, PermanentDeliveryError
from attune.domain.gate import QUOTA, Refusal
from attune.domain.onsite import OnsiteNote
from attune.domain.permissions import EMAIL_TRACKING
from attune.domain.rendering import Rendered, render
from attune.domain.texts import Text, TextLibrary

_FORGOTTEN = Refusal("suppressed", Reason("forgotten", "Somebody with this address asked to be forgotten."))


class ForNobody(Links):
    """Makes links that open nothing."""

    def make(self, purpose: LinkPurpose, claim: LinkClaim) -> str:  # noqa: ARG002 - as links are made
        """Return what stands where a token would."""
        return "not-signed"


type HandOver = Callable[[], str]
"""Delivers; returns the provider's id of the message, or raises a DeliveryError."""


@dataclass(frozen=True)
class Delivery:
    """Renders and delivers by email, SMS or on the site."""

    customers: CustomersTable
    library: TextLibrary
    slots: SlotValues
    email: EmailSender
    sms: SmsSender
    rate: SendRate
    texting: Texting
    clock: Clock

    def prepare(self, outgoing: Outgoing, text: Text) -> HandOver | Refusal:
        """Return what will deliver the text to this customer, or why it cannot be delivered (now)."""
        if outgoing.touch and self.customers.is_forgotten(outgoing.situation.customer.profile):
            return _FORGOTTEN
        rendered = render(text, self.slots.fill(outgoing), layout=self.library.layout)
        match outgoing.channel:
            case Channel.EMAIL:
                return self._email(outgoing, rendered)
            case Channel.SMS:
                unsubscribe = self.slots.link(outgoing, LinkPurpose.UNSUBSCRIBE)
                sms = self.texting.compose(outgoing, text, rendered.text, unsubscribe_url=unsubscribe, clock=self.clock)
                return partial(self.sms.send, sms) if isinstance(sms, Sms) else sms
            case _:
                return partial(self._leave_note, outgoing, rendered, text)

    def words(self, outgoing: Outgoing, text: Text) -> tuple[str, str]:
        """Return the subject (or headline) and the text as the customer would read them, for somebody else's eyes.

        Links that act for the customer are signed for nobody.
        """
        slots = replace(self.slots, links=ForNobody())
        rendered = render(text, slots.fill(outgoing), layout=self.library.layout)
        words = rendered.text
        if outgoing.channel == Channel.SMS:
            unsubscribe = slots.link(outgoing, LinkPurpose.UNSUBSCRIBE)
            sms = self.texting.compose(outgoing, text, words, unsubscribe_url=unsubscribe, clock=self.clock)
            words = sms.words if isinstance(sms, Sms) else words
        return rendered.subject or "", words

    def _email(self, outgoing: Outgoing, rendered: Rendered) -> HandOver | Refusal:
        customer = outgoing.situation.customer
        try:
            address = one_address(customer.profile.email)
        except PermanentDeliveryError as error:
            return Refusal(error.code, Reason(error.code, str(error)))
        hold = self.rate.take()
        if hold is not None:
            wait = hold_for(hold.wait, outgoing.contact_id, outgoing.attempt) * self.clock.scale.speed
            return Refusal(QUOTA, Reason(QUOTA, hold.text), self.clock.now() + wait)
        return partial(
            self.email.send,
            address,
            rendered,
            unsubscribe_url=self.slots.link(outgoing, LinkPurpose.UNSUBSCRIBE),
            labels={"playbook": outgoing.playbook, "journey": outgoing.journey_id, "touch": str(outgoing.touch)},
            feedback_id=(outgoing.playbook, outgoing.message),
            answers=outgoing.direct_until is not None,
            tracked=self.slots.settings.email_tracking and customer.consent.allows(EMAIL_TRACKING),
        )

    def _leave_note(self, outgoing: Outgoing, rendered: Rendered, text: Text) -> str:
        note = OnsiteNote(
            note_id=outgoing.contact_id,
            journey_id=outgoing.journey_id,
            headline=rendered.subject or "",
            body=rendered.text,
            blocks=rendered.blocks,
            locale=text.locale,
            created_at=outgoing.situation.now,
            expires_at=outgoing.situation.expires_at,
            why_url=self.slots.link(outgoing, LinkPurpose.WHY),
            preferences_url=self.slots.link(outgoing, LinkPurpose.PREFERENCES),
        )
        with suppress(ConflictError):  # the note is there already, and there is only one under this id
            self.customers.save(outgoing.customer_id, note)
        return note.note_id
