"""What becomes of customers: the real functions and definition, in virtual time."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from moto import mock_aws

from tests.support.events import identify, track
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(TUESDAY_NOON)


def known(
    world: World, customer: str = "ada", *, consents: tuple[str, ...] = ("sms", "email"), **traits: object
) -> None:
    defaults = {
        "firstName": "Ada",
        "email": "ada@example.com",
        "phone": "+447700900001",
        "locale": "en",
        "timezone": "Europe/London",
    }
    world.publish(identify(customer, world.now, **{**defaults, **traits}))
    if consents:
        world.publish(track(customer, "Consent Granted", world.now, channels=list(consents), source="checkout"))


def abandons_in_trouble(world: World, customer: str = "ada", **properties: object) -> None:
    world.publish(track(customer, "Product Added", world.now, **properties))
    for _ in range(3):
        world.publish(track(customer, "Page Reloaded", world.now))
    world.publish(track(customer, "Form Failed", world.now))


def test_somebody_in_trouble_gets_one_soft_text_after_a_day_or_more(world: World) -> None:
    known(world)
    abandons_in_trouble(world)

    world.run(timedelta(hours=23))
    before = len(world.texts)
    world.run(timedelta(days=3))

    assert before == 0
    assert world.choices("ada", "moment") == ["started"]
    assert world.choices("ada", "contact")[0] == "sent"
    [(phone, words), *_] = world.texts
    assert phone == "+447700900001"
    assert "cart is kept" in words


def test_a_calm_customer_is_left_alone_and_the_log_says_why(world: World) -> None:
    known(world)
    world.publish(track("ada", "Product Added", world.now))

    world.run(timedelta(days=12))

    assert world.choices("ada", "moment") == ["calm"]
    assert world.executions == {}


def test_who_buys_while_we_wait_gets_no_message(world: World) -> None:
    known(world)
    abandons_in_trouble(world)
    world.run(timedelta(hours=5))
    world.publish(track("ada", "Order Completed", world.now, order_id="o1"))

    world.run(timedelta(days=12))

    assert world.texts == []
    assert world.choices("ada", "contact") == ["withheld"]
    assert world.decisions("ada", "contact")[0]["reason_code"] == "goal_reached"


def test_who_opts_out_while_we_wait_gets_no_message(world: World) -> None:
    known(world)
    abandons_in_trouble(world)
    world.run(timedelta(hours=5))
    world.publish(track("ada", "Consent Withdrawn", world.now, channels=["sms"]))

    world.run(timedelta(days=12))

    assert world.texts == []
    assert world.decisions("ada", "contact")[0]["reason_code"] == "opted_out"


def test_without_consent_for_sms_it_is_an_email(world: World) -> None:
    known(world, consents=("email",))
    abandons_in_trouble(world)

    world.run(timedelta(days=4))

    assert world.texts == []
    assert world.emails[0].destinations["ToAddresses"] == ["ada@example.com"]


def test_without_a_time_zone_there_is_no_sms(world: World) -> None:
    known(world, timezone="", country="US")
    abandons_in_trouble(world)

    world.run(timedelta(days=4))

    assert world.texts == []
    assert len(world.emails) >= 1
    assert "unknown_time_zone" in world.decisions("ada", "tone")[0]["reasons"]


def test_at_night_the_message_waits_for_the_morning(world: World) -> None:
    world.run(timedelta(hours=10))  # 22:00 in London; one, two and three days later as well
    known(world)
    abandons_in_trouble(world)

    world.run(timedelta(days=4))

    [delay] = world.decisions("ada", "delay")[:1]
    assert delay["reason_code"] == "quiet_hours"
    sent = world.customers.load("ada").ledger.contacts[0].at  # type: ignore[union-attr]
    assert sent.hour == 9


def test_trouble_that_stays_gets_clearer_ways_to_help_and_no_discount(world: World) -> None:
    known(world)
    abandons_in_trouble(world)

    world.run(timedelta(days=12))

    messages = [contact.message for contact in world.customers.load("ada").ledger.contacts]  # type: ignore[union-attr]
    assert messages == ["cart_help_offer", "cart_help_ways"]
    assert world.choices("ada", "review")[-1] == "end"


def test_a_price_sensitive_customer_gets_the_offer_last(world: World) -> None:
    known(world)
    for query in ("voucher", "shoes discount code"):
        world.publish(track("ada", "Products Searched", world.now, query=query))
    world.publish(track("ada", "Product Added", world.now))

    world.run(timedelta(days=12))

    messages = [contact.message for contact in world.customers.load("ada").ledger.contacts]  # type: ignore[union-attr]
    assert messages == ["cart_help_offer", "cart_last_offer"]
    assert "TOGETHER10" in str(vars(world.emails[-1]))


def test_a_coupon_interaction_is_another_situation(world: World) -> None:
    known(world)
    abandons_in_trouble(world)
    world.publish(track("ada", "Coupon Entered", world.now, coupon_id="X"))

    world.run(timedelta(days=12))

    assert world.decisions("ada", "moment") == []


def test_i_need_help_becomes_a_case_at_once_with_the_whole_story(world: World) -> None:
    known(world)
    abandons_in_trouble(world)
    world.run(timedelta(days=4))
    contacts = len(world.customers.load("ada").ledger.contacts)  # type: ignore[union-attr]
    world.publish(track("ada", "Message Replied", world.now, text="I need help, the form eats my card", channel="sms"))
    world.run(timedelta(seconds=5))

    [case] = world.support.messages
    assert case["wrote"] == "I need help, the form eats my card"
    assert case["display_name"] == "Ada"
    assert case["friction_level"] == "high"
    assert any("form" in sentence for sentence in case["last_signals"])
    assert case["messages_so_far"]
    assert len(case["suggested_replies"]) == 4
    world.run(timedelta(days=12))
    after = world.customers.load("ada").ledger.contacts  # type: ignore[union-attr]
    assert [contact.message for contact in after[contacts:]] == ["help_acknowledged"]
    assert len(world.support.messages) == 1


def test_a_program_that_behaves_like_a_customer_in_trouble_starts_nothing(world: World) -> None:
    known(world)
    crawler = {"userAgent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}
    world.publish(track("ada", "Product Added", world.now, context=crawler))
    world.publish(track("ada", "Form Failed", world.now, context=crawler))

    world.run(timedelta(days=12))

    assert world.choices("ada", "moment") == ["withheld"]
    assert world.decisions("ada", "moment")[0]["reason_code"] == "bot"
    assert world.executions == {}


def test_a_late_event_does_not_bring_a_finished_moment_back(world: World) -> None:
    known(world)
    abandons_in_trouble(world)
    before = world.now
    world.run(timedelta(hours=2))
    world.publish(track("ada", "Order Completed", world.now, order_id="o1"))
    world.run(timedelta(days=12))
    ended = dict(world.executions)

    world.publish(track("ada", "Product Added", before + timedelta(minutes=1)))
    world.publish(track("ada", "Form Failed", before + timedelta(minutes=2)))
    world.run(timedelta(days=12))

    assert world.executions == ended
    assert world.texts == []


def test_a_vip_goes_to_the_urgent_queue(world: World) -> None:
    known(world, vip=True)
    world.publish(track("ada", "Message Replied", world.now, text="please call me", channel="email"))
    world.run(timedelta(seconds=5))

    assert world.support.messages == []
    assert world.urgent.messages[0]["priority"] == "urgent"


def test_without_an_approved_text_in_their_language_a_person_takes_over(world: World) -> None:
    known(world, locale="fr-FR")
    abandons_in_trouble(world)

    world.run(timedelta(days=12))

    assert world.texts == []
    assert world.emails == []
    [case] = world.support.messages
    assert case["trigger"] == "no_approved_text"


def at_the_same_hour(world: World) -> None:
    """Leave the first touch one delay, so that two journeys of one hour want to contact at once."""
    book = world.steps.playbooks["cart_abandonment"]
    first = replace(book.touches[0], delays=(timedelta(days=1),))
    world.steps.playbooks["cart_abandonment"] = replace(book, touches=(first, *book.touches[1:]))  # type: ignore[index]


def test_two_carts_do_not_make_two_messages_a_day(world: World) -> None:
    known(world)
    at_the_same_hour(world)
    for cart in ("phone", "laptop"):
        world.publish(track("ada", "Product Added", world.now, cart_id=cart, session_id=cart))
        for _ in range(4):
            world.publish(track("ada", "Page Reloaded", world.now, session_id=cart))
        world.publish(track("ada", "Form Failed", world.now, session_id=cart))

    world.run(timedelta(days=12))

    times = sorted(contact.at for contact in world.customers.load("ada").ledger.contacts)  # type: ignore[union-attr]
    assert len(world.journeys) == 2
    assert all(later - earlier >= timedelta(hours=24) for earlier, later in itertools.pairwise(times))
    assert "frequency_cap" in {row["reason_code"] for row in world.decisions("ada", "contact")}


def test_stop_by_text_message_is_final(world: World) -> None:
    known(world)
    abandons_in_trouble(world)
    world.run(timedelta(hours=1))
    world.publish(track("ada", "Message Replied", world.now, text="STOP", channel="sms"))

    world.run(timedelta(days=12))

    assert world.texts == []
    assert world.choices("ada", "consent") == ["granted", "withdrawn"]


def test_every_execution_ends_and_every_decision_expires_after_ninety_days(world: World) -> None:
    known(world)
    abandons_in_trouble(world)

    world.run(timedelta(days=12))

    assert all(execution.done for execution in world.executions.values())
    for row in world.decisions("ada"):
        kept = datetime.fromtimestamp(int(row["expires_at"]), UTC) - datetime.fromisoformat(row["time"])
        assert timedelta(days=90) - timedelta(seconds=1) <= kept <= timedelta(days=91)
