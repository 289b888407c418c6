"""A model of everything that writes to a customer at once, in drawn orders: who sends, opts out, merges, forgets, sweeps."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any

import pytest

from attune.adapters.complaint_rate import BrakeReader, ComplaintCounts
from attune.adapters.journey_steps import JourneySteps
from attune.adapters.links import LinkClaim
from attune.adapters.merges import Merges
from attune.adapters.sms import Sms
from attune.domain.contacts import Contact, ContactState, Ledger
from attune.domain.customers import Case, ChannelConsent, Consent, Profile
from attune.domain.errors import (
    ConflictError,
    PermanentDeliveryError,
    ThrottledDeliveryError,
    UncertainDeliveryError,
)
from attune.domain.identifiers import IdentityClaim
from attune.domain.playbook_rules import Audience, Limits
from attune_cli.replaying.customers import CustomersInMemory
from functions.find_moments.sweeping import sweep
from functions.record_feedback.unsubscribing import Unsubscribing
from functions.review_journey.reviewing import Reviewer
from functions.send_message.asking import GoAheads
from functions.send_message.sending import Sending
from tests.support.interleaving import Actor, Interleaving, Stepwise
from tests.support.ledger_races import PLAYBOOK, journey_numbered, step_of, wired

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ADA, VISITOR = "ada", "anon:d1"
ROOM = 1
LIMITS = Limits(per_day=ROOM, per_week=9, sms_per_day=9, sms_per_week=9, playbook_per_day=9, playbook_per_week=9)
FATES: tuple[Exception | None, ...] = (
    None,
    None,
    None,
    PermanentDeliveryError("refused", "no"),
    ThrottledDeliveryError("Throttling", "slow down"),
    UncertainDeliveryError("no_answer", "the answer never came"),
)
SEEDS = 60


class Log:
    """Keeps no decisions; these stories look at what was done."""

    def record(self, _: Any) -> None:
        """Take a decision."""


@cache
def _parts() -> tuple[JourneySteps, Any]:
    return wired(None, customers="", decisions="", now=TUESDAY_NOON)


@dataclass
class Story:
    """Some journeys of a visitor and of Ada, who may turn out to be one person; what happens meanwhile is drawn."""

    seed: int
    also: tuple[str, ...]
    taken: list[str] = field(default_factory=list)
    """The contacts that the provider took, in order."""
    reserved: dict[str, int] = field(default_factory=dict)
    handed: dict[str, int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    """When each of the others was through."""

    def __post_init__(self) -> None:
        self.draw = Random(f"{self.seed}#story")
        self.here = Interleaving(self.seed)
        steps, delivery = _parts()
        self.memory = CustomersInMemory(steps.clock, lambda one: f"{sum(one.encode()):064x}")
        self.table: Any = Stepwise(self.memory, self.here, self._saved)
        book = replace(steps.playbooks[PLAYBOOK], limits=LIMITS, audience=Audience())
        self.steps = replace(steps, customers=self.table, decisions=Log(), playbooks={PLAYBOOK: book})  # type: ignore[arg-type]
        self.delivery = replace(delivery, customers=self.table)
        self.journeys = {}
        for owner in (ADA, VISITOR):
            self._make(owner)
            for number in range(2):
                journey = replace(journey_numbered(number, TUESDAY_NOON), journey_id=f"{owner}-{number}")
                self.journeys[journey.journey_id] = self.memory.save(owner, journey)

    def _make(self, owner: str) -> None:
        profile = self.memory.load_or_create(owner).profile
        known = {"first_name": "Ada", "phone": "+447700900001", "locale": "en", "time_zone": "Europe/London"}
        self.memory.save(owner, replace(profile, **known))  # type: ignore[arg-type]
        agreed = ChannelConsent(granted=True, at=TUESDAY_NOON.replace(day=1), source="test")
        self.memory.save(owner, Consent({"sms": agreed}))

    def _saved(self, _: str, item: Any) -> None:
        for contact in item.contacts if isinstance(item, Ledger) else ():
            if contact.state is ContactState.RESERVED and contact.contact_id not in self.reserved:
                self.reserved[contact.contact_id] = len(self.here.told)

    def sends(self, journey_id: str) -> dict[str, Any]:
        fate = self.draw.choice(FATES)
        owner = journey_id.rpartition("-")[0]
        contact_id = f"{journey_id}#1"
        story = self

        class Post:
            def send(self, _: Sms) -> str:
                story.here.point("is asked")
                if isinstance(fate, PermanentDeliveryError | ThrottledDeliveryError):
                    raise fate
                story.taken.append(contact_id)
                story.handed[contact_id] = len(story.here.told)
                story.here.point("answers")
                if fate:
                    raise fate
                return "sns-1"

        delivery = replace(self.delivery, sms=Post())
        nobody: Any = None
        brake = BrakeReader(ComplaintCounts(nobody, ""))
        go_aheads = GoAheads(self.steps, delivery, nobody)
        sending = Sending(self.steps, delivery, True, False, brake, go_aheads, sleep=lambda _: None)
        return sending.send(step_of(self.journeys[journey_id], owner, TUESDAY_NOON))

    def opts_out(self) -> None:
        for owner in (VISITOR, ADA):
            claim = LinkClaim(customer_id=owner, journey_id="", channel="sms", locale="en")
            Unsubscribing(self.steps).unsubscribe(claim, ("sms",))
            self.done[f"opts out {owner}"] = len(self.here.told)

    def merges(self) -> None:
        claim = IdentityClaim(message_id="m", customer_id=ADA, time=TUESDAY_NOON, identifiers=())
        merges = Merges(self.table, self.steps.decisions)
        for _ in range(20):
            target, source = self.table.load(ADA), self.table.load(VISITOR)
            if target is None or source is None:
                return
            try:
                if source.customer_id == ADA:
                    merges.finish(VISITOR)
                else:
                    merges.merge(target, source, claim, "")
            except ConflictError:
                continue
            return

    def forgets(self) -> None:
        for _ in range(2):  # as the command does
            for owner in (VISITOR, ADA):
                rows = self.memory._rows.get(owner, {})
                for place in sorted(rows, key=lambda one: one[0] is Profile):
                    self.here.point("forgets")
                    rows.pop(place, None)
        self.done["forgets"] = len(self.here.told)

    def sweeps(self) -> None:
        for journey_id in self.journeys:
            sweep(self.table, self.steps.decisions, journey_id.rpartition("-")[0], journey_id, TUESDAY_NOON)

    def reviews(self) -> None:
        for journey_id, journey in self.journeys.items():
            step = step_of(journey, journey_id.rpartition("-")[0], TUESDAY_NOON)
            Reviewer(self.steps).review({**step, "failed": {"Error": "Lambda.Unknown"}})

    def opens_a_case(self) -> None:
        case = Case(case_id="c", about="direct", opened_at=TUESDAY_NOON, triggers=("asked_for_help",), queued=True)
        for owner in (VISITOR, ADA):
            customer = self.table.load(owner)
            if customer is not None and "direct" not in customer.cases:
                self.table.save(customer.customer_id, case)
            self.done[f"opens a case {owner}"] = len(self.here.told)

    def hears_from_the_provider(self) -> None:
        for journey_id in self.journeys:
            customer = self.table.load(journey_id.rpartition("-")[0])
            contact_id = f"{journey_id}#1"
            if customer is None or contact_id not in self.taken:
                continue
            ledger = customer.ledger.resolve(contact_id, sent=True, provider_id="sns-1")
            if ledger is not customer.ledger:
                self.table.save(customer.customer_id, ledger)

    def play(self) -> "Story":
        dies = {"merges": 0.5, "sends": 0.3}
        jobs: list[tuple[str, Callable[[], Any]]] = []
        for journey_id in self.journeys:
            twins = self.draw.choice((1, 2))
            jobs += [("sends", lambda journey_id=journey_id: self.sends(journey_id))] * twins
        jobs += [(name, getattr(self, name)) for name in self.also]
        self.here.run(
            [
                Actor(
                    f"{name} {number}",
                    act,
                    dies_at=self.draw.randint(1, 25) if self.draw.random() < dies.get(name, 0) else 0,
                )
                for number, (name, act) in enumerate(jobs)
            ]
        )
        self.done["all"] = len(self.here.told)
        if "merges" in self.also:
            self.merges()  # the event comes again
        if "forgets" in self.also:
            self.forgets()  # once more, when everything that was at work is through
        self.again = {journey_id: self._asked_again(journey_id) for journey_id in self.journeys}
        return self

    def _asked_again(self, journey_id: str) -> str:
        try:
            return str(self.sends(journey_id)["outcome"])
        except ConflictError:
            return "conflict"

    def contacts(self) -> list[Contact]:
        customers = {one.customer_id: one for owner in (ADA, VISITOR) if (one := self.memory.load(owner))}
        return [contact for customer in customers.values() for contact in customer.ledger.contacts]


def check(story: Story) -> None:
    asked = Counter(story.taken)
    assert not [one for one, times in asked.items() if times > 1], "two messages for one touch"
    states = {contact.contact_id: contact.state for contact in story.contacts()}
    if "forgets" not in story.also:
        lost = [one for one in story.taken if one not in states or states[one] is ContactState.FAILED]
        assert not lost, "a message that no ledger knows"
        assert ContactState.RESERVED not in states.values()
    if "merges" not in story.also:
        for owner in (ADA, VISITOR):
            assert sum(one.startswith(f"{owner}-") for one in story.taken) <= ROOM, "a cap is exceeded"
            counted = [contact for contact in story.contacts() if contact.counts]
            assert sum(one.journey_id.startswith(f"{owner}-") for one in counted) <= ROOM, (
                "a cap is exceeded in the books"
            )
    for journey_id in story.journeys:
        owner, contact_id = journey_id.rpartition("-")[0], f"{journey_id}#1"
        if contact_id not in story.handed:
            continue
        for what in (f"opts out {owner}", f"opens a case {owner}", "forgets"):
            if what in story.done:
                assert story.reserved[contact_id] <= story.done[what], f"{owner} {what}, and is then written to"
    if "forgets" in story.also:
        assert not story.contacts()
        assert not [place for rows in story.memory._rows.values() for place in rows if place[0] is Ledger]


TOGETHER = [
    (),
    ("opts_out",),
    ("merges",),
    ("merges", "opts_out"),
    ("merges", "reviews"),
    ("sweeps", "hears_from_the_provider"),
    ("forgets",),
    ("forgets", "opts_out"),
    ("opens_a_case", "merges", "hears_from_the_provider"),
]


@pytest.mark.parametrize("also", TOGETHER, ids=" and ".join)
def test_in_whatever_order_they_come_nobody_is_written_to_twice_too_often_or_against_their_will(also):
    taken = Counter[int]()
    for seed in range(SEEDS):
        story = Story(seed, also).play()
        try:
            check(story)
        except AssertionError as error:
            steps = "\n".join(f"{number}: {who} {what}" for number, (who, what) in enumerate(story.here.told))
            raise AssertionError(
                f"seed {seed}: {error}\n{steps}\n{story.reserved} {story.handed}\n{story.contacts()}"
            ) from error
        taken[len(story.taken)] += 1
    assert sum(taken.values()) == SEEDS
    assert max(taken) > 1
