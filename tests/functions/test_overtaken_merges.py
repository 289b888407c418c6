"""Two customers become one while something is being written to either: nothing is lost, said twice or taken back."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from attune.adapters.identities import Identities
from attune.adapters.identity_links import IdentityLinks
from attune.adapters.links import LinkClaim
from attune.adapters.merges import Merges
from attune.domain.contacts import Contact, ContactState
from attune.domain.customers import Case, Consent, Customer, Profile
from attune.domain.errors import (
    DeliveryError,
    PermanentDeliveryError,
    ThrottledDeliveryError,
    UncertainDeliveryError,
)
from attune.domain.journeys import JourneyStatus
from functions.record_feedback.unsubscribing import Unsubscribing
from tests.support.becoming_one import VISITOR, ada_and_a_visitor, become_one, stored
from tests.support.crashing import Overtaken
from tests.support.events import track
from tests.support.steps import step
from tests.support.world import World

JOURNEY = "cart_abandonment-1"


@pytest.fixture
def world() -> Iterator[World]:
    with ada_and_a_visitor() as made:
        yield made


def asked(world: World) -> dict[str, Any]:
    return step(world, stored(world, VISITOR).journeys[JOURNEY], customer_id=VISITOR)


class MergesMeanwhile:
    """A provider that answers as told, once the visitor has turned out to be Ada."""

    def __init__(self, world: World, error: DeliveryError | None) -> None:
        self.world, self.error, self.real = world, error, world.delivery.sms

    def send(self, *words: Any) -> str:
        become_one(self.world)
        if self.error:
            raise self.error
        return self.real.send(*words)


@pytest.mark.parametrize(
    ("error", "outcome", "states", "texts"),
    [
        (None, "sent", [ContactState.SENT], 1),
        (UncertainDeliveryError("no_answer", "the answer never came"), "sent", [ContactState.UNCERTAIN], 0),
        (PermanentDeliveryError("refused", "no"), "channel_failed", [ContactState.FAILED], 0),
        (ThrottledDeliveryError("Throttling", "slow down"), "held", [], 0),
    ],
)
def test_how_a_message_ended_reaches_the_ledger_of_whom_its_customer_became(world, error, outcome, states, texts):
    provider: Any = MergesMeanwhile(world, error)
    sending = replace(world.sending, delivery=replace(world.delivery, sms=provider))

    answer = sending.send(asked(world))

    assert answer["outcome"] == outcome
    assert [contact.state for contact in stored(world).ledger.contacts] == states
    again = world.sending.send(asked(world))
    assert again["outcome"] == ("sent" if outcome == "held" else outcome)
    assert len(world.texts) == (1 if outcome == "held" else texts)


def opts_out(world: World, customers: Any = None) -> None:
    claim = LinkClaim(customer_id=VISITOR, journey_id=JOURNEY, channel="sms", locale="en")
    steps = replace(world.steps, customers=customers or world.customers)
    Unsubscribing(steps).unsubscribe(claim, ("sms", "email"))


@pytest.mark.parametrize("agreed_before", [True, False])
def test_an_opt_out_of_somebody_who_becomes_another_meanwhile_holds_for_that_other(world, agreed_before):
    if not agreed_before:
        world.dynamodb.delete_item(
            TableName="customers", Key={"pk": {"S": f"CUSTOMER#{VISITOR}"}, "sk": {"S": "CONSENT"}}
        )
    slow = Overtaken(world.customers, lambda: become_one(world), at=lambda item: isinstance(item, Consent))

    opts_out(world, slow)

    assert stored(world).consent.refused("sms")
    assert world.sending.send(asked(world))["reason"] == "opted_out"
    assert world.texts == []


def points_away(item: Any) -> bool:
    return isinstance(item, Profile) and bool(item.merged_into)


def has_been_sent(world: World) -> None:
    contact = Contact(
        contact_id=f"{JOURNEY}#1",
        playbook="cart_abandonment",
        journey_id=JOURNEY,
        touch=1,
        channel="sms",
        message="cart_help_offer",
        at=world.now,
        state=ContactState.SENT,
    )
    ledger = stored(world, VISITOR).ledger
    world.customers.save(VISITOR, ledger.reserve(contact))


def ends(world: World) -> None:
    journey = stored(world, VISITOR).journeys[JOURNEY]
    world.customers.save(VISITOR, replace(journey, status=JourneyStatus.ENDED, ended_because="goal_reached"))


def resolves(world: World) -> None:
    case = stored(world, VISITOR).cases["direct"]
    world.customers.save(VISITOR, replace(case, resolved_at=world.now))


LATE: list[tuple[Callable[[World], None], Callable[[Customer], bool]]] = [
    (opts_out, lambda ada: ada.consent.refused("sms") and ada.consent.refused("email")),
    (has_been_sent, lambda ada: [one.state for one in ada.ledger.contacts] == [ContactState.SENT]),
    (ends, lambda ada: ada.journeys[JOURNEY].status is JourneyStatus.ENDED),
    (resolves, lambda ada: not ada.has_open_case),
]


@pytest.mark.parametrize("dies", ["not", *range(1, 9)])
@pytest.mark.parametrize(("happens", "is_known"), LATE)
def test_what_is_written_between_the_copy_and_the_pointer_is_taken_along_wherever_a_merge_dies(
    world, monkeypatch, happens, is_known, dies
):
    case = Case(case_id="c", about="direct", opened_at=world.now, triggers=("asked_for_help",), queued=True)
    world.customers.save(VISITOR, case)

    class CrashError(Exception):
        """The process that merges is gone."""

    put = world.dynamodb.put_item
    left: list[int] = []

    def dying(**request: Any) -> Any:
        if left and dies != "not":
            left[0] -= 1
            if left[0] <= 0:
                raise CrashError
        return put(**request)

    def meanwhile() -> None:
        happens(world)
        left.append(int(dies) if dies != "not" else 0)

    with monkeypatch.context() as patch, contextlib.suppress(CrashError):
        patch.setattr(world.dynamodb, "put_item", dying)
        become_one(world, Overtaken(world.customers, meanwhile, at=points_away))

    become_one(world)  # the queue brings it again

    assert world.customers.load(VISITOR).customer_id == "ada"
    assert is_known(stored(world))


def test_a_merge_told_again_writes_nothing(world):
    become_one(world)
    before = world.dynamodb.scan(TableName="customers")["Items"]

    become_one(world)
    world.identities.heal(VISITOR)

    assert world.dynamodb.scan(TableName="customers")["Items"] == before


def test_what_went_on_after_a_merge_is_not_undone_by_what_was_left_behind(world):
    become_one(world)
    ada = stored(world)
    world.customers.save("ada", replace(ada.journeys[JOURNEY], status=JourneyStatus.ENDED, ended_because="lost"))

    world.identities.heal(VISITOR)

    assert stored(world).journeys[JOURNEY].ended_because == "lost"


def test_who_was_an_alias_keeps_an_opt_out_that_a_dying_merge_did_not_see(world, monkeypatch):
    put = world.dynamodb.put_item

    class CrashError(Exception):
        """The process that merges is gone."""

    def meanwhile() -> None:
        opts_out(world)
        monkeypatch.setattr(world.dynamodb, "put_item", once)

    def once(**request: Any) -> Any:
        if '"merged_into":"ada"' not in request["Item"]["data"]["S"]:
            raise CrashError
        return put(**request)

    alias = {"type": "alias", "userId": "ada", "previousId": "d1", "messageId": "a-1"}
    alias["timestamp"] = track("ada", "Product Viewed", world.now)["timestamp"]
    merges = Merges(Overtaken(world.customers, meanwhile, at=points_away), world.decisions_table)  # type: ignore[arg-type]
    ingest = world.ingest
    world.ingest = replace(
        ingest, identities=Identities(IdentityLinks(world.dynamodb, "customers"), merges, "a key for tests")
    )
    assert world.publish(alias) == ["q-0"]
    monkeypatch.setattr(world.dynamodb, "put_item", put)
    world.ingest = ingest

    world.publish(alias)

    assert stored(world).consent.refused("sms")


def test_a_case_that_is_opened_for_who_has_just_become_another_is_still_a_case(world):
    case = Case(case_id="late", about="direct", opened_at=world.now, triggers=("asked_for_help",), queued=True)
    become_one(world)
    world.customers.save(VISITOR, case)  # by whoever read them before the merge

    seen = world.customers.load(VISITOR)
    assert seen.has_open_case
    world.customers.save(seen.customer_id, replace(seen.cases["direct"], claimed_by="sam"))  # as an agent takes it

    assert stored(world).cases["direct"].claimed_by == "sam"
    assert world.sending.send(asked(world))["reason"] == "case_open"


def test_a_journey_that_begins_for_who_has_just_become_another_is_led_to_its_end(world):
    late = replace(stored(world, VISITOR).journeys[JOURNEY], journey_id="cart_abandonment-2", key="cart-2", version=0)
    become_one(world)
    world.customers.save(VISITOR, late)

    assert world.sending.send(step(world, late, customer_id=VISITOR))["outcome"] == "sent"
    assert [contact.journey_id for contact in stored(world).ledger.contacts] == ["cart_abandonment-2"]
