"""Shapes of what comes in: who it is about, what was before, and the one batch whose cost is counted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any

from tests.support.events import envelope, identify, track

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
VISIT = {
    "sessionId": "0b5e-visit-1",
    "timezone": "Europe/London",
    "locale": "en-GB",
    "userAgentData": {"mobile": True},
    "page": {"path": "/products/kettle"},
}
BROWSING = ("Product Viewed", "Product List Viewed", "Products Searched", "Product Clicked", "Product Viewed")
type Call = dict[str, Any]
_NEW_VISIT = (
    "looked for at half the price, with all visits of the batch, not found, and the customer looked at closely; "
    "every later event of the visit is cheaper for it"
)


@dataclass(frozen=True)
class Shape:
    """One batch, and what made it what it is."""

    name: str
    before: tuple[str, ...]
    """Messages delivered before, not counted."""
    batch: tuple[str, ...]
    customers: int = 1
    known: bool = True
    """Whether the bar of one item an event holds for it: a known customer, no merge."""
    fresh_process: bool = False
    """Whether the function has just started and remembers no identifier."""
    why: str = ""
    """Why it takes more than the bars, where it does."""


def shapes() -> Iterator[Shape]:
    """Yield all shapes, each about people of its own."""
    yield from _known_users()
    yield from _visitors()
    yield from _claims()


def _known_users() -> Iterator[Shape]:
    yield Shape("known user, one event", _user("ada"), (_view("ada", 60),))
    yield Shape("known user, opens a cart (a moment to watch)", _user("bea"), (_cart("bea"),))
    yield Shape(
        "known user, first event of a visit",
        _user("cyd"),
        (_view("cyd", 60, sessionId="visit-2"),),
        why=_NEW_VISIT,
    )
    yield Shape(
        "known user without traits, first event of a visit",
        tuple(_view("lou", n) for n in range(8)),
        (_view("lou", 60, sessionId="visit-2"),),
        why=_NEW_VISIT,
    )
    ten = tuple(_view("dan", 60 + n) for n in range(10))
    yield Shape("known user, batch of 10 events", _user("dan"), ten)
    people = [f"user-{n}" for n in range(10)]
    seen = tuple(message for person in people for message in _user(person))
    yield Shape("10 known users, an event each", seen, tuple(_view(person, 60) for person in people), 10)
    once = _view("eve", 60)
    yield Shape("known user, a duplicate", (*_user("eve"), once), (once,))
    yield Shape(
        "known user withdraws consent",
        _user("fay"),
        (_packed(track("fay", "Consent Withdrawn", _at(60), channels=["email"])),),
        why="one item of the customer; the other is the decision, which the log of consent needs",
    )
    yield Shape(
        "new user, first event",
        (),
        (_view("gus", 0),),
        known=False,
        why="looked for twice, then a profile and a session are made",
    )


def _visitors() -> Iterator[Shape]:
    links = "one request more for the links of all visitors of the batch"
    healed = "the links are asked, and after the first session whether a merge took the visitor elsewhere; the rest is as for a new user"
    yield Shape("new visitor, first event", (), (_view("d-1", 0, anonymous=True),), known=False, why=healed)
    yield Shape("visitor, seen within a minute", _visitor("d-2"), (_view("d-2", 60, anonymous=True),))
    yield Shape(
        "visitor, process remembers nothing",
        _visitor("d-3"),
        (_view("d-3", 60, anonymous=True),),
        fresh_process=True,
        why=links,
    )
    devices = [f"d-1{n}" for n in range(10)]
    yield Shape(
        "10 visitors, process remembers nothing",
        tuple(message for device in devices for message in _visitor(device)),
        tuple(_view(device, 60, anonymous=True) for device in devices),
        customers=10,
        fresh_process=True,
        why=links,
    )


def _claims() -> Iterator[Shape]:
    told = {"email": "{}@shop.example", "firstName": "Ada"}

    def says(person: str, minute: float, **fields: Any) -> str:
        traits = {name: value.format(person) for name, value in told.items()}
        return _packed(identify(person, _at(minute), **traits) | {"context": VISIT, **fields})

    first = "two links are made, and the profile is written as a user, with the identifiers, and with the traits"
    yield Shape(
        "known user, identify with e-mail and device: first",
        tuple(_view("hal", n) for n in range(8)),
        (says("hal", 60, anonymousId="d-hal"),),
        why=first,
    )
    yield Shape(
        "the same identify again",
        (*(_view("ivy", n) for n in range(8)), says("ivy", 20, anonymousId="d-ivy")),
        (says("ivy", 60, anonymousId="d-ivy"),),
        fresh_process=True,
    )
    track_with_device = _packed(track("jan", "Product Viewed", _at(60), context=VISIT) | {"anonymousId": "d-jan"})
    yield Shape(
        "known user on a known device, one event",
        (*(_view("jan", n) for n in range(8)), says("jan", 20, anonymousId="d-jan")),
        (track_with_device,),
        fresh_process=True,
    )
    yield Shape(
        "visitor with 8 events signs in as a known user (merge)",
        (*_user("kit"), *_visitor("d-kit")),
        (says("kit", 60, anonymousId="d-kit"),),
        known=False,
        why="link, profile and sessions of both are read and written, and the merge is a decision",
    )


def _user(person: str) -> tuple[str, ...]:
    """Return what makes a known user: traits, consent, and a visit of eight events."""
    traits = identify(
        person, _at(0), email=f"{person}@shop.example", firstName="Ada", phone="+442079460000", locale="en-GB"
    )
    yes = track(person, "Consent Granted", _at(0), channels=["email", "sms"])
    return (_packed(traits), _packed(yes), *(_view(person, n) for n in range(1, 9)))


def _visitor(device: str) -> tuple[str, ...]:
    return tuple(_view(device, n, anonymous=True) for n in range(8))


def _view(person: str, minute: float, *, anonymous: bool = False, **context: Any) -> str:
    call: Call = track(
        person, BROWSING[int(minute) % len(BROWSING)], _at(minute), context=VISIT | context, product_id="sku-1"
    )
    if anonymous:
        call["anonymousId"] = call.pop("userId")
    return _packed(call)


def _cart(person: str) -> str:
    return _packed(track(person, "Product Added", _at(60), context=VISIT, cart_id="cart-1", product_id="sku-1"))


def _at(minute: float) -> datetime:
    """Return a time before noon: the hour that is counted ends there."""
    return NOON + timedelta(minutes=minute - 80)


def _packed(call: Call) -> str:
    return envelope(call)


def deliver_all(deliver: Callable[..., Any], messages: tuple[str, ...]) -> None:
    """Deliver messages in batches of ten."""
    for batch in batched(messages, 10, strict=False):
        deliver(*batch)
