"""SMS through SNS and through AWS End User Messaging: what each is handed, and what its refusals mean."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs

import boto3
import pytest
from botocore.stub import Stubber

from attune.adapters.sms import SmsSender, SnsSmsSender
from attune.adapters.sms_end_user_messaging import EndUserMessagingSender
from attune.domain.errors import (
    DeliveryError,
    PermanentDeliveryError,
    ThrottledDeliveryError,
    UncertainDeliveryError,
)
from tests.support.http import serving
from tests.support.providers import AT_ONCE, EUM, NAME, NUMBER, SHORT, FakeSms, once, short, sms_by, text_by


@pytest.mark.parametrize(("promotional", "kind"), [(True, "Promotional"), (False, "Transactional")])
@pytest.mark.parametrize(
    ("origin", "attribute"), [(NUMBER, "AWS.MM.SMS.OriginationNumber"), (NAME, "AWS.SNS.SMS.SenderID")]
)
def test_an_sms_through_sns_says_who_sends_it_and_of_which_kind_it_is(promotional, kind, origin, attribute):
    expected = {
        "PhoneNumber": "+447700900001",
        "Message": SHORT,
        "MessageAttributes": {
            "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": kind},
            attribute: {"DataType": "String", "StringValue": origin.identity},
        },
    }
    client = boto3.client("sns")
    with Stubber(client) as sns:
        sns.add_response("publish", {"MessageId": "sns-1"}, expected)

        assert sms_by(client, promotional=promotional, origin=origin) == "sns-1"


@pytest.mark.parametrize(("promotional", "kind"), [(True, "PROMOTIONAL"), (False, "TRANSACTIONAL")])
@pytest.mark.parametrize(("left", "life"), [(3600, 3600), (1, 5), (1_000_000, 259_200)])
def test_an_sms_through_end_user_messaging_expires_with_the_window_and_is_protected(promotional, kind, left, life):
    expected = {
        "DestinationPhoneNumber": "+447700900001",
        "OriginationIdentity": "+447700900999",
        "MessageBody": SHORT,
        "MessageType": kind,
        "TimeToLive": life,
        "DryRun": False,
        "ConfigurationSetName": "attune",
        "ProtectConfigurationId": "protect-1",
    }
    client = boto3.client(EUM)
    with Stubber(client) as stub:
        stub.add_response("send_text_message", {"MessageId": "text-1"}, expected)

        assert text_by(client, promotional=promotional, seconds_to_live=left) == "text-1"


def test_a_rehearsal_asks_for_everything_but_the_sending_and_names_no_empty_settings():
    client = boto3.client(EUM)
    with Stubber(client) as stub:
        stub.add_response(
            "send_text_message",
            {"MessageId": "text-1"},
            {
                "DestinationPhoneNumber": "+447700900001",
                "OriginationIdentity": "Acme",
                "MessageBody": SHORT,
                "MessageType": "TRANSACTIONAL",
                "TimeToLive": 3600,
                "DryRun": True,
            },
        )

        assert EndUserMessagingSender(client, dry_run=True).send(short(origin=NAME)) == "text-1"


@pytest.mark.parametrize(
    ("code", "reason", "status", "error"),
    [
        ("ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT", 400, PermanentDeliveryError),
        ("ConflictException", "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION", 400, PermanentDeliveryError),
        ("ConflictException", "RESOURCE_NOT_ACTIVE", 400, ThrottledDeliveryError),
        ("ValidationException", "INVALID_PARAMETER", 400, PermanentDeliveryError),
        ("ValidationException", "SENDER_ID_NOT_REGISTERED", 400, ThrottledDeliveryError),
        ("ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT", 400, ThrottledDeliveryError),
        ("AccessDeniedException", "ACCOUNT_DISABLED", 400, ThrottledDeliveryError),
    ],
)
def test_end_user_messaging_says_by_its_reason_whether_the_recipient_or_our_registration_is_at_fault(
    code, reason, status, error
):
    body = json.dumps({"__type": code, "Message": "no", "Reason": reason}).encode()
    with serving(status, body) as server:
        with pytest.raises(error, match=reason):
            text_by(once(EUM, server.url))

        assert server.asked == 1


SNS_TOOK_IT = (
    b"<PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult>"
    b"<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>"
)


@pytest.mark.parametrize("words", ["Hola, ¿qué tal? 👋", "注文について", "שלום עולם", "a\nb", "a" * 1600])
def test_the_words_reach_the_provider_as_they_are(words):
    with serving(200, SNS_TOOK_IT) as server:
        assert sms_by(once("sns", server.url), words=words) == "m-1"
        assert parse_qs(server.bodies[0].decode())["Message"] == [words]
    with serving(200, b'{"MessageId": "m-1"}') as server:
        assert text_by(once(EUM, server.url), words=words) == "m-1"
        assert json.loads(server.bodies[0])["MessageBody"] == words


# What every way of sending SMS promises to those who use it


def sns_sender(status: int, code: str) -> Iterator[SmsSender]:
    body = f"<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>".encode() if code else SNS_TOOK_IT
    with serving(status, body) as server:
        yield SnsSmsSender(once("sns", server.url), AT_ONCE)


def end_user_messaging_sender(status: int, code: str) -> Iterator[SmsSender]:
    kind, _, reason = code.partition(":")
    body = {"__type": kind, "Message": "no", "Reason": reason} if code else {"MessageId": "m-1"}
    with serving(status, json.dumps(body).encode()) as server:
        yield EndUserMessagingSender(once(EUM, server.url), backoff=AT_ONCE)


def fake_sender(status: int, code: str) -> Iterator[SmsSender]:
    kinds = {"bad": PermanentDeliveryError, "busy": ThrottledDeliveryError, "broken": UncertainDeliveryError}
    yield FakeSms([kinds[code](code, "no")] if code else [])


WAYS = {
    "sns": (sns_sender, {"for good": "InvalidParameter", "for now": "Throttling", "nobody knows": "InternalError"}),
    "end_user_messaging": (
        end_user_messaging_sender,
        {
            "for good": "ConflictException:DESTINATION_PHONE_NUMBER_OPTED_OUT",
            "for now": "ThrottlingException",
            "nobody knows": "InternalServerException",
        },
    ),
    "fake": (fake_sender, {"for good": "bad", "for now": "busy", "nobody knows": "broken"}),
}
MEANS = {
    "for good": PermanentDeliveryError,
    "for now": ThrottledDeliveryError,
    "nobody knows": UncertainDeliveryError,
}
every_way = pytest.mark.parametrize("way", WAYS)


@every_way
@pytest.mark.parametrize("origin", [NUMBER, NAME], ids=["number", "name"])
def test_every_way_takes_an_sms_and_names_it(way, origin):
    with contextmanager(WAYS[way][0])(200, "") as sender:
        assert sender.send(short(origin=origin)) == "m-1"


@every_way
@pytest.mark.parametrize("meaning", MEANS)
def test_every_way_says_whether_an_sms_may_have_gone_out(way, meaning):
    make, codes = WAYS[way]
    with (
        contextmanager(make)(500 if meaning == "nobody knows" else 400, codes[meaning]) as sender,
        pytest.raises(DeliveryError) as caught,
    ):
        sender.send(short())

    assert type(caught.value) is MEANS[meaning]
