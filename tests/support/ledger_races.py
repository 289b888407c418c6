"""Many senders at once on one customer, some of which die: what the races in moto, the local AWS and the bench share."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from attune.adapters.clock import Clock
from attune.adapters.complaint_rate import BrakeReader, ComplaintCounts
from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.delivering import Delivery
from attune.adapters.friction_file import load_friction
from attune.adapters.hours_file import load_contact_calendar
from attune.adapters.journey_steps import JourneySteps
from attune.adapters.links import Links
from attune.adapters.playbook_files import load_playbooks
from attune.adapters.sending_settings import SendingSettings
from attune.adapters.slot_values import SlotValues
from attune.adapters.sms import Sms
from attune.adapters.sms_countries import load_sms_rules
from attune.adapters.text_library import load
from attune.adapters.texting import Texting
from attune.domain.clock import ClockScale
from attune.domain.contacts import Cap, ContactState, Ledger
from attune.domain.customers import ChannelConsent, Consent
from attune.domain.errors import ConflictError, PermanentDeliveryError, ThrottledDeliveryError, UncertainDeliveryError
from attune.domain.journeys import Journey
from attune.domain.playbook_rules import Audience, Limits
from attune.domain.sms_senders import SmsSenders
from functions.send_message.asking import GoAheads
from functions.send_message.sending import Sending
from tests.support.acme import ACME
from tests.support.crashing import KilledError

PLAYBOOK = "cart_abandonment"
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
GENEROUS = Limits(
    per_day=100, per_week=100, sms_per_day=100, sms_per_week=100, playbook_per_day=100, playbook_per_week=100
)
FATES = (
    "fine",
    "fine",
    "fine",
    "dies reserving",
    "dies sending",
    "dies sent",
    "dies confirming",
    "refused",
    "throttled",
    "silent",
)


@dataclass
class Post:
    """A provider that remembers what it took, by the words; each call may go as the fates say."""

    fate: Callable[[], str]
    taken: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, sms: Sms) -> str:
        fate = self.fate()
        if fate == "dies sending":
            raise KilledError
        if fate == "refused":
            raise PermanentDeliveryError("InvalidParameter", "no")
        if fate == "throttled":
            raise ThrottledDeliveryError("Throttling", "slow down")
        with self.lock:
            self.taken.append(sms.words)
            number = len(self.taken)
        if fate == "dies sent":
            raise KilledError
        if fate == "silent":
            raise UncertainDeliveryError("no_answer", "the answer never came")
        return f"sns-{number}"


@dataclass
class Dying:
    """The customers table as one sender has it: counts its conflicts, and dies before or instead of chosen writes."""

    table: Any
    fate: Callable[[], str]
    writes: Counter[str]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.table, name)

    def save(self, customer_id: str, item: Any) -> Any:
        if not isinstance(item, Ledger):
            return self.table.save(customer_id, item)
        states = {contact.state for contact in item.contacts}
        if self.fate() == "dies reserving" and ContactState.RESERVED in states:
            raise KilledError
        if self.fate() == "dies confirming" and ContactState.RESERVED not in states:
            raise KilledError
        try:
            saved = self.table.save(customer_id, item)
        except ConflictError:
            self.writes["conflicts"] += 1
            raise
        self.writes["written"] += 1
        return saved


@dataclass(frozen=True)
class Race:
    """What came of it."""

    outcomes: Counter[str]
    writes: Counter[str]
    taken: list[str]
    ledger: Ledger
    caps: tuple[Cap, ...]

    def over_a_cap(self) -> list[str]:
        """Return the caps that some window exceeds."""
        exceeded = []
        for cap in self.caps:
            counted = sorted(contact.at for contact in self.ledger.contacts if cap.covers(contact))
            if any(sum(end - cap.window < at <= end for at in counted) > cap.limit for end in counted):
                exceeded.append(cap.name)
        return exceeded

    def unaccounted(self) -> list[str]:
        """Return what the provider took and the ledger does not count: messages that were lost from the books."""
        counted = sum(contact.counts for contact in self.ledger.contacts)
        return self.taken[counted:]


def wired(dynamodb: Any, *, customers: str, decisions: str, now: datetime) -> tuple[JourneySteps, Delivery]:
    """Return what senders work with, over tables wherever they are, at an instant that does not pass."""
    clock = Clock(ClockScale(), lambda: now)
    table = CustomersTable(dynamodb, customers, clock)
    log = DecisionsTable(dynamodb, decisions, clock, "test")
    calendar = load_contact_calendar(TEMPLATES)
    steps = JourneySteps(table, log, load_playbooks(TEMPLATES), load_friction(TEMPLATES), clock, calendar)
    settings = SendingSettings.model_validate(
        {
            "STAGE": "test",
            "CODE_VERSION": "test",
            "CUSTOMERS_TABLE": "",
            "DECISIONS_TABLE": "",
            "LINK_KEY_SECRET": "",
            **ACME,
        }
    )
    nobody: Any = None  # no email is sent, and every SMS goes to the race's own post
    texting = Texting(load_sms_rules(TEMPLATES), SmsSenders(settings.sms_numbers, settings.sms_sender_id))
    slots = SlotValues(settings, Links("a key for tests"))
    return steps, Delivery(table, load(TEMPLATES), slots, nobody, nobody, nobody, texting, clock)


def prepare(steps: JourneySteps, customer_id: str, journeys: int) -> list[Journey]:
    """Make a customer known, reachable by SMS and in so many journeys at once."""
    now = steps.clock.now()
    customer = steps.customers.load_or_create(customer_id)
    known = {"first_name": "Ada", "phone": "+447700900001", "locale": "en", "time_zone": "Europe/London"}
    steps.customers.save(customer_id, replace(customer.profile, **known))
    allowed = ChannelConsent(granted=True, at=now - timedelta(days=1), source="test")
    steps.customers.save(customer_id, Consent({"sms": allowed}))
    return [steps.customers.save(customer_id, journey_numbered(number, now)) for number in range(journeys)]


def race(
    steps: JourneySteps,
    delivery: Any,
    *,
    customer_id: str,
    journeys: Sequence[Journey],
    limits: Limits,
    again: int = 2,
    fates: Sequence[str] = ("fine",),
    seed: int = 0,
    writers: int = 64,
) -> Race:
    """Let so many senders at once make each journey's contact, each asked `again` times, as Lambda retries do."""
    book = replace(steps.playbooks[PLAYBOOK], limits=limits, audience=Audience())
    local, writes, outcomes = threading.local(), Counter[str](), Counter[str]()

    def fate() -> str:
        return getattr(local, "fate", "fine")

    post = Post(fate)
    own = replace(
        steps,
        customers=Dying(steps.customers, fate, writes),
        playbooks={**steps.playbooks, PLAYBOOK: book},
    )
    brake = BrakeReader(ComplaintCounts(None, ""))  # type: ignore[arg-type] - asked for email only
    nobody: Any = None  # is asked: the playbook wants no go-ahead
    sending = Sending(
        own, replace(delivery, customers=own.customers, sms=post), True, False, brake, GoAheads(own, delivery, nobody)
    )
    ready = threading.Barrier(min(writers, len(journeys) * again))

    def one(job: tuple[int, Journey, int]) -> str:
        number, journey, attempt = job
        if number < ready.parties:
            ready.wait()
        local.fate = random.Random(f"{seed}#{journey.journey_id}#{attempt}").choice(list(fates))
        try:
            return str(sending.send(step_of(journey, customer_id, steps.clock.now()))["outcome"])
        except KilledError:
            return "killed"

    jobs = [(0, journey, attempt) for attempt in range(again) for journey in journeys]
    with ThreadPoolExecutor(writers) as pool:
        outcomes.update(
            pool.map(one, [(number, journey, attempt) for number, (_, journey, attempt) in enumerate(jobs)])
        )
    # Whoever was killed is asked once more, as the state machine's retry would: nothing may stay in between.
    local.fate = "fine"
    for journey in journeys:
        outcomes[f"at last {sending.send(step_of(journey, customer_id, steps.clock.now()))['outcome']}"] += 1
    customer = steps.customers.load(customer_id)
    assert customer is not None
    return Race(outcomes, writes, post.taken, customer.ledger, book.caps())


def journey_numbered(number: int, now: datetime) -> Journey:
    return Journey(
        journey_id=f"{PLAYBOOK}-{number}",
        playbook=PLAYBOOK,
        playbook_version="1.0.0",
        key=f"cart-{number}",
        session_id="s",
        since=now,
        expires_at=now + timedelta(days=10),
    )


def step_of(journey: Journey, customer_id: str, now: datetime) -> dict[str, Any]:
    return {
        "journey_id": journey.journey_id,
        "customer_id": customer_id,
        "playbook": journey.playbook,
        "playbook_version": journey.playbook_version,
        "key": journey.key,
        "touch": 1,
        "entered_at": now.isoformat(),
        "attempt": 1,
        "plan": {"message": "cart_help_offer", "channel": "sms", "locale": "en", "tone": "informal", "text_hash": ""},
    }
