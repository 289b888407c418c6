"""One generator of stories: customers who get into trouble, and what they do while they are being helped."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.events import envelope

START = datetime(2026, 11, 24, 8, tzinfo=UTC)
LASTS = timedelta(days=9)
"""By then everybody has done what they do; journeys go on for as long as they take."""
PLACES = (
    ("Europe/London", "en", "+4477009000{:02d}"),
    ("Europe/Berlin", "de", "+4915112340{:02d}"),
    ("America/New_York", "en", "+121255501{:02d}"),
)
TROUBLES = ("cart", "cart", "cart", "form", "payment", "delivery")
TURNS = ("buys", "stops", "withdraws", "asks", "asks_twice", "trouble_again", "browses")
POISON = (
    "not json at all",
    json.dumps({"source": "app.shop", "detail-type": "track", "detail": {"type": "track", "event": "Product Added"}}),
    json.dumps([1, 2, 3]),
    json.dumps({"source": "app.shop", "detail-type": "track", "detail": {"type": "nonsense", "userId": "x"}}),
)
"""Events that nobody can understand."""


@dataclass(frozen=True)
class Told:
    """An event: when it is published, whose it is, and the body as the events queue delivers it."""

    at: datetime
    customer_id: str
    body: str
    event: str
    message_id: str = ""


class Author:
    """Writes the stories of a seed; the same seed tells the same."""

    def __init__(
        self,
        seed: int,
        turns: Sequence[str] = TURNS,
        *,
        troubles: Sequence[str] = TROUBLES,
        start: datetime = START,
        pace: float = 1.0,
        first: int = 0,
    ) -> None:
        """Let customers, numbered from `first`, have such troubles and turns from `start` on, `pace` times as far apart."""
        self._turns, self._troubles = turns, troubles
        self._start, self._pace, self._first = start, pace, first
        self._chance = random.Random(f"story {seed}")  # noqa: S311 - told by the seed
        self._seed = seed
        self._number = 0
        self._told: list[Told] = []

    def write(self, customers: int) -> list[Told]:
        """Return what so many customers do, in the order of time."""
        for number in range(customers):
            self._customer(f"c{self._seed}-{number}", self._first + number)
        return sorted(self._told, key=lambda told: (told.at, told.message_id))

    def _customer(self, who: str, number: int) -> None:
        chance = self._chance
        at = self._start + self._pace * timedelta(hours=chance.uniform(0, 30))
        zone, locale, phones = chance.choice(PLACES)
        traits = {"firstName": f"N{number}", "timezone": zone, "locale": locale, "phone": phones.format(number)}
        self._say(who, at, "identify", traits={**traits, "email": f"{who}@example.com"})
        channels = chance.choice([["email", "sms"], ["email"], ["sms"], ["email", "sms"], []])
        if channels:
            self._track(who, at, "Consent Granted", channels=channels)
        for _ in range(chance.choice([1, 1, 2, 3])):
            self._trouble(who, at + timedelta(minutes=chance.uniform(1, 400)), chance.choice(self._troubles))
        for _ in range(chance.choice([0, 1, 2, 2])):
            self._turn(who, at + self._pace * timedelta(days=chance.uniform(0.1, 7)), chance.choice(self._turns))

    def _trouble(self, who: str, at: datetime, kind: str) -> None:
        match kind:
            case "cart":
                self._track(who, at, "Product Added", price=40)
                for _ in range(self._chance.randint(1, 4)):
                    self._track(who, at, "Form Failed", form_id="checkout")
            case "form":
                for _ in range(3):
                    self._track(who, at, "Form Failed", form_id="signup")
            case "payment":
                self._track(who, at, "Payment Failed", order_id=f"o-{who}", order_number="A-7")
            case _:
                self._track(who, at, "Delivery Delayed", order_id=f"o-{who}", order_number="A-1", new_date="2026-12-03")

    def _turn(self, who: str, at: datetime, turn: str) -> None:
        match turn:
            case "buys":
                self._track(who, at, "Order Completed", order_id=f"o-{who}-{at:%d%H}", total=40)
            case "stops":
                self._track(who, at, "Message Replied", text="STOP", channel=self._chance.choice(["sms", "email"]))
            case "withdraws":
                self._track(who, at, "Consent Withdrawn", channels=["email", "sms"])
            case "asks" | "asks_twice":
                self._track(who, at, "Message Replied", text="Please help me, I cannot pay", channel="email")
                if turn == "asks_twice":
                    later = at + timedelta(hours=1)
                    self._track(who, later, "Message Replied", text="I want to talk to a person", channel="sms")
            case "changes_mind":
                # Whoever planned a message meanwhile may have planned it for the very channel that is taken back.
                self._track(who, at, "Consent Granted", channels=["email", "sms"])
                self._trouble(who, at, "cart")
                later = at + timedelta(hours=20)
                self._track(who, later, "Consent Withdrawn", channels=[self._chance.choice(["email", "sms"])])
            case "trouble_again":
                self._trouble(who, at, self._chance.choice(self._troubles))
            case "browses":
                for _ in range(3):
                    self._track(who, at, "Product Viewed", product_id="p-1")
            case _:
                pass

    def _track(self, who: str, at: datetime, event: str, **properties: Any) -> None:
        self._say(who, at, "track", event=event, properties=properties, context={})

    def _say(self, who: str, at: datetime, kind: str, **fields: Any) -> None:
        self._number += 1
        message_id = f"m-{self._seed}-{self._number:04d}"
        # A second apart, so that what was said last is the same in whatever order it arrives.
        at = (at + timedelta(seconds=self._number)).replace(microsecond=0)
        call = {"type": kind, "userId": who, "messageId": message_id, "timestamp": at.isoformat(), **fields}
        body = json.loads(envelope(call))
        body["id"] = f"e-{message_id}"
        self._told.append(Told(at, who, json.dumps(body), str(fields.get("event", kind)), message_id))
