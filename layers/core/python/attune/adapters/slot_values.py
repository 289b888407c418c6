"""The values a text's slots may take for one message, and the links under it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from attune.adapters.links import LinkClaim, LinkPurpose, Links
from attune.adapters.outgoing import Outgoing
from attune.adapters.sending_settings import SendingSettings
from attune.domain.slots import SlotValue


@dataclass(frozen=True)
class SlotValues:
    """Fills slots from the stage's settings, the message's own values and offer, and the customer."""

    settings: SendingSettings
    links: Links

    def link(self, outgoing: Outgoing, purpose: LinkPurpose) -> str:
        """Return the full URL of a signed link about this message."""
        claim = LinkClaim(outgoing.customer_id, outgoing.journey_id, outgoing.channel, outgoing.locale, outgoing.touch)
        return f"{self.settings.pages_url.rstrip('/')}/{purpose}/{self.links.make(purpose, claim)}"

    def fill(self, outgoing: Outgoing) -> dict[str, SlotValue]:
        """Return every value a text may ask for; texts take what they declare."""
        site = self.settings.site_url.rstrip("/")
        feedback = self.link(outgoing, LinkPurpose.FEEDBACK)
        values: dict[str, SlotValue] = {
            "first_name": outgoing.situation.customer.profile.first_name,
            "company_name": self.settings.company_name,
            "postal_address": self.settings.postal_address,
            "phone": self.settings.support_phone,
            "cart_url": self._cart_url(outgoing, site),
            "help_url": f"{site}/help",
            "chat_url": f"{site}/chat",
            "unsubscribe_url": self.link(outgoing, LinkPurpose.UNSUBSCRIBE),
            "preferences_url": self.link(outgoing, LinkPurpose.PREFERENCES),
            "why_url": self.link(outgoing, LinkPurpose.WHY),
            "feedback_url_yes": f"{feedback}?answer=yes",
            "feedback_url_no": f"{feedback}?answer=no",
            **outgoing.values,
        }
        offer = outgoing.offer
        if offer is not None:
            ends_on = (outgoing.situation.now + offer.valid_for).date()
            values |= {"code": offer.code, "discount": offer.discount, "ends_on": ends_on.isoformat()}
        return values

    def _cart_url(self, outgoing: Outgoing, site: str) -> str:
        """Return the cart the application named, if it lies on our own site; an event must not choose where links lead."""
        session = outgoing.situation.customer.sessions.get(outgoing.session_id)
        named = session.context.get("cart_url", "") if session else ""
        return named if urlsplit(named)[:2] == urlsplit(site)[:2] else f"{site}/cart"
