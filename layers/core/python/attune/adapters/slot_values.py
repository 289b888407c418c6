"""The values a text's slots may take for one message, and the links under it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from attune.adapters.links import LinkClaim, LinkPurpose, Links
from attune.adapters.outgoing import Outgoing
from attune.adapters.sending_settings import SendingSettings
from attune.domain.details import told_of
from attune.domain.slots import SlotValue, is_web_url


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
            "help_url": f"{site}/help",
            "chat_url": f"{site}/chat",
            **self._of_the_moment(outgoing, site),
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

    def _of_the_moment(self, outgoing: Outgoing, site: str) -> dict[str, SlotValue]:
        """Return what is known of the cart, order, form or plan that the message is about, and where to go on with it.

        A link that an event names is used on our own site only, a tracking link on the stage's tracking hosts too: an
        event must not choose where links lead. Everything else leads to our own page for it.
        """
        customer = outgoing.situation.customer
        session = customer.sessions.get(outgoing.session_id)
        context = session.context if session else {}
        about = told_of((one.details for one in customer.sessions.values()), outgoing.key) if outgoing.key else {}
        own_pages = {
            "cart_url": context.get("cart_url", ""),
            "payment_url": about.get("payment_url", ""),
            "form_url": about.get("form_url", ""),
            "setup_url": about.get("setup_url", ""),
            "order_url": about.get("order_url", ""),
        }
        order_page = self._ours(own_pages["order_url"], f"{site}/orders")
        return {
            **{name: self._ours(named, f"{site}{OWN_PAGES[name]}") for name, named in own_pages.items()},
            "order_number": about.get("order_number") or (outgoing.key if self._is_order(outgoing) else None),
            "new_date": about.get("new_date"),
            "tracking_url": self._ours(about.get("tracking_url", ""), order_page, *self.settings.tracking_hosts),
            "search_term": context.get("campaign_keyword"),
            "search_url": f"{site}/search",
            "pricing_url": f"{site}/prices",
        }

    def _is_order(self, outgoing: Outgoing) -> bool:
        """Whether the journey is about an order, so that its key is what the customer knows it by."""
        entries = (entry for session in outgoing.situation.customer.sessions.values() for entry in session.tail)
        return any(entry.order == outgoing.key for entry in entries)

    def _ours(self, named: str, otherwise: str, *hosts: str) -> str:
        """Return a link that an event named if it lies on our site, or by https on one of the hosts."""
        parts = urlsplit(named) if is_web_url(named) else None
        if parts is None:
            return otherwise
        ours = parts[:2] == urlsplit(self.settings.site_url)[:2]
        return named if ours or (parts.scheme == "https" and parts.netloc in hosts) else otherwise


OWN_PAGES: Mapping[str, str] = {
    "cart_url": "/cart",
    "payment_url": "/payment",
    "form_url": "",
    "setup_url": "/setup",
    "order_url": "/orders",
}
"""Where on the shop's own site a message leads if no event named a page there."""
