"""SMS on their way out and back: senders by country, contact hours, STOP and HELP."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from attune.adapters.sms import SnsSmsSender
from attune.adapters.sms_end_user_messaging import EndUserMessagingSender
from attune.adapters.texting import Texting
from attune.domain.contacts import ContactState
from attune.domain.errors import PermanentDeliveryError
from attune.domain.sms_senders import OriginKind, SmsSenders
from attune.settings import SettingsError
from tests.support.events import identify, track
from tests.support.providers import FakeSms
from tests.support.senders import sns
from tests.support.stage import a_stage, handler
from tests.support.steps import in_journeys, journey_of, step
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(TUESDAY_NOON)


def with_delivery(world: World, **changes: Any) -> None:
    world.sending = replace(world.sending, delivery=replace(world.sending.delivery, **changes))


def texting(world: World, numbers: dict[str, str], sender_id: str = "Acme") -> FakeSms:
    """Let the stage have these senders, and keep what it sends."""
    outbox = FakeSms()
    rules = world.delivery.texting.rules
    with_delivery(world, sms=outbox, texting=Texting(rules, SmsSenders(numbers, sender_id)))
    return outbox


def reasons(world: World, customer_id: str = "ada") -> list[tuple[str, str]]:
    return [(row["choice"], row["reason_code"]) for row in world.decisions(customer_id, "contact")]


def states(world: World) -> list[ContactState]:
    ada = world.customers.load("ada")
    assert ada is not None
    return [contact.state for contact in ada.ledger.contacts]


# SMS: by country


@pytest.mark.parametrize(
    ("phone", "zone", "numbers", "sender_id", "reason"),
    [
        ("+33612345678", "Europe/Paris", {"FR": "+33700000000"}, "Acme", "sms_country_not_set_up"),
        ("+12025550100", "America/New_York", {"GB": "+447700900999"}, "Acme", "sms_no_sender"),
        ("+447700900001", "Europe/London", {}, "", "sms_no_sender"),
        ("+447700900001", "Europe/London", {}, "Acme", "sms_cannot_reply"),
        ("+87812345678901", "Europe/London", {"GB": "+447700900999"}, "Acme", "sms_country_unknown"),
    ],
)
def test_where_nobody_may_send_for_us_nothing_is_sent_nothing_counts_and_the_decision_says_why(
    world, phone, zone, numbers, sender_id, reason
):
    outbox = texting(world, numbers, sender_id)
    world.now = datetime(2026, 11, 24, 16, tzinfo=UTC)
    [journey] = in_journeys(world, phone=phone, time_zone=zone)

    answer = world.sending.send(step(world, journey))

    assert (answer["outcome"], answer["reason"]) == ("channel_failed", reason)
    assert reasons(world) == [("withheld", reason)]
    assert (outbox.sent, states(world)) == ([], [ContactState.FAILED])


@pytest.mark.parametrize(
    ("phone", "zone", "numbers", "sent_from"),
    [
        ("+447700900001", "Europe/London", {"GB": "+447700900999"}, "+447700900999"),
        ("+12025550100", "America/New_York", {"US": "+18005550100", "GB": "x"}, "+18005550100"),
    ],
)
def test_a_number_of_the_customers_country_sends_what_can_be_answered(world, phone, zone, numbers, sent_from):
    outbox = texting(world, numbers)
    world.now = datetime(2026, 11, 24, 16, tzinfo=UTC)
    [journey] = in_journeys(world, phone=phone, time_zone=zone)

    assert world.sending.send(step(world, journey))["outcome"] == "sent"

    [sms] = outbox.sent
    assert (sms.phone, sms.origin.kind, sms.origin.identity) == (phone, OriginKind.NUMBER, sent_from)
    assert len(re.findall("STOP", sms.words)) == 1
    assert not sms.promotional


def test_an_sms_lives_to_the_end_of_the_contact_hours_where_the_customer_is(world):
    outbox = texting(world, {"US": "+18005550100"})
    world.now = datetime(2026, 11, 24, 23, tzinfo=UTC)  # 18:00 in New York, whose window closes at 20:00
    [journey] = in_journeys(world, phone="+12025550100", time_zone="America/New_York", region="US-NY")

    world.sending.send(step(world, journey))

    assert [sms.seconds_to_live for sms in outbox.sent] == [2 * 3600]


def test_with_less_left_than_an_sms_needs_it_waits_for_the_next_window(world):
    outbox = texting(world, {"GB": "+447700900999"})
    world.now = datetime(2026, 11, 24, 19, 59, 56, tzinfo=UTC)
    [journey] = in_journeys(world)

    answer = world.sending.send(step(world, journey))

    assert (answer["outcome"], answer["wait_until"]) == ("held", "2026-11-25T09:00:00.000Z")
    assert reasons(world) == [("held", "quiet_hours")]
    assert outbox.sent == []


def test_nobody_is_texted_whose_time_zone_nobody_knows(world):
    """From event to decision: a German number and no zone, for Germany has two in the zone database."""
    outbox = texting(world, {"DE": "+4915100000001"})
    world.publish(
        identify("ada", world.now, firstName="Ada", phone="+4915112345678", locale="de"),
        track("ada", "Consent Granted", world.now, channels=["sms"]),
        track("ada", "Product Added", world.now),
        track("ada", "Form Failed", world.now),
    )

    world.run(timedelta(days=8))

    assert outbox.sent == []
    assert world.choices("ada", "moment") == ["started"]
    notes = [row for row in world.decisions("ada") if "unknown_time_zone" in str(row)]
    assert notes


def test_a_send_step_itself_refuses_sms_without_a_zone(world):
    outbox = texting(world, {"DE": "+4915100000001"})
    [journey] = in_journeys(world, phone="+4915112345678", time_zone="", country="DE")

    answer = world.sending.send(step(world, journey))

    assert (answer["outcome"], answer["reason"]) == ("channel_failed", "unknown_time_zone")
    assert outbox.sent == []


# SMS: what customers answer


def inbound(world: World, phone: str, words: str) -> str:
    """Return a text that a customer sends now."""
    body = {"originationNumber": phone, "messageBody": words, "inboundMessageId": f"in-{phone}-{words}"}
    return sns(body, Timestamp=world.now.isoformat())


@pytest.mark.parametrize("words", ["STOP", "stop please", "Abmelden", "UNSUBSCRIBE", "stop texting me"])
def test_stop_from_one_number_silences_all_numbers_of_the_person(world, words):
    """Two phones of one person, known by the same address; consent is the person's, whatever number they write from."""
    outbox = texting(world, {"GB": "+447700900999"})
    world.publish(
        identify("ada", world.now, firstName="Ada", email="ada@example.com", phone="+447700900001"),
        track("ada", "Consent Granted", world.now, channels=["sms"]),
    )
    guest = identify("", world.now, email="ada@example.com", phone="+447700900002", firstName="Ada")
    world.publish({**guest, "userId": None, "anonymousId": "tablet"})
    world.now += timedelta(minutes=5)

    world.deliver(inbound(world, "+447700900002", words))

    ada = world.customers.load("ada")
    assert ada is not None
    assert ada.consent.refused("sms")
    profile = replace(ada.profile, time_zone="Europe/London")
    world.customers.save("ada", profile)
    [journey] = in_journeys_of(world)
    for phone in ("+447700900001", "+447700900002"):
        changed = replace(world.customers.load("ada").profile, phone=phone)  # type: ignore[union-attr]
        world.customers.save("ada", changed)
        assert world.sending.send(step(world, journey))["outcome"] == "end"
    assert outbox.sent == []


