"""A dry run: everything but the send, every row marked, and nothing that counts when the stage sends."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from moto import mock_aws

from attune.domain.journeys import JourneyStatus
from tests.support.events import identify, track
from tests.support.world import World

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(NOON, dry_run=True)


def goes_live(world: World) -> None:
    """Switch the dry run off, as a deployment would: the tables stay, the functions are new."""
    world.deploy(dict(world.steps.playbooks))


def stuck(world: World, name: str = "ada", cart: str = "cart-1", *, channels=("email",)) -> None:
    traits = {"firstName": name, "email": f"{name}@example.com", "locale": "en", "timezone": "Europe/London"}
    world.publish(
        identify(name, world.now, **traits),
        track(name, "Consent Granted", world.now, channels=list(channels)),
        track(name, "Product Added", world.now, cart_id=cart),
        track(name, "Form Failed", world.now + timedelta(seconds=20)),
    )


def kinds(world: World, name: str = "ada") -> set[str]:
    return {row["kind"] for row in world.decisions(name)}


def test_a_journey_goes_its_whole_way_and_nothing_is_sent(world):
    stuck(world)
    world.run(15 * DAY)

    contacts = world.decisions("ada", "contact")
    assert world.emails == []
    assert [(row["choice"], row["reason_code"]) for row in contacts] == [("withheld", "dry_run")] * len(contacts)
    assert len(contacts) >= 1
    assert {"moment", "tone", "delay", "contact", "review", "consent"} <= kinds(world)
    [journey] = world.customers.load("ada").journeys.values()
    assert (journey.status, journey.dry_run) == (JourneyStatus.ENDED, True)


def test_every_row_is_marked_whoever_wrote_it(world):
    stuck(world)
    world.run(2 * DAY)
    world.publish(track("ada", "Message Replied", world.now, text="I need help", channel="email"))
    world.run(DAY)

    rows = world.decisions()
    assert {"escalation", "contact", "moment", "consent", "tone", "delay"} <= {row["kind"] for row in rows}
    assert [row for row in rows if row["dry_run"] is not True] == []


def test_after_a_message_that_was_not_sent_the_patience_is_the_same_as_after_one_that_was(world):
    stuck(world)
    world.run(15 * DAY)
    [contact, *_] = world.decisions("ada", "contact")
    [review, *_] = world.decisions("ada", "review")

    between = datetime.fromisoformat(review["time"]) - datetime.fromisoformat(contact["time"])
    assert between == DAY, "the touch's patience"


def test_what_the_gate_would_refuse_is_refused_for_its_own_reason(world):
    stuck(world, channels=())
    world.publish(
        track("ada", "Consent Withdrawn", world.now + timedelta(minutes=1), channels=["email", "sms", "onsite"])
    )
    world.run(5 * DAY)
    stuck(world, "bob")
    world.run(timedelta(minutes=30))
    world.publish(track("bob", "Order Completed", world.now, order_id="o-1"))
    world.run(5 * DAY)

    why = [row["reason_code"] for name in ("ada", "bob") for row in world.decisions(name, "contact")]
    assert why
    assert "dry_run" not in why


def test_nothing_is_reserved_so_no_cap_is_used_up_when_the_stage_sends(world):
    for number in range(3):
        stuck(world, cart=f"cart-{number}")
        world.run(4 * DAY)
    assert world.customers.load("ada").ledger.contacts == ()
    goes_live(world)

    stuck(world, cart="cart-live")
    world.run(4 * DAY)

    assert len(world.emails) == 1
    [sent] = [row for row in world.decisions("ada", "contact") if row["choice"] == "sent"]
    assert sent["dry_run"] is False


def test_a_journey_that_began_in_a_dry_run_ends_when_the_stage_sends(world):
    stuck(world)
    world.run(timedelta(hours=1))
    goes_live(world)
    world.run(12 * DAY)

    assert world.emails == []
    [ended] = world.decisions("ada", "journey")
    assert (ended["choice"], ended["reason_code"]) == ("withdrawn", "began_in_dry_run")
    [journey] = world.customers.load("ada").journeys.values()
    assert journey.ended_because == "began_in_dry_run"


def test_journeys_of_a_dry_run_do_not_count_as_earlier_ones(world):
    playbook = world.steps.playbooks["cart_abandonment"]
    once = replace(playbook, re_entry=replace(playbook.re_entry, allowed=False))
    world.deploy({playbook.id: once}, dry_run=True)
    stuck(world)
    world.run(12 * DAY)
    goes_live(world)

    stuck(world, cart="cart-live")
    world.run(4 * DAY)

    assert world.choices("ada", "moment") == ["started", "started"]
    assert len(world.emails) == 1


CALLS_FOR_A_PERSON = {
    "asked_for_help": track("ada", "Message Replied", NOON + HOUR, text="I need help", channel="email"),
    "wants_a_person": track("ada", "Message Replied", NOON + HOUR, text="Can I speak to a human?", channel="email"),
    "distress": track("ada", "Message Replied", NOON + HOUR, text="I cannot go on, I want to die", channel="email"),
    "data_export": track("ada", "Export Requested", NOON + HOUR),
    "data_deletion": track("ada", "Deletion Requested", NOON + HOUR),
}


@pytest.mark.parametrize("why", CALLS_FOR_A_PERSON)
def test_what_somebody_asks_a_person_for_reaches_support_also_in_a_dry_run_and_is_marked(world, why):
    stuck(world)
    world.run(HOUR)
    world.publish(CALLS_FOR_A_PERSON[why])
    world.run(HOUR)

    [told] = world.support.messages + world.urgent.messages
    assert (told["trigger"], told["dry_run"]) == (why, True)
    [row] = world.decisions("ada", "escalation")
    assert (row["choice"], row["reason_code"], row["dry_run"]) == ("opened", why, True)
    assert json.loads(row["inputs"])["reached_support"] is True
    [case] = world.customers.load("ada").cases.values()
    assert (case.case_id, case.queued) == (told["case_id"], True)
    assert world.emails == []


def test_a_case_that_is_waited_for_is_still_there_when_the_stage_sends(world):
    stuck(world)
    world.run(HOUR)
    world.publish(CALLS_FOR_A_PERSON["wants_a_person"])
    world.run(HOUR)
    goes_live(world)
    world.publish(track("ada", "Message Replied", world.now, text="I still need help", channel="email"))
    world.run(HOUR)

    again = world.decisions("ada", "escalation")
    assert [(row["choice"], row["dry_run"]) for row in again] == [("opened", True), ("joined", False)]
    assert len({json.loads(row["inputs"])["case_id"] for row in again}) == 1


def test_where_the_stage_says_so_support_is_not_disturbed_and_nothing_is_open_when_it_sends(world):
    world.cases_in_dry_run = False
    world.deploy(dict(world.steps.playbooks), dry_run=True)
    stuck(world)
    world.run(HOUR)
    world.publish(CALLS_FOR_A_PERSON["asked_for_help"])
    world.run(HOUR)

    assert world.support.messages == world.urgent.messages == []
    [case] = world.decisions("ada", "escalation")
    assert (case["choice"], case["reason_code"], case["dry_run"]) == ("opened", "asked_for_help", True)
    told = json.loads(case["inputs"])
    assert told["due_by"]
    assert told["reached_support"] is False
    assert world.customers.load("ada").cases == {}


def test_what_only_our_own_rules_call_for_is_a_rehearsal_in_any_case(world):
    playbook = world.steps.playbooks["cart_abandonment"]
    by_people = replace(playbook, escalation=replace(playbook.escalation, always=True))
    world.deploy({playbook.id: by_people}, dry_run=True)
    stuck(world)
    world.run(DAY)

    assert world.support.messages == world.urgent.messages == []
    [row] = world.decisions("ada", "escalation")
    assert (row["choice"], json.loads(row["inputs"])["reached_support"]) == ("opened", False)
    assert world.customers.load("ada").cases == {}


def test_who_wrote_gets_no_acknowledgement_and_the_log_says_why(world):
    stuck(world)
    world.run(timedelta(hours=1))
    world.publish(track("ada", "Message Replied", world.now, text="I need help", channel="email"))
    world.run(timedelta(hours=1))

    assert world.emails == []
    [answer] = [row for row in world.decisions("ada", "contact") if row["touch"] == "0"]
    assert (answer["choice"], answer["reason_code"], answer["dry_run"]) == ("withheld", "dry_run", True)


def test_the_same_request_again_says_nothing_new(world):
    stuck(world)
    reply = track("ada", "Message Replied", world.now + timedelta(hours=1), text="I need help", channel="email")
    world.run(timedelta(hours=1))
    world.publish(reply)
    world.run(timedelta(hours=1))
    before = world.decisions("ada")
    world.escalations.consumer(json.dumps(world.escalations.messages[0]))
    world.run(timedelta(hours=1))

    assert world.decisions("ada") == before
