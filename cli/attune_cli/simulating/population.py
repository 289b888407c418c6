"""Made-up people and their visits, the same ones for every policy: what they do before any message changes anything."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import log
from random import Random
from zoneinfo import ZoneInfo

from attune.domain.cadence import Cadence
from attune.domain.customers import ChannelConsent, Consent, Customer, Profile
from attune.domain.sessions import Session, Trigger, record, state_of
from attune.domain.signals import Signal, SignalKind
from attune.domain.struggle import EVIDENCE
from attune_cli.simulating.assumptions import Assumptions, PlaceRow
from attune_cli.simulating.effects import by_struggle

SESSION = "s"
APART = timedelta(hours=3)
"""Visits closer to each other than this are one."""
STEP_SECONDS = (15, 90)
"""Between two things that somebody does in a visit."""
CHECKS_OUT = 0.6
"""Which share of filled carts gets as far as the checkout; friction does not depend on it."""


@dataclass(frozen=True)
class Cart:
    """A filled cart that was left: `luck` decides whether it is bought, the lower the surer, whatever messages do.

    `alone_at` is when it is bought without a message, if it is; `takes` how long somebody needs whom a message moved.
    """

    key: str
    left_at: datetime
    struggles: int
    luck: float
    alone_at: datetime
    takes: timedelta


@dataclass(frozen=True)
class Visit:
    """A visit with what was done in it; `session` remembers it and all before, `cart` is what was left behind."""

    ends_at: datetime
    signals: tuple[Signal, ...]
    session: Session
    cart: Cart | None
    ordered: bool


@dataclass(frozen=True)
class Person:
    """Somebody with everything they do by themselves."""

    customer: Customer
    visits: tuple[Visit, ...]
    zone: ZoneInfo


@dataclass(frozen=True)
class Population:
    """Everybody, and the seed they come from."""

    people: tuple[Person, ...]
    seed: int
    trigger: Trigger
    days: int


def populate(
    assumptions: Assumptions,
    trigger: Trigger,
    *,
    customers: int,
    days: int,
    seed: int,
    tick: Callable[[], None] = lambda: None,
) -> Population:
    """Make people up; the same arguments give the same people."""
    people = []
    for number in range(customers):
        people.append(_Maker(assumptions, trigger, number=number, days=days, seed=seed).person())
        tick()
    return Population(tuple(people), seed, trigger, days)


def remember(session: Session, signals: Sequence[Signal], trigger: Trigger) -> Session:
    """Add signals to a session and fold all of it into its checkpoint, so that looking at it later costs nothing."""
    recorded = record(session, signals, (trigger,)).session
    return replace(recorded, checkpoint=state_of(recorded, (trigger,)), folded_until=recorded.tail[-1].time, tail=())


class _Maker:
    """Draws one person; every draw comes from the person's own source, in a fixed order."""

    def __init__(self, assumptions: Assumptions, trigger: Trigger, *, number: int, days: int, seed: int) -> None:
        self._assumed = assumptions
        self._trigger = trigger
        self._days = days
        self._customer_id = f"simulated-{number}"
        self._secret = hashlib.sha256(f"{seed}|{number}".encode()).hexdigest()
        self._chance = Random(f"{seed}|person|{number}")  # noqa: S311 - made-up people, nothing secret

    def person(self) -> Person:
        people = self._assumed.people
        place = self._drawn({row: row.share for row in people.places})
        zone_known = self._chance.random() >= people.unknown_zone
        device = self._drawn(people.devices)
        customer = Customer(profile=self._profile(place, zone_known=zone_known), consent=self._consent())
        zone = ZoneInfo(place.time_zone)
        return Person(customer, tuple(self._visits(zone, device)), zone)

    def _profile(self, place: PlaceRow, *, zone_known: bool) -> Profile:
        people = self._assumed.people
        return Profile(
            customer_id=self._customer_id,
            subject_secret=self._secret,
            email=f"{self._customer_id}@example.com",
            phone=place.phone,
            locale=place.locale,
            time_zone=place.time_zone if zone_known else "",
            country=place.country if zone_known else "",
            region=place.region if zone_known else "",
            segment=self._drawn(people.segments),
            lifecycle=self._drawn(people.lifecycles),
            preferred_channel=self._drawn({**people.prefers, "": max(0.0, 1 - sum(people.prefers.values()))}),
            cadence=Cadence.FEWER if self._chance.random() < people.wants_fewer else "",
        )

    def _consent(self) -> Consent:
        people, at = self._assumed.people, self._assumed.start
        channels = {
            channel: ChannelConsent(granted=True, at=at, source="assumed")
            for channel, share in people.allows.items()
            if self._chance.random() < share
        }
        if self._chance.random() < people.refuses_onsite:
            channels["onsite"] = ChannelConsent(granted=False, at=at, source="assumed")
        return Consent(channels)

    def _visits(self, zone: ZoneInfo, device: str) -> Iterator[Visit]:
        session = Session(SESSION)
        ended: datetime | None = None
        for number, begins in enumerate(self._begins(zone)):
            if ended is not None and begins < ended + APART:
                continue
            signals, struggles, cart_key, ordered = self._done(number, begins, device)
            session = remember(session, signals, self._trigger)
            ended = signals[-1].time
            cart = self._left(cart_key, ended, struggles) if cart_key and not ordered else None
            yield Visit(ended, signals, session, cart, ordered)

    def _begins(self, zone: ZoneInfo) -> list[datetime]:
        """Return when visits begin: on days as they come, at hours of the local day as assumed."""
        visits, start = self._assumed.visits, self._assumed.start
        a_day = visits.per_week / 7 * self._chance.expovariate(1.0)
        found: list[datetime] = []
        day = 0.0
        while True:
            day += self._chance.expovariate(a_day) if a_day > 0 else self._days
            if day >= self._days:
                return sorted(found)
            hour = self._chance.choices(range(24), weights=visits.by_local_hour)[0]
            local_day = (start + timedelta(days=int(day))).date()
            minute = int(self._chance.random() * 60)
            local = datetime(local_day.year, local_day.month, local_day.day, hour, minute, tzinfo=zone)
            found.append(local.astimezone(UTC))

    def _done(self, number: int, begins: datetime, device: str) -> tuple[tuple[Signal, ...], int, str, bool]:
        """Return what is done in a visit, how many things went wrong, the cart that was filled, and whether it was bought."""
        visits, chance = self._assumed.visits, self._chance
        fills = chance.random() < visits.fills_cart
        cart = f"cart-{number}" if fills else ""
        troubles = [(name, one) for name, one in self._assumed.struggle.items() if chance.random() < one.share]
        kinds: list[tuple[SignalKind, bool]] = [(SignalKind.VIEWED, False)] * chance.randint(1, 6)
        if chance.random() < visits.seeks_deals:
            kinds.append((SignalKind.DEAL_SEARCHED, False))
        if fills:
            kinds += [(SignalKind.PRODUCT_ADDED, True), (SignalKind.CART_VIEWED, False)]
        for name, one in troubles:
            kinds += [(next(iter(EVIDENCE[name].kinds)), one.server_saw)] * one.times
        if chance.random() < visits.uses_coupon and fills:
            kinds.append((SignalKind.COUPON_USED, False))
        if chance.random() < CHECKS_OUT and fills:
            kinds.append((SignalKind.CHECKOUT_STARTED, False))
        ordered = chance.random() < by_struggle(self._assumed.buying.at_once, len(troubles)) and fills
        if ordered:
            kinds.append((SignalKind.ORDERED, True))
        signals, at = [], begins
        for count, (kind, vouched) in enumerate(kinds):
            signals.append(self._signal(f"{number}-{count}", at, kind, cart, device=device, vouched=vouched))
            at += timedelta(seconds=chance.randint(*STEP_SECONDS))
        return tuple(signals), len(troubles), cart, ordered

    def _signal(self, name: str, at: datetime, kind: SignalKind, cart: str, *, device: str, vouched: bool) -> Signal:
        of_cart = kind in _OF_CART
        return Signal(
            message_id=f"{self._customer_id}-{name}",
            customer_id=self._customer_id,
            session_id=SESSION,
            time=at,
            kind=kind,
            name=kind.name,
            reference=cart if of_cart else "",
            context={"device": device},
            vouched=vouched,
        )

    def _left(self, key: str, left_at: datetime, struggles: int) -> Cart:
        buying, messages = self._assumed.buying, self._assumed.messages
        luck = self._chance.random()
        alone = buying.later_after * self._chance.lognormvariate(0.0, buying.later_spread)
        takes = messages.buys_after * (self._chance.expovariate(1.0) / log(2))
        return Cart(key, left_at, struggles, luck, left_at + alone, takes)

    def _drawn[T](self, shares: Mapping[T, float]) -> T:
        return self._chance.choices(list(shares), weights=list(shares.values()))[0]


_OF_CART = frozenset(
    {SignalKind.PRODUCT_ADDED, SignalKind.CART_VIEWED, SignalKind.CHECKOUT_STARTED, SignalKind.ORDERED}
)
