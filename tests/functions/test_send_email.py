"""Email on its way out: headers that really unsubscribe, names that stay names, the account's quota, suppression."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import urlsplit

import fast_mail_parser
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from attune.adapters.email import EmailSender
from attune.adapters.providers import Backoff
from attune.adapters.send_rate import LONGEST_HOLD, SendRate
from attune.domain.contacts import ContactState
from functions.record_feedback.answering import Answers
from functions.send_message.settings import Settings
from tests.support.events import identify, track
from tests.support.senders import sns
from tests.support.ses_server import mime_of, ses_server
from tests.support.steps import in_journeys, step
from tests.support.world import SEND_ENVIRONMENT, World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(TUESDAY_NOON)


def with_delivery(world: World, **changes: Any) -> None:
    world.sending = replace(world.sending, delivery=replace(world.sending.delivery, **changes))


def reasons(world: World, customer_id: str = "ada") -> list[tuple[str, str]]:
    return [(row["choice"], row["reason_code"]) for row in world.decisions(customer_id, "contact")]


def states(world: World) -> list[ContactState]:
    ada = world.customers.load("ada")
    assert ada is not None
    return [contact.state for contact in ada.ledger.contacts]


# Email


def answers(world: World) -> Answers:
    return Answers(world.steps, world.links, world.library.pages, None, "bus", "Acme", "https://shop.example")  # type: ignore[arg-type]


def test_the_one_click_link_of_the_mail_that_left_really_unsubscribes(world):
    """From the request at our port, by way of an independent parser, to the consent: RFC 8058 from end to end."""
    [journey] = in_journeys(world)
    with ses_server() as server:
        settings = Settings.model_validate(SEND_ENVIRONMENT)
        sender = EmailSender(server.client, settings.email_from, settings.email_reply_to, settings.configuration_set)
        with_delivery(world, email=sender)
        assert world.sending.send(step(world, journey, channel="email"))["outcome"] == "sent"
        mail = fast_mail_parser.parse_email(server.mail)
    [link] = re.findall(r"<(https://[^>]+)>", mail.headers["List-Unsubscribe"][0])
    _, purpose, token = urlsplit(link).path.split("/")

    answer = answers(world).answer(
        {
            "routeKey": f"POST /{purpose}/{{token}}",
            "pathParameters": {"token": token},
            "body": mail.headers["List-Unsubscribe-Post"][0],
        }
    )

    assert answer["statusCode"] == 200
    assert "location" not in {name.casefold() for name in answer["headers"]}
    ada = world.customers.load("ada")
    assert ada is not None
    assert ada.consent.refused("email")
    assert ada.consent.allows("sms")


EVIL_NAMES = [
    "Ada\r\nBcc: eve@example.com",
    "Ada\nX-Evil: yes\n\nbody",
    "=?utf-8?q?=0D=0ABcc:_eve@example.com?=",
    "عائشة",
    "אדה",
    "👩🏽‍🚀 Ada",
    '"><script>alert(1)</script>',
    "{{ company_name }} {% raw %}",
    "A" * 300_000,  # as much as a profile can hold
    "\u202eadA",
]


@pytest.mark.parametrize("name", EVIL_NAMES, ids=lambda name: repr(name[:12]))
def test_no_name_of_a_customer_breaks_out_of_the_mail(world, name):
    [journey] = in_journeys(world, first_name=name)
    with ses_server() as server:
        with_delivery(
            world, email=EmailSender(server.client, "Acme <care@shop.example>", "care@shop.example", "attune")
        )
        assert world.sending.send(step(world, journey, channel="email"))["outcome"] == "sent"
        [request] = server.requests
    mail = mime_of(request)
    rust, python = fast_mail_parser.parse_email(mail), message_from_bytes(mail, policy=policy.default)

    assert set(rust.headers) == set(python.keys())
    assert not {"Bcc", "X-Evil"} & set(rust.headers)
    assert request["Destination"] == {"ToAddresses": ["ada@example.com"]}
    assert "<script" not in rust.text_html[0]
    assert len(mail) < 100_000
    assert "".join(request["EmailTags"][0]["Value"].split()) == "cart_abandonment"
    assert "ada" not in str(request["EmailTags"]).casefold()


@pytest.mark.parametrize("address", ["ada@example.com, eve@example.com", "ada@example.com\r\nBcc: eve@example.com"])
def test_an_address_that_is_more_than_one_gets_nothing_and_the_decision_says_why(world, address):
    [journey] = in_journeys(world, email=address)

    answer = world.sending.send(step(world, journey, channel="email"))

    assert (answer["outcome"], answer["reason"]) == ("channel_failed", "bad_address")
    assert (world.emails, states(world)) == ([], [ContactState.FAILED])


def consenting_to_tracking(world: World) -> None:
    world.publish(track("ada", "Consent Granted", world.now, channels=["email_tracking"], source="account page"))


@pytest.mark.parametrize(
    ("stage_tracks", "consented", "told"),
    [
        (False, False, "DISABLED"),
        (True, False, "DISABLED"),
        (False, True, "DISABLED"),
        (True, True, "ENABLED"),
    ],
)
def test_opens_and_clicks_are_told_only_where_stage_and_customer_both_say_so(world, stage_tracks, consented, told):
    [journey] = in_journeys(world)
    if consented:
        consenting_to_tracking(world)
    slots = world.delivery.slots
    with ses_server() as server:
        with_delivery(
            world,
            email=EmailSender(server.client, "care@shop.example", "care@shop.example", "attune"),
            slots=replace(slots, settings=slots.settings.model_copy(update={"email_tracking": stage_tracks})),
        )
        world.sending.send(step(world, journey, channel="email"))
        [request] = server.requests

    assert set(request["ConfigurationOverrides"]["Tracking"].values()) == {told}


# How fast


class Account:
    """An SES account with a quota that a test may change."""

    def __init__(self, per_second: float = -1.0, per_day: float = -1.0, sent: float = 0.0) -> None:
        self.quota = {"MaxSendRate": per_second, "Max24HourSend": per_day, "SentLast24Hours": sent}

    def get_account(self) -> dict[str, Any]:
        return {"SendQuota": self.quota, "SendingEnabled": True}


def paced(world: World, account: Account) -> None:
    def seconds() -> float:
        return world.now.timestamp()

    with_delivery(world, rate=SendRate(account, 1, seconds, lambda _: None))  # type: ignore[arg-type]


def in_trouble(world: World, customer_id: str) -> list[dict[str, Any]]:
    traits = {"firstName": "Ada", "email": f"{customer_id}@example.com", "timezone": "Europe/London", "locale": "en"}
    return [
        identify(customer_id, world.now, **traits),
        track(customer_id, "Consent Granted", world.now, channels=["email"]),
        track(customer_id, "Product Added", world.now),
        track(customer_id, "Form Failed", world.now),
    ]


def test_over_the_days_quota_mail_is_held_with_nothing_reserved_and_leaves_once_there_is_room(world):
    account = Account(per_day=100, sent=100)
    paced(world, account)
    [journey] = in_journeys(world)

    answer = world.sending.send(step(world, journey, channel="email"))

    until = datetime.fromisoformat(answer["wait_until"])
    assert answer["outcome"] == "held"
    assert LONGEST_HOLD <= until - world.now <= 2 * LONGEST_HOLD
    assert (reasons(world), states(world)) == ([("held", "quota")], [])
    account.quota["SentLast24Hours"] = 0.0
    world.now = until
    assert world.sending.send(step(world, journey, channel="email", attempt=2))["outcome"] == "sent"
    assert reasons(world) == [("held", "quota"), ("sent", "sent")]
    assert len(world.emails) == 1


def test_a_crowd_in_one_second_loses_nobody_and_is_sent_within_the_rate(world):
    """Many journeys due at one time, one message in 10 s for this process: each gets its message, none two."""
    people = [f"customer-{number}" for number in range(10)]
    for person in people:
        world.publish(*in_trouble(world, person))
    paced(world, Account(per_second=0.1))
    first_day = world.now + timedelta(days=3, hours=8)

    world.run(first_day - world.now)

    reached = [letter.destinations["ToAddresses"][0] for letter in world.emails]
    held_for_rate = [row for row in world.decisions(kind="contact") if row["reason_code"] == "quota"]
    started = [person for person in people if "started" in world.choices(person, "moment")]
    assert sorted(reached) == sorted(f"{person}@example.com" for person in started)
    assert len(started) > 7
    assert held_for_rate


def test_where_the_journey_is_over_before_there_is_room_the_decision_says_that_it_was_the_quota(world):
    paced(world, Account(per_day=100, sent=100))
    [journey] = in_journeys(world)
    closing = replace(journey, journey_id="closing", expires_at=world.now + timedelta(minutes=5))
    world.customers.save("ada", closing)

    answer = world.sending.send(step(world, closing, channel="email"))

    assert (answer["outcome"], answer["reason"]) == ("withheld", "quota")


def test_an_email_that_ses_finds_too_fast_is_offered_again_and_then_released_and_held(world):
    asked: list[str] = []

    class TooFast:
        def send_email(self, **request: Any) -> Any:
            asked.append(states(world)[0])
            raise ClientError(
                {"Error": {"Code": "TooManyRequestsException"}, "ResponseMetadata": {"HTTPStatusCode": 429}},
                "SendEmail",
            )

    backoff = Backoff(sleep=lambda _: None)
    sender = EmailSender(TooFast(), "care@shop.example", "care@shop.example", "attune", backoff=backoff)  # type: ignore[arg-type]
    with_delivery(world, email=sender)
    [journey] = in_journeys(world)

    answer = world.sending.send(step(world, journey, channel="email"))

    assert asked == [ContactState.RESERVED] * 3
    assert answer["outcome"] == "held"
    assert datetime.fromisoformat(answer["wait_until"]) - world.now >= timedelta(minutes=15)
    assert (reasons(world), states(world)) == ([("held", "throttled")], [])


# Suppression, ours


@pytest.mark.parametrize("kind", ["Bounce", "Complaint"])
def test_a_bounce_for_good_or_a_complaint_ends_email_to_this_person_at_once(world, kind):
    world.publish(*in_trouble(world, "ada"))
    recipients = {"Bounce": "bouncedRecipients", "Complaint": "complainedRecipients"}[kind]
    world.now += timedelta(minutes=1)
    detail = {
        "eventType": kind,
        "mail": {"messageId": "m-1", "destination": ["ada@example.com"], "timestamp": world.now.isoformat()},
        kind.lower(): {
            "bounceType": "Permanent",
            recipients: [{"emailAddress": "Ada@example.com"}],
            "timestamp": world.now.isoformat(),
        },
    }

    world.deliver(sns(detail))
    world.run(timedelta(days=8))

    assert world.customers.load("ada").consent.refused("email")  # type: ignore[union-attr]
    assert world.emails == []