def in_journeys_of(world: World) -> list[Any]:
    """Put a customer who is known already into a journey, without touching profile or consent."""
    journey = journey_of(world)
    world.customers.save("ada", journey)
    return [journey]


def test_a_stop_from_a_number_nobody_knew_holds_when_it_turns_out_to_be_hers(world):
    world.publish(
        identify("ada", world.now, firstName="Ada", email="ada@example.com"),
        track("ada", "Consent Granted", world.now, channels=["sms"]),
    )
    world.now += timedelta(minutes=5)
    world.deliver(inbound(world, "+447700900002", "STOP"))
    assert world.customers.load("ada").consent.allows("sms")  # type: ignore[union-attr]
    world.now += timedelta(minutes=5)

    world.publish(identify("ada", world.now, phone="+447700900002"))

    assert world.customers.load("ada").consent.refused("sms")  # type: ignore[union-attr]


@pytest.mark.parametrize("code", ["OptedOut", "DESTINATION_PHONE_NUMBER_OPTED_OUT"])
def test_an_opt_out_that_only_the_provider_knew_of_becomes_the_persons_own(world, code):
    with_delivery(world, sms=FakeSms([PermanentDeliveryError(code, "no")]))
    [journey] = in_journeys(world)

    first = world.sending.send(step(world, journey))
    second = world.sending.send(step(world, journey, attempt=2))

    assert (first["outcome"], first["reason"]) == ("channel_failed", f"refused_{code}")
    assert second["outcome"] == "channel_failed"
    [consent] = world.decisions("ada", "consent")
    assert (consent["choice"], consent["reason_code"]) == ("withdrawn", "provider_opt_out")
    assert world.customers.load("ada").consent.allows("email")  # type: ignore[union-attr]


def test_help_becomes_a_case_and_takes_nothing_back(world):
    world.publish(
        identify("ada", world.now, firstName="Ada", phone="+447700900001", timezone="Europe/London"),
        track("ada", "Consent Granted", world.now, channels=["sms"]),
    )

    world.deliver(inbound(world, "+447700900001", "HELP"))
    world.deliver(inbound(world, "+447700900001", "HELP"))
    world.run(timedelta(minutes=1))

    assert len(world.support.messages) + len(world.urgent.messages) == 1
    assert world.customers.load("ada").consent.allows("sms")  # type: ignore[union-attr]


# What a stage switches


def test_the_stage_chooses_by_which_service_sms_leave_and_neither_client_tries_again(monkeypatch):
    for provider, kind in (("sns", SnsSmsSender), ("end_user_messaging", EndUserMessagingSender)):
        changes = {"SMS_PROVIDER": provider, "SMS_PROTECT_CONFIGURATION": "protect-1", "SMS_REHEARSAL": "true"}
        with a_stage(monkeypatch, **changes):
            sender = handler("send_message").wire().delivery.sms

            assert isinstance(sender, kind)
            assert sender.client.meta.config.retries["total_max_attempts"] == 1
            if isinstance(sender, EndUserMessagingSender):
                assert (sender.protect_configuration, sender.dry_run) == ("protect-1", True)


@pytest.mark.parametrize(
    ("variable", "value"), [("SMS_NUMBERS", "{GB:"), ("SMS_PROVIDER", "pigeon"), ("EMAIL_SENDERS", "many")]
)
def test_a_switch_that_cannot_be_read_is_named_before_anything_is_sent(monkeypatch, variable, value):
    with a_stage(monkeypatch, **{variable: value}), pytest.raises(SettingsError, match=variable):
        handler("send_message").wire()
