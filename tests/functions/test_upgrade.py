"""One version back: what the version before left in tables, executions, queues and messages is carried on by this one."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from moto import mock_aws

from attune.adapters.case_messages import read_message
from attune.adapters.links import LinkPurpose, Links
from tests.support.events import identify, track
from tests.support.upgraded import recorded, upgraded
from tests.support.world import World

LEFT = recorded()
CUSTOMERS = sorted(
    item["pk"]["S"].removeprefix("CUSTOMER#") for item in LEFT["tables"]["customers"] if item["sk"]["S"] == "PROFILE"
)
RUNNING = {one["variables"]["customer_id"]: one for one in LEFT["executions"]}
AN_HOUR = timedelta(hours=1)
UNTIL_ALL_ARE_OVER = timedelta(days=30)


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield upgraded()


def new_choices(world: World, customer: str, kind: str) -> list[str]:
    """Return what this version chose."""
    since = world_start()
    found = world.decisions(customer, kind)
    return [row["choice"] for row in found if datetime.fromisoformat(row["time"]) > since]


def world_start() -> datetime:
    return datetime.fromisoformat(LEFT["now"])


def test_the_recording_has_a_journey_at_every_wait_and_one_that_has_not_begun() -> None:
    waits = {(one["state"], one["variables"]["touch"]) for one in LEFT["executions"]}

    assert waits >= {("SendMessage", 1), ("ReviewJourney", 1), ("SendMessage", 2)}
    assert {one["queue"] for one in LEFT["queued"]} == {"support", "watch_queue"}
    assert {item["sk"]["S"].partition("#")[0] for item in LEFT["tables"]["customers"]} == {
        "PROFILE", "CONSENT", "CONTACTS", "SESSION", "JOURNEY", "CASE", "LINK",
    }  # fmt: skip


def test_every_journey_of_the_version_before_finishes_on_this_one(world: World) -> None:
    world.run(UNTIL_ALL_ARE_OVER)

    assert len(RUNNING) >= 6
    for customer, left in RUNNING.items():
        execution = world.executions[left["journey"]]
        assert execution.done, customer
        assert execution.state == "Ended", (customer, execution.visited)
        known = world.customers.load(customer)
        assert known is not None
        assert known.journeys[left["journey"]].status == "ended", customer


def test_who_waited_for_a_first_message_gets_it_when_the_version_before_had_planned_it(world: World) -> None:
    wakes = datetime.fromisoformat(RUNNING["waiting"]["wakes_at"])

    world.run(wakes - world.now - AN_HOUR)
    before = new_choices(world, "waiting", "contact")
    world.run(2 * AN_HOUR)

    assert before == []
    assert new_choices(world, "waiting", "contact") == ["sent"]
    assert len(world.texts) + len(world.emails) > 0


def test_who_had_a_message_already_is_not_sent_it_again(world: World) -> None:
    world.run(UNTIL_ALL_ARE_OVER)

    ledger = world.customers.load_ledger("first")
    first_touches = [one for one in ledger.contacts if one.touch == 1 and one.playbook == "cart_abandonment"]
    assert len(first_touches) == 1


def test_who_buys_after_the_upgrade_is_left_alone(world: World) -> None:
    world.publish(track("buying", "Order Completed", world.now, order_id="o-1"))
    world.run(UNTIL_ALL_ARE_OVER)

    assert new_choices(world, "buying", "contact") == ["withheld"]


def test_who_opts_out_after_the_upgrade_is_left_alone(world: World) -> None:
    world.publish(track("leaving", "Consent Withdrawn", world.now, channels=["sms", "email"]))
    world.run(UNTIL_ALL_ARE_OVER)

    assert "sent" not in new_choices(world, "leaving", "contact")


def test_a_silence_that_was_waited_for_becomes_a_journey_of_this_version(world: World) -> None:
    world.run(timedelta(days=5))

    assert new_choices(world, "quiet", "moment") == ["started"]
    assert "sent" in new_choices(world, "quiet", "contact")


def test_an_open_case_is_resolved_by_the_id_that_the_version_before_gave_it(world: World) -> None:
    customer = world.customers.load("asking")
    assert customer is not None
    (case,) = customer.cases.values()

    world.publish(track("asking", "Case Resolved", world.now, case_id=case.case_id, agent="Bo"))

    customer = world.customers.load("asking")
    assert customer is not None
    (closed,) = customer.cases.values()
    assert case.resolved_at is None
    assert closed.resolved_at is not None


def test_a_device_that_was_anonymous_then_is_recognised_now(world: World) -> None:
    call = identify("laptop-owner", world.now, email="owner@example.com")
    world.publish({**call, "anonymousId": "laptop"})

    joined = world.customers.load("anon:laptop")
    assert joined is not None
    assert joined.profile.customer_id == "laptop-owner"
    assert [session.origin for session in joined.sessions.values()] == ["main"]


def test_every_customer_of_the_version_before_can_be_read_and_written(world: World) -> None:
    for customer_id in CUSTOMERS:
        customer = world.customers.load_unmerged(customer_id)
        assert customer is not None, customer_id
        for item in (customer.profile, customer.consent, *customer.sessions.values(), *customer.journeys.values()):
            if item.version:
                assert world.customers.save(customer_id, item).version == item.version + 1


@pytest.mark.parametrize("purpose", list(LinkPurpose))
def test_links_in_messages_of_the_version_before_still_open(
    monkeypatch: pytest.MonkeyPatch, purpose: LinkPurpose
) -> None:
    monkeypatch.setattr("itsdangerous.timed.TimestampSigner.get_timestamp", lambda _self: _signed_at() + 3600)

    claim = Links("a key for tests").read(purpose, LEFT["links"][purpose.value])

    assert (claim.customer_id, claim.journey_id, claim.channel, claim.locale, claim.touch) == ("first", "j-1", "email", "en", 1)  # fmt: skip


def _signed_at() -> int:
    """Return when the links were made; they count for 90 days from then, whenever this test runs."""
    return int(datetime.fromisoformat(LEFT["recorded_at"]).timestamp())


def test_cases_that_lay_on_support_s_queues_are_read() -> None:
    bodies = [one["body"] for one in LEFT["queued"] if one["queue"] == "support"]

    assert bodies
    for body in bodies:
        assert read_message(body).case_id == json.loads(body)["case_id"]
