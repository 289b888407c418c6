"""A reply is acknowledged once: whatever is delivered again, dies half-way or is refused."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns import sns_backends

from attune.domain.contacts import ContactState, Ledger
from attune.domain.customers import ChannelConsent
from attune.domain.errors import PermanentDeliveryError, ThrottledDeliveryError, UncertainDeliveryError
from functions.acknowledge_reply.acknowledging import AcknowledgementInProgressError
from tests.support.crashing import KilledError, Killing, Overtaken, Provider
from tests.support.events import envelope, identify, track
from tests.support.replying import (
    HOUR,
    MINUTE,
    TUESDAY_NOON,
    contacts,
    has,
    outcomes,
    over,
    refuse,
    requested,
    write,
)
from tests.support.stage import a_stage, handler
from tests.support.steps import in_journeys
from tests.support.world import World


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(TUESDAY_NOON)


@pytest.mark.parametrize("deadly", [ContactState.SENT], ids=["after sending"])
def test_a_process_that_dies_after_sending_is_counted_as_having_sent(world, deadly):
    in_journeys(world)
    body = requested(world)
    dying = Killing(world.customers, lambda item: isinstance(item, Ledger) and has(item, deadly))
    usual, world.acknowledger = world.acknowledger, over(world, dying)
    with pytest.raises(KilledError):
        world.acknowledger.from_queue(body)
    world.acknowledger = usual

    with pytest.raises(AcknowledgementInProgressError, match="come again"):
        usual.from_queue(body)
    world.run(MINUTE)
    again = [usual.from_queue(body) for _ in range(3)]

    assert again == ["uncertain"] * 3
    assert len(world.texts) == 1
    assert outcomes(world) == [("uncertain", "crashed_between")]


def test_a_process_that_dies_before_reserving_is_followed_by_one_that_sends(world):
    in_journeys(world)
    body = requested(world)
    dying = Killing(world.customers, lambda item: isinstance(item, Ledger))
    usual, world.acknowledger = world.acknowledger, over(world, dying)
    with pytest.raises(KilledError):
        world.acknowledger.from_queue(body)

    assert [usual.from_queue(body) for _ in range(3)] == ["sent"] * 3
    assert len(world.texts) == 1
    assert outcomes(world) == [("sent", "acknowledged")]


def opts_out(world: World) -> None:
    ada = world.customers.load("ada")
    no = ChannelConsent(granted=False, at=world.now, source="unsubscribe_link")
    world.customers.save("ada", replace(ada.consent, channels={**ada.consent.channels, "sms": no}))


def test_who_opts_out_in_the_moment_in_which_an_answer_is_reserved_does_not_get_it(world):
    in_journeys(world)
    body = requested(world)

    outcome = over(world, Overtaken(world.customers, lambda: opts_out(world))).from_queue(body)

    assert (outcome, world.texts, contacts(world)) == ("withheld", [], [])
    assert outcomes(world) == [("withheld", "opted_out")]


@pytest.mark.parametrize(
    ("end", "outcome", "texts"),
    [
        (lambda ledger, mine: ledger.settle(mine.contact_id, ContactState.SENT), "sent", 0),
        (lambda ledger, mine: ledger.settle(mine.contact_id, ContactState.FAILED), "failed", 0),
        (lambda ledger, mine: ledger.release(mine.contact_id), "sent", 1),
    ],
    ids=["sent", "refused", "throttled"],
)
def test_who_looks_late_while_whoever_reserved_it_ends_it_goes_by_how_that_ends(world, end, outcome, texts):
    in_journeys(world)
    body = requested(world)
    usual = world.acknowledger
    delivery = replace(usual.delivery, sms=Provider(usual.delivery.sms, [KilledError()]))
    with pytest.raises(KilledError):
        replace(usual, delivery=delivery).from_queue(body)
    [mine] = contacts(world)
    world.run(MINUTE)

    def ends() -> None:
        world.customers.save("ada", end(world.customers.load("ada").ledger, mine))

    assert over(world, Overtaken(world.customers, ends)).from_queue(body) == outcome
    assert len(world.texts) == texts
    assert "uncertain" not in [choice for choice, _ in outcomes(world)]


def test_an_escalation_that_dies_before_asking_for_the_acknowledgement_asks_when_it_comes_again(world):
    in_journeys(world)
    escalate, queue = world.escalations.consumer, world.acknowledgements
    assert escalate is not None
    world.escalations.consumer = None
    world.publish(track("ada", "Message Replied", world.now, text="does it come in green?", channel="sms"))
    body = json.dumps(world.escalations.messages[0])
    real, queue.send = queue.send, refuse  # type: ignore[method-assign]
    with pytest.raises(KilledError):
        escalate(body)
    queue.send = real  # type: ignore[method-assign]

    escalate(body)
    escalate(body)
    world.run(MINUTE)

    assert len(world.support.messages) == 1
    assert len(world.texts) == 1


@pytest.mark.parametrize(
    ("answer", "outcome", "state"),
    [
        (PermanentDeliveryError("InvalidParameter", "no"), ("failed", "refused_InvalidParameter"), ContactState.FAILED),
        (UncertainDeliveryError("timeout", "no answer"), ("uncertain", "no_answer"), ContactState.UNCERTAIN),
    ],
)
def test_what_the_provider_refuses_or_leaves_open_is_not_sent_again(world, answer, outcome, state):
    in_journeys(world)
    provider = Provider(world.delivery.sms, [answer])
    world.acknowledger = replace(world.acknowledger, delivery=replace(world.delivery, sms=provider))

    reply = write(world, "does it come in green?")
    world.publish(reply)
    world.run(HOUR)

    assert provider.asked == 1
    assert outcomes(world) == [outcome]
    assert [contact.state for contact in contacts(world)] == [state]


def test_what_the_provider_refuses_for_now_comes_again_within_minutes(world):
    in_journeys(world)
    provider = Provider(world.delivery.sms, [ThrottledDeliveryError("Throttling", "slow down")] * 2)
    world.acknowledger = replace(world.acknowledger, delivery=replace(world.delivery, sms=provider))

    write(world, "does it come in green?")
    world.run(timedelta(minutes=15))

    assert provider.asked == 3
    assert len(world.texts) == 1
    assert sorted(outcomes(world)) == [("held", "throttled"), ("sent", "acknowledged")]


def test_a_request_about_somebody_forgotten_is_dropped(world):
    in_journeys(world)
    body = requested(world).replace('"ada"', '"nobody"')

    assert world.acknowledger.from_queue(body) == "gone"


def test_no_word_of_the_reply_is_in_a_request_or_a_decision(world):
    in_journeys(world)

    write(world, "does the xylophone come in green?")

    assert "xylophone" not in json.dumps(world.acknowledgements.messages)
    assert "xylophone" not in json.dumps(world.decisions())


def test_from_the_event_to_the_answer_the_functions_hand_on_what_they_should(monkeypatch, capsys):
    with a_stage(monkeypatch) as stage:
        phone = "+447700900001"
        calls = (
            identify("ada", TUESDAY_NOON, firstName="Ada", phone=phone, timezone="Europe/London", locale="en"),
            track("ada", "Message Replied", TUESDAY_NOON, text="does it come in green?", channel="sms"),
        )
        call("ingest_events", *(envelope(one) for one in calls))
        call("escalate", *(json.dumps(asked) for asked in stage.received("escalations")))
        [request] = stage.received("acknowledgements")

        answer = call("acknowledge_reply", json.dumps(request), "garbage")

        sent = sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sms_messages.values()
        assert answer == {"batchItemFailures": [{"itemIdentifier": "q1"}]}
        assert [to for to, _ in sent] == [phone]
        assert len(stage.received("support")) == 1
    [told] = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "AcknowledgementsSent" in line]
    assert (told["AcknowledgementsSent"], told["AcknowledgementsUnfinished"]) == ([1.0], [1.0])


def call(function: str, *bodies: str) -> Any:
    records = [{"messageId": f"q{number}", "body": body} for number, body in enumerate(bodies)]
    return handler(function).lambda_handler({"Records": records}, None)


REPLIES = ("does it come in green?", "I need help", "HELP", "thanks", "let me speak to a human")


@given(data=st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_replies_delivered_any_number_of_times_in_any_order_are_acknowledged_once_in_twelve_hours(data):
    with mock_aws():
        world = World(TUESDAY_NOON)
        in_journeys(world)
        texts = data.draw(st.lists(st.sampled_from(REPLIES), min_size=1, max_size=4))
        apart = st.integers(0, 15 * 60).map(lambda number: number * MINUTE)
        replies = [
            track("ada", "Message Replied", TUESDAY_NOON + data.draw(apart), text=text, channel="sms") for text in texts
        ]
        deliveries = data.draw(
            st.permutations([reply for reply in replies for _ in range(data.draw(st.integers(1, 3)))])
        )
        for reply in deliveries:
            world.publish(reply)
            world.run(data.draw(st.sampled_from([timedelta(0), MINUTE, 3 * HOUR])))
        world.run(HOUR)
        requests = data.draw(st.permutations([json.dumps(sent) for sent in world.acknowledgements.messages] * 2))
        for request in requests:
            world.acknowledger.from_queue(request)
        world.run(timedelta(days=2))

        made = contacts(world)
        assert len({contact.contact_id for contact in made}) == len(made) <= len(replies)
        assert len(world.texts) == len(made)
        for message in ("help_acknowledged", "sms_help_answer"):
            times = sorted(contact.at for contact in made if contact.message == message)
            assert all(later - earlier >= timedelta(hours=12) for earlier, later in pairwise(times))
