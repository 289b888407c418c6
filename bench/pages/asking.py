"""What the bench asks for: every page as people open it and as they answer it, and an empty handler beside them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.links import LinkClaim, LinkPurpose, Links
from attune.domain.customers import ChannelConsent, Consent
from attune.domain.decisions import Decision, DecisionKind, Reason
from attune.domain.signals import ProfileChange

PEOPLE = 40
JOURNEY = "cart_abandonment-bench"
FORM = {"content-type": "application/x-www-form-urlencoded"}
SHOWN = "cadence=normal&locale=en&time_zone=Europe%2FLondon"


@dataclass(frozen=True, kw_only=True)
class Asking:
    """One request and what its answer must hold."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    holds: str


@dataclass(frozen=True)
class Visits:
    """Makes requests of people who each have a message, three decisions about it, and links."""

    links: Links
    host: str

    def of(self, page: str, method: str) -> Iterator[Asking]:
        """Yield requests of a page without end, of one person after the other."""
        number = 0
        while True:
            yield self._one(page, method, f"bench-pages-{number % PEOPLE}", number)
            number += 1

    def _one(self, page: str, method: str, customer_id: str, number: int) -> Asking:
        token = self.links.make(LinkPurpose(page), LinkClaim(customer_id, JOURNEY, "email", "en", 1))
        cadence = ("fewer", "normal")[number // PEOPLE % 2]
        bodies = {
            "unsubscribe": "List-Unsubscribe=One-Click",
            "feedback": "helpful=yes",
            "preferences": f"{SHOWN.replace('normal', cadence)}&{urlencode({'shown': SHOWN})}",
            "my_data": "request=export",
        }
        return Asking(
            method=method,
            path=f"/{page}/{token}",
            headers={"Host": self.host, **(FORM if method == "POST" else {})},
            body=bodies[page] if method == "POST" else "",
            holds="<h1>",
        )


def prepare(customers: CustomersTable, decisions: DecisionsTable) -> None:
    """Write the people down, as ingestion and a journey would have."""
    now = customers.clock.now()
    for number in range(PEOPLE):
        known = customers.load_or_create(f"bench-pages-{number}")
        traits = {"email": f"bench-{number}@example.com", "time_zone": "Europe/London", "locale": "en"}
        told = ProfileChange(message_id="bench", customer_id=known.customer_id, time=now, traits=traits)
        if known.profile.told(told) is not known.profile:
            customers.save(known.customer_id, known.profile.told(told))
        word = ChannelConsent(granted=True, at=now - timedelta(days=9), source="bench")
        if not known.consent.channels:
            customers.save(known.customer_id, Consent({"email": word}))
        for kind, choice in (
            (DecisionKind.MOMENT, "started"),
            (DecisionKind.TONE, "chosen"),
            (DecisionKind.CONTACT, "sent"),
        ):
            decisions.record(
                Decision(
                    decision_id=f"bench-{number}-{kind}",
                    time=now - timedelta(days=1),
                    kind=kind,
                    subject_key=known.profile.subject_key,
                    choice=choice,
                    reasons=(Reason("friction", "Made up."), Reason("form_failures", "Made up.")),
                    journey_id=JOURNEY,
                    playbook="cart_abandonment",
                    inputs={"channel": "email"},
                )
            )
