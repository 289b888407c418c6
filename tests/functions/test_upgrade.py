"""One version back: what the version before left in tables, executions, queues and messages is carried on by this one."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from attune.adapters.case_messages import read_message
from attune.adapters.links import LinkPurpose, Links
from tests.support.events import identify, track
from tests.support.upgraded import journeys_left, reads_now, recorded, recorded_now, upgraded
from tests.support.world import World

AN_HOUR = timedelta(hours=1)
UNTIL_ALL_ARE_OVER = timedelta(days=30)
type Left = Mapping[str, Any]
"""What a version left: what is in its recording."""
RECORDINGS: dict[str, Callable[[], Left]] = {"the version before": recorded, "this version, as the next": recorded_now}
"""What is carried on: the next release takes over from this one by a recording that the same recorder makes."""


@pytest.fixture(params=list(RECORDINGS))
def left(request: pytest.FixtureRequest) -> Left:
    return RECORDINGS[request.param]()


@pytest.fixture
def world(left: Left) -> Iterator[World]:
    with mock_aws():
        yield upgraded(left)


def customers_of(left: Left) -> list[str]:
    rows = left["tables"]["customers"]
    return sorted(row["pk"]["S"].removeprefix("CUSTOMER#") for row in rows if row["sk"]["S"] == "PROFILE")


def new_choices(world: World, left: Left, customer: str, kind: str) -> list[str]:
    """Return what was chosen since the recording."""
    since = datetime.fromisoformat(left["now"])
    found = world.decisions(customer, kind)
    return [row["choice"] for row in found if datetime.fromisoformat(row["time"]) > since]


def test_the_recording_has_a_journey_at_every_wait_and_one_that_has_not_begun(left: Left) -> None:
    waits = {(one["state"], one["touch"]) for one in journeys_left(left).values()}

    assert waits >= {("SendMessage", 1), ("ReviewJourney", 1), ("SendMessage", 2)}
    assert {one["queue"] for one in left["queued"]} == {"support", "watch_queue"}
    assert {item["sk"]["S"].partition("#")[0] for item in left["tables"]["customers"]} == {
        "PROFILE", "CONSENT", "CONTACTS", "SESSION", "JOURNEY", "CASE", "LINK",
    }  # fmt: skip


def test_the_forms_of_items_that_are_recorded_name_every_kind_that_was_left() -> None:
    left = {row["sk"]["S"].partition("#")[0] for row in recorded_now()["tables"]["customers"]}

    assert set(reads_now()) >= left - {"LINK"}  # whose a claim is, is no item of a customer's


def test_every_journey_of_the_version_before_finishes_on_this_one(world: World, left: Left) -> None:
    running = journeys_left(left)
    world.run(UNTIL_ALL_ARE_OVER)

    assert len(running) >= 6
    assert all(execution.done for execution in world.executions.values())
    assert {execution.state for execution in world.executions.values()} <= {"Ended", ""}
    for customer, one in running.items():
        known = world.customers.load(customer)
        assert known is not None
        assert known.journeys[one["journey"]].status == "ended", customer


def test_who_waited_for_a_first_message_gets_it_when_the_version_before_had_planned_it(
    world: World, left: Left
) -> None:
    wakes = datetime.fromisoformat(journeys_left(left)["waiting"]["wakes_at"])

    world.run(wakes - world.now - AN_HOUR)
    before = new_choices(world, left, "waiting", "contact")
    world.run(2 * AN_HOUR)

    assert before == []
    assert new_choices(world, left, "waiting", "contact") == ["sent"]
    assert len(world.texts) + len(world.emails) > 0


def test_who_had_a_message_already_is_not_sent_it_again(world: World) -> None:
    world.run(UNTIL_ALL_ARE_OVER)

    first = world.customers.load("first")
    assert first is not None
    first_touches = [one for one in first.ledger.contacts if one.touch == 1 and one.playbook == "cart_abandonment"]
    assert len(first_touches) == 1


def test_who_buys_after_the_upgrade_is_left_alone(world: World, left: Left) -> None:
    world.publish(track("buying", "Order Completed", world.now, order_id="o-1"))
    world.run(UNTIL_ALL_ARE_OVER)

    assert new_choices(world, left, "buying", "contact") == ["withheld"]


def test_who_opts_out_after_the_upgrade_is_left_alone(world: World, left: Left) -> None:
    world.publish(track("leaving", "Consent Withdrawn", world.now, channels=["sms", "email"]))
    world.run(UNTIL_ALL_ARE_OVER)

    assert "sent" not in new_choices(world, left, "leaving", "contact")


def test_a_silence_that_was_waited_for_becomes_a_journey_of_this_version(world: World, left: Left) -> None:
    world.run(timedelta(days=5))

    assert new_choices(world, left, "quiet", "moment") == ["started"]
    assert "sent" in new_choices(world, left, "quiet", "contact")


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


def test_every_customer_of_the_version_before_can_be_read_and_written(world: World, left: Left) -> None:
    for customer_id in customers_of(left):
        customer = world.customers.load_unmerged(customer_id)
        assert customer is not None, customer_id
        for item in (customer.profile, customer.consent, *customer.sessions.values(), *customer.journeys.values()):
            if item.version:
                assert world.customers.save(customer_id, item).version == item.version + 1


@pytest.mark.parametrize("purpose", list(LinkPurpose))
def test_links_in_messages_of_the_version_before_still_open(
    monkeypatch: pytest.MonkeyPatch, left: Left, purpose: LinkPurpose
) -> None:
    # They count for 90 days from when they were made, whenever this test runs.
    signed = int(datetime.fromisoformat(left["recorded_at"]).timestamp())
    monkeypatch.setattr("itsdangerous.timed.TimestampSigner.get_timestamp", lambda _self: signed + 3600)

    claim = Links("a key for tests").read(purpose, left["links"][purpose.value])

    assert (claim.customer_id, claim.journey_id, claim.channel, claim.locale, claim.touch) == ("first", "j-1", "email", "en", 1)  # fmt: skip


def test_cases_that_lay_on_support_s_queues_are_read(left: Left) -> None:
    bodies = [one["body"] for one in left["queued"] if one["queue"] == "support"]

    assert bodies
    for body in bodies:
        assert read_message(body).case_id == json.loads(body)["case_id"]
