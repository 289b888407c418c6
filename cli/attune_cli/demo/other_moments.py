"""Who plays the moments other than a cart: one person each."""

from collections.abc import Mapping
from datetime import timedelta

from attune.domain.playbooks import Playbook
from attune_cli.demo.people import Act, Call, Person, before, page, person, track, with_days

DAY = timedelta(days=1)
LONDON = {"locale": "en-GB", "timezone": "Europe/London"}
BERLIN = {"locale": "de-DE", "timezone": "Europe/Berlin"}
TERM = "waterproof hiking boots"
ADVERTISEMENT = {
    "campaign": {"source": "google", "medium": "cpc", "term": TERM},
    "page": {
        "path": "/garden",
        "title": "Garden furniture and parasols",
        "url": "https://shop.example/garden?utm_source=google&utm_medium=cpc&utm_term=waterproof+hiking+boots",
    },
}
"""An advertisement for boots that leads to garden furniture."""


def people_of_other_moments(playbooks: Mapping[str, Playbook]) -> tuple[Person, ...]:
    """Return one person for each moment, and what they do once they are answered."""

    def one(name: str, moment: str, about: str, calls: tuple[Call, ...], *reaction: Call, **traits: str) -> Person:
        known = {**(BERLIN if name in {"Olga", "Pia"} else LONDON), **traits}
        act = Act(timedelta(0), calls)
        return person(name, about, known, playbooks[moment], acts=(act,), on_message=reaction)

    to_and_fro = tuple(page(path) for path in ("/pricing", "/help", "/pricing", "/help", "/pricing"))
    refused = track("Form Failed", form_id="returns", field="order", form_url="https://shop.example/returns")
    trip = {"topic": "trip", "about": "Norway"}
    return (
        one("Wanda", "win_back", "bought two months ago, and was not seen since",
            (before(61 * DAY, track("Order Completed", order_id="o-20", total=59.0)),),
            track("Message Replied", text="I moved away, that is all. Thank you for asking.", channel="email")),
        one("Pia", "post_purchase", "got her parcel ten days ago",
            (before(10 * DAY, track("Order Delivered", order_id="o-21", order_number="A-2041")),),
            track("Feedback Given", helpful=True)),
        one("Olga", "onboarding_stall", "signed up three days ago, and did not go on",
            (before(3 * DAY, track("Signed Up", plan_id="team")),), track("Onboarding Completed", plan_id="team")),
        one("Petra", "pricing_hesitation", "goes to and fro between prices and help", to_and_fro,
            track("Order Completed", order_id="o-22", total=120.0)),
        one("Dana", "delivery_delay", "waits for a parcel that is late",
            (with_days(track("Delivery Delayed", order_id="o-23", order_number="A-2043"), new_date=9 * DAY),),
            track("Order Delivered", order_id="o-23")),
        one("Felix", "form_failure", "wants to send something back; the form refuses", (refused,) * 3,
            track("Form Submitted", form_id="returns"), preferredChannel="email"),
        one("Paul", "payment_failure", "could not pay: the card was declined",
            (track("Payment Failed", order_id="o-24", order_number="A-2044", reason="declined"),),
            track("Payment Completed", order_id="o-24")),
        one("Karl", "keyword_mismatch", "looked for boots, and was led to garden furniture",
            (page("/garden", context=ADVERTISEMENT),), preferredChannel="email"),
        one("Tara", "cart_abandonment", "told a colleague of a trip", (with_days({**track("Note Recorded"), "properties": trip}, date=10 * DAY),),
            agentOfRecord="sam"),
    )  # fmt: skip
