"""Hand one rendered message to its channel."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from attune.adapters.customers_table import CustomersTable
from attune.adapters.email import EmailSender
from attune.adapters.journey_steps import OpenStep
from attune.adapters.links import LinkPurpose
from attune.adapters.sms import SmsSender
from attune.domain.customers import Channel
from attune.domain.errors import ConflictError
from attune.domain.onsite import OnsiteNote
from attune.domain.rendering import Rendered, render
from attune.domain.texts import Text, TextLibrary
from attune.domain.tones import TextKind
from functions.send_message.slots import SlotValues


@dataclass(frozen=True)
class Delivery:
    """Renders and delivers by email, SMS or on the site."""

    customers: CustomersTable
    library: TextLibrary
    slots: SlotValues
    email: EmailSender
    sms: SmsSender

    def render(self, opened: OpenStep, text: Text) -> Rendered:
        """Render the text for this customer."""
        return render(text, self.slots.fill(opened), layout=self.library.layout)

    def send(self, opened: OpenStep, text: Text, rendered: Rendered, at: datetime) -> str:
        """Deliver; return the provider's id of the message, or raise a DeliveryError."""
        profile = opened.situation.customer.profile
        match opened.payload.plan["channel"]:
            case Channel.EMAIL:
                tags = {
                    "playbook": opened.step.playbook,
                    "journey": opened.step.journey_id,
                    "touch": str(opened.step.touch),
                }
                unsubscribe = self.slots.link(opened, LinkPurpose.UNSUBSCRIBE)
                return self.email.send(profile.email, rendered, unsubscribe_url=unsubscribe, tags=tags)
            case Channel.SMS:
                return self.sms.send(profile.phone, rendered, promotional=text.kind is TextKind.PROMOTIONAL)
            case _:
                return self._leave_note(opened, rendered, text, at)

    def _leave_note(self, opened: OpenStep, rendered: Rendered, text: Text, at: datetime) -> str:
        note = OnsiteNote(
            note_id=opened.step.contact_id,
            journey_id=opened.step.journey_id,
            headline=rendered.subject or "",
            body=rendered.text,
            locale=text.locale,
            created_at=at,
            expires_at=opened.situation.expires_at,
        )
        with suppress(ConflictError):  # the note is there already, and there is only one under this id
            self.customers.save(opened.step.customer_id, note)
        return note.note_id
