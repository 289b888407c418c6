"""The values a text's slots may take for one contact, and the links under it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from attune.adapters.journey_steps import OpenStep
from attune.adapters.links import LinkClaim, LinkPurpose, Links
from functions.send_message.settings import Settings


@dataclass(frozen=True)
class SlotValues:
    """Fills slots from the stage's settings, the playbook's offer and the customer."""

    settings: Settings
    links: Links

    def link(self, opened: OpenStep, purpose: LinkPurpose) -> str:
        """Return the full URL of a signed link about this journey."""
        plan = opened.payload.plan
        claim = LinkClaim(opened.step.customer_id, opened.step.journey_id, plan["channel"], plan["locale"])
        return f"{self.settings.pages_url.rstrip('/')}/{purpose}/{self.links.make(purpose, claim)}"

    def fill(self, opened: OpenStep) -> dict[str, str]:
        """Return every value a text may ask for; texts take what they declare."""
        site = self.settings.site_url.rstrip("/")
        feedback = self.link(opened, LinkPurpose.FEEDBACK)
        values = {
            "first_name": opened.situation.customer.profile.first_name,
            "company_name": self.settings.company_name,
            "postal_address": self.settings.postal_address,
            "phone": self.settings.support_phone,
            "cart_url": self._cart_url(opened, site),
            "help_url": f"{site}/help",
            "chat_url": f"{site}/chat",
            "unsubscribe_url": self.link(opened, LinkPurpose.UNSUBSCRIBE),
            "feedback_url_yes": f"{feedback}?answer=yes",
            "feedback_url_no": f"{feedback}?answer=no",
        }
        offer = opened.playbook.touches[opened.step.touch - 1].offer
        if offer is not None:
            ends_on = (opened.situation.now + offer.valid_for).date()
            values |= {"code": offer.code, "discount": offer.discount, "ends_on": ends_on.isoformat()}
        return values

    def _cart_url(self, opened: OpenStep, site: str) -> str:
        """Return the cart the application named, if it lies on our own site; an event must not choose where links lead."""
        session = opened.situation.customer.sessions.get(opened.journey.session_id)
        named = session.context.get("cart_url", "") if session else ""
        return named if urlsplit(named)[:2] == urlsplit(site)[:2] else f"{site}/cart"
