"""Whoever writes is told at once that a person answers: on their channel, by the rules for answers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from moto import mock_aws

from attune.adapters.email import EmailSender
from attune.domain.contacts import Contact, ContactState, Ledger
from attune.domain.switches import NOT_KNOWN, Switches
from tests.support.events import track
from tests.support.replying import (
    HOUR,
    MINUTE,
    TUESDAY_NOON,
    abandons,
    approve_onsite,
    cases,
    contacts,
    known,
    longer,
    outcomes,
    want_help_answer,
    with_library,
    write,
)
from tests.support.ses_server import ses_server
from tests.support.steps import in_journeys
from tests.support.world import World

TUESDAY_NIGHT = datetime(2026, 11, 24, 23, tzinfo=UTC)


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(TUESDAY_NOON)


# On the channel they wrote on, with the time


@pytest.mark.parametrize("text", ["I need help with the form", "let me speak to a human", "does it come in green?"])
def test_a_reply_by_sms_is_answered_by_sms_with_the_time_by_which_a_person_answers(world, text):
    in_journeys(world, time_zone="Europe/Berlin")

    write(world, text)

    [(phone, words)] = world.texts
    assert phone == "+447700900001"
    assert "Acme" in words
    assert "24 November 2026, 21:00" in words  # eight hours later, on her own clock
    assert world.emails == []
    assert outcomes(world) == [("sent", "acknowledged")]


def test_a_reply_by_email_is_answered_by_email_with_the_layout_and_the_way_out(world):
    in_journeys(world)

    write(world, "does it come in green?", channel="email")

    [mail] = world.emails
    assert "24 November 2026, 20:00" in mail.body
    assert mail.destinations["ToAddresses"] == ["ada@example.com"]
    assert "1 High Street, London" in mail.body
    assert world.texts == []


def test_an_email_that_answers_says_that_a_machine_wrote_it(world):
    """So that a mail program that is away does not answer back (RFC 3834)."""
    in_journeys(world)
    with ses_server() as server:
        sender = EmailSender(server.client, "care@shop.example", "care@shop.example", "attune")
        world.acknowledger = replace(world.acknowledger, delivery=replace(world.acknowledger.delivery, email=sender))
        write(world, "does it come in green?", channel="email")
        [request] = server.requests

    headers = {header["Name"]: header["Value"] for header in request["Content"]["Simple"]["Headers"]}
    assert headers["Auto-Submitted"] == "auto-replied"
    assert "List-Unsubscribe" in headers


def test_a_reply_on_the_site_is_answered_by_a_note_there(world):
    in_journeys(world)
    approve_onsite(world)

    write(world, "does it come in green?", channel="onsite")

    [note] = world.customers.onsite_notes("ada")
    assert "24 November 2026, 20:00" in note.body
    assert world.texts == world.emails == []
    assert outcomes(world) == [("sent", "acknowledged")]


def test_a_reply_without_a_channel_is_answered_where_the_last_message_went(world):
    [journey] = in_journeys(world)
    last = Contact(
        contact_id=f"{journey.journey_id}#1",
        playbook=journey.playbook,
        journey_id=journey.journey_id,
        touch=1,
        channel="email",
        message="cart_help_offer",
        at=world.now - HOUR,
        state=ContactState.SENT,
    )
    world.customers.save("ada", Ledger((last,)))

    world.publish(track("ada", "Message Replied", world.now, text="does it come in green?"))
    world.run(MINUTE)

    assert len(world.emails) == 1


def test_a_reply_without_a_channel_to_nothing_is_not_answered_and_the_decision_says_why(world):
    in_journeys(world)

    world.publish(track("ada", "Message Replied", world.now, text="does it come in green?"))
    world.run(MINUTE)

    assert outcomes(world) == [("withheld", "unknown_channel")]
    assert len(world.support.messages) == 1


def test_where_nobody_knows_the_clock_it_is_the_day(world):
    in_journeys(world, time_zone="")

    write(world, "does it come in green?")

    [(_, words)] = world.texts
    assert "by 25 November 2026." in words


def test_the_customers_language_decides(world):
    in_journeys(world, locale="de-DE")

    write(world, "Gibt es das in Grün?")

    [(_, words)] = world.texts
    assert "24. November 2026, 20:00 Uhr" in words


def test_without_an_approved_text_nothing_is_sent_and_the_decision_says_so(world):
    in_journeys(world, locale="pt-PT")

    write(world, "há em verde?")

    assert world.texts == []
    assert outcomes(world) == [("withheld", "not_approved")]
    assert len(world.support.messages) == 1


# The word HELP


@pytest.mark.parametrize("word", ["HELP", "INFO", "Hilfe"])
def test_the_word_alone_gets_what_carriers_want_and_a_case(world, word):
    in_journeys(world)
    want_help_answer(world)

    write(world, word)

    [(_, words)] = world.texts
    assert "Message and data rates" in words
    assert "STOP" in words
    assert len(world.support.messages) == 1


def test_the_word_alone_is_answered_although_the_conversation_was_acknowledged(world):
    in_journeys(world)
    want_help_answer(world)

    write(world, "does it come in green?")
    write(world, "HELP")
    write(world, "HELP")

    assert [contact.message for contact in contacts(world)] == ["help_acknowledged", "sms_help_answer"]
    assert [row["reason_code"] for row in world.decisions("ada", "contact")].count("acknowledged_before") == 1


def test_without_an_approved_help_answer_the_acknowledgement_is_the_answer(world):
    in_journeys(world)
    world.acknowledger = with_library(
        world, texts=tuple(text for text in world.library.texts if text.message != "sms_help_answer")
    )

    write(world, "HELP")

    assert [contact.message for contact in contacts(world)] == ["help_acknowledged"]


# What is not answered


@pytest.mark.parametrize(("text", "why"), [("thank you!", "only_thanks"), ("Automatic reply: away", "automatic_reply")])
def test_thanks_and_machines_open_no_case_and_get_no_answer_and_the_decision_says_why(world, text, why):
    in_journeys(world)

    write(world, text, channel="email")

    assert world.emails == world.support.messages == cases(world) == []
    [decision] = world.decisions("ada", "escalation")
    assert (decision["choice"], decision["reason_code"]) == ("not_needed", why)


def test_stop_gets_no_answer_at_all(world):
    in_journeys(world)

    write(world, "STOP")

    assert world.texts == world.support.messages == []
    assert world.decisions("ada", "contact") == []


def test_who_opted_out_of_the_channel_gets_a_case_and_no_answer(world):
    in_journeys(world)
    write(world, "STOP")

    write(world, "where is my parcel?")

    assert world.texts == []
    assert outcomes(world) == [("withheld", "opted_out")]
    assert len(world.support.messages) == 1


def test_who_writes_in_distress_gets_a_person_at_once_and_no_automated_text(world):
    in_journeys(world)

    write(world, "my husband died last week", channel="email")
    write(world, "and where is the parcel?", channel="email")

    assert world.emails == []
    assert {case["priority"] for case in world.urgent.messages} == {"urgent"}
    assert world.support.messages == []
    assert set(outcomes(world)) == {("withheld", "distress")}


@pytest.mark.parametrize(
    ("switch", "why"),
    [
        ({"sending_enabled": False}, "kill_switch"),
        ({"dry_run": True}, "dry_run"),
        ({"switches": lambda: Switches(system_off=True)}, "kill_switch"),
        ({"switches": lambda: Switches(channels_off=frozenset({"sms"}))}, "kill_switch"),
        ({"switches": lambda: Switches(playbooks_off=frozenset({"cart_abandonment"}))}, "kill_switch"),
        ({"switches": lambda: NOT_KNOWN}, "kill_switch"),
    ],
)
def test_a_stage_that_sends_nothing_answers_nobody(world, switch, why):
    in_journeys(world)
    world.acknowledger = replace(world.acknowledger, **switch)

    write(world, "does it come in green?")

    assert world.texts == contacts(world) == []
    assert outcomes(world) == [("withheld", why)]


def test_a_playbook_may_leave_other_replies_to_somebody_else(world):
    in_journeys(world)
    playbook = world.steps.playbooks["cart_abandonment"]
    left = replace(playbook, escalation=replace(playbook.escalation, reply=False))
    world.steps.playbooks[playbook.id] = left  # type: ignore[index]

    write(world, "does it come in green?")

    assert world.texts == world.support.messages == []
    assert world.choices("ada", "escalation") == ["switched_off"]


# Day and night, and conversations


def test_at_night_who_has_just_written_is_answered_at_once(world):
    world.now = TUESDAY_NIGHT
    in_journeys(world)

    write(world, "does it come in green?")

    assert len(world.texts) == 1


def test_at_night_a_late_answer_waits_for_the_morning_and_comes_once(world):
    world.now = TUESDAY_NIGHT
    in_journeys(world)
    longer(world, timedelta(hours=24))

    write(world, "does it come in green?", at=world.now - timedelta(minutes=31))
    assert world.texts == []
    world.run(timedelta(hours=9))
    assert world.texts == []
    world.run(timedelta(hours=2))

    assert len(world.texts) == 1
    assert sorted(outcomes(world)) == [("held", "quiet_hours"), ("sent", "acknowledged")]


def test_at_night_a_late_answer_that_would_come_too_late_is_withheld(world):
    world.now = TUESDAY_NIGHT
    in_journeys(world)

    write(world, "does it come in green?", at=world.now - timedelta(minutes=31))
    world.run(timedelta(hours=24))

    assert world.texts == []
    assert outcomes(world) == [("withheld", "quiet_hours")]


def test_a_conversation_is_acknowledged_once_in_twelve_hours(world):
    in_journeys(world)
    for text in ("does it come in green?", "or in blue?", "hello? anybody there?", "I need help"):
        write(world, text)
    assert len(world.texts) == 1
    assert world.choices("ada", "escalation") == ["opened", "joined", "joined", "joined"]

    world.run(timedelta(hours=12))
    write(world, "still there?")

    assert len(world.texts) == 2


def test_what_joins_an_overdue_case_is_promised_an_answer_that_lies_ahead(world):
    in_journeys(world)
    write(world, "does it come in green?")
    world.run(timedelta(hours=13))

    write(world, "still there?")

    [first, second] = world.support.messages
    assert datetime.fromisoformat(second["due_by"]) > world.now > datetime.fromisoformat(first["due_by"])


def test_what_joins_a_case_gives_support_no_more_time(world):
    in_journeys(world)
    write(world, "does it come in green?")
    world.run(2 * HOUR)

    write(world, "and in blue?")

    [first, second] = world.support.messages
    assert (second["is_update"], second["due_by"]) == (True, first["due_by"])


def test_a_case_that_was_resolved_meanwhile_is_not_acknowledged(world):
    world.now = TUESDAY_NIGHT
    in_journeys(world)
    longer(world, timedelta(hours=24))
    write(world, "does it come in green?", at=world.now - timedelta(minutes=31))
    [case] = world.support.messages
    world.publish(track("ada", "Case Resolved", world.now, case_id=case["case_id"]))

    world.run(timedelta(hours=24))

    assert world.texts == []
    assert sorted(outcomes(world)) == [("held", "quiet_hours"), ("withheld", "case_closed")]


# Journeys


def test_any_reply_ends_the_journey_as_answered_and_while_the_case_is_open_nothing_is_sent(world):
    known(world)
    abandons(world)
    while not world.texts + world.emails:
        world.run(HOUR)
    sent = len(world.texts) + len(world.emails)

    write(world, "does it come in green?")
    world.run(timedelta(days=14))

    ada = world.customers.load("ada")
    assert ada is not None
    assert all(execution.done for execution in world.executions.values())
    assert [journey.ended_because for journey in ada.journeys.values()] == ["answered"]
    assert len(world.texts) + len(world.emails) == sent + 1  # the acknowledgement
    assert [case.about for case in cases(world)] == world.journeys


def test_a_journey_with_an_open_case_sends_nothing(world):
    known(world)
    write(world, "does it come in green?")
    abandons(world)

    world.run(timedelta(days=14))

    assert [contact.message for contact in contacts(world)] == ["help_acknowledged"]
