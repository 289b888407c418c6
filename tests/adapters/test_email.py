"""Email and SMS: what providers are handed, once, and what their refusals mean."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from botocore.stub import Stubber
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses import ses_backends
from moto.sns import sns_backends

from attune.adapters.email import EmailSender
from attune.adapters.providers import SEND_ONCE, delivery
from attune.adapters.sms import SmsSender
from attune.domain.errors import PermanentDeliveryError, ThrottledDeliveryError, UncertainDeliveryError
from attune.domain.rendering import Rendered
from tests.support.http import serving

LETTER = Rendered(text="Hello Ada", blocks=(), subject="Can we help? 👋", html="<p>Hello Ada</p>")
SHORT = Rendered(text="Hello Ada. Reply STOP to stop.", blocks=(), sms_segments=1)
UNSUBSCRIBE = "https://pages.example/unsubscribe/token"
TAGS = {"playbook": "cart", "journey": "cart-1", "touch": "1"}


def email_by(client: Any) -> str:
    sender = EmailSender(client, "Acme Care <care@shop.example>", "reply@shop.example", "attune")
    return sender.send("ada@example.com", LETTER, unsubscribe_url=UNSUBSCRIBE, tags=TAGS)


def sms_by(client: Any, *, promotional: bool = False) -> str:
    return SmsSender(client, "Acme").send("+447700900001", SHORT, promotional=promotional)


ERRORS = {"sesv2": b"{}", "sns": b"<ErrorResponse><Error><Code>InternalError</Code></Error></ErrorResponse>"}
SERVICES: list[tuple[str, str, Callable[[Any], str]]] = [("sesv2", "send_email", email_by), ("sns", "publish", sms_by)]
both = pytest.mark.parametrize(("service", "operation", "send"), SERVICES, ids=["email", "sms"])


@pytest.fixture
def aws() -> Iterator[None]:
    with mock_aws():
        yield


EMAIL_AS_SES_GETS_IT = {
    "FromEmailAddress": "Acme Care <care@shop.example>",
    "ReplyToAddresses": ["reply@shop.example"],
    "Destination": {"ToAddresses": ["ada@example.com"]},
    "Content": {
        "Simple": {
            "Subject": {"Data": "Can we help? 👋", "Charset": "UTF-8"},
            "Body": {
                "Text": {"Data": "Hello Ada", "Charset": "UTF-8"},
                "Html": {"Data": "<p>Hello Ada</p>", "Charset": "UTF-8"},
            },
            "Headers": [
                {"Name": "List-Unsubscribe", "Value": f"<{UNSUBSCRIBE}>"},
                {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
            ],
        }
    },
    "EmailTags": [
        {"Name": "playbook", "Value": "cart"},
        {"Name": "journey", "Value": "cart-1"},
        {"Name": "touch", "Value": "1"},
    ],
    "ConfigurationSetName": "attune",
}


def test_an_email_carries_both_parts_one_click_unsubscribe_reply_address_and_tags():
    client = boto3.client("sesv2")
    with Stubber(client) as ses:
        ses.add_response("send_email", {"MessageId": "ses-1"}, EMAIL_AS_SES_GETS_IT)

        assert email_by(client) == "ses-1"

        ses.assert_no_pending_responses()


@pytest.mark.parametrize(("promotional", "kind"), [(True, "Promotional"), (False, "Transactional")])
def test_an_sms_says_who_sends_it_and_of_which_kind_it_is(promotional, kind):
    expected = {
        "PhoneNumber": "+447700900001",
        "Message": SHORT.text,
        "MessageAttributes": {
            "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": kind},
            "AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": "Acme"},
        },
    }
    client = boto3.client("sns")
    with Stubber(client) as sns:
        sns.add_response("publish", {"MessageId": "sns-1"}, expected)

        assert sms_by(client, promotional=promotional) == "sns-1"


@pytest.mark.usefixtures("aws")
def test_messages_arrive_at_the_providers():
    ses, sns = boto3.client("sesv2"), boto3.client("sns")
    ses.create_email_identity(EmailIdentity="care@shop.example")

    email_id, sms_id = email_by(ses), sms_by(sns)

    [letter] = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages
    assert (letter.id, letter.destinations["ToAddresses"], letter.body) == (
        email_id,
        ["ada@example.com"],
        "<p>Hello Ada</p>",
    )
    assert sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sms_messages == {sms_id: ("+447700900001", SHORT.text)}


@pytest.mark.usefixtures("aws")
def test_an_address_that_was_never_verified_is_a_permanent_refusal():
    with pytest.raises(PermanentDeliveryError) as caught:
        email_by(boto3.client("sesv2"))

    assert caught.value.code == "MessageRejected"


@pytest.mark.parametrize(
    ("service", "code", "status", "error"),
    [
        ("sesv2", "MessageRejected", 400, PermanentDeliveryError),
        ("sesv2", "MailFromDomainNotVerifiedException", 400, PermanentDeliveryError),
        ("sesv2", "BadRequestException", 400, PermanentDeliveryError),
        ("sesv2", "NotFoundException", 404, PermanentDeliveryError),
        ("sesv2", "TooManyRequestsException", 429, ThrottledDeliveryError),
        ("sesv2", "LimitExceededException", 400, ThrottledDeliveryError),
        ("sesv2", "SendingPausedException", 400, ThrottledDeliveryError),
        ("sesv2", "AccountSuspendedException", 400, ThrottledDeliveryError),
        ("sesv2", "InternalServiceErrorException", 500, UncertainDeliveryError),
        ("sesv2", "ServiceUnavailable", 503, UncertainDeliveryError),
        ("sns", "InvalidParameter", 400, PermanentDeliveryError),
        ("sns", "OptedOut", 400, PermanentDeliveryError),
        ("sns", "Throttling", 400, ThrottledDeliveryError),
        ("sns", "ThrottledException", 429, ThrottledDeliveryError),
        ("sns", "InternalError", 500, UncertainDeliveryError),
        ("sns", "AccessDeniedException", 403, ThrottledDeliveryError),
        ("sesv2", "ExpiredTokenException", 403, ThrottledDeliveryError),
    ],
)
def test_a_providers_refusal_is_for_good_for_now_or_a_mystery(service, code, status, error):
    operation, send = next((operation, send) for name, operation, send in SERVICES if name == service)
    client = boto3.client(service)
    with Stubber(client) as stub:
        stub.add_client_error(operation, code, "no", status)

        with pytest.raises(error) as caught:
            send(client)

    said = getattr(caught.value, "code", None) or caught.value.response["Error"]["Code"]
    assert said == code


@pytest.mark.parametrize(
    ("problem", "error"),
    [
        (ConnectTimeoutError(endpoint_url="https://x"), ThrottledDeliveryError),
        (EndpointConnectionError(endpoint_url="https://x"), ThrottledDeliveryError),
        (ReadTimeoutError(endpoint_url="https://x"), UncertainDeliveryError),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
def test_a_connection_that_never_was_sent_nothing_and_one_that_broke_may_have(problem, error):
    with pytest.raises(error), delivery(frozenset()):
        raise problem


def test_a_message_that_does_not_fit_the_interface_is_refused_for_good():
    client = boto3.client("sns")

    with pytest.raises(PermanentDeliveryError, match="does not fit"):
        SmsSender(client, "Acme").send(None, SHORT, promotional=False)  # type: ignore[arg-type]


def test_other_mistakes_are_not_taken_for_a_providers_answer():
    with pytest.raises(ZeroDivisionError), delivery(frozenset()):
        _ = 1 / 0


def once(service: str, url: str, **changes: Any) -> Any:
    return boto3.client(service, endpoint_url=url, config=SEND_ONCE.merge(Config(**changes)))


@both
@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_message_is_handed_over_exactly_once_whatever_the_answer(service, operation, send, status):
    with serving(status, ERRORS[service]) as server:
        with pytest.raises((UncertainDeliveryError, ThrottledDeliveryError)):
            send(once(service, server.url))

        assert server.asked == 1


@pytest.mark.parametrize("status", [200, 502])
def test_an_answer_nobody_can_read_is_uncertain(status):
    with serving(status, b"It works!") as server:
        with pytest.raises(UncertainDeliveryError) as caught:
            sms_by(once("sns", server.url))

        assert (caught.value.code, server.asked) == ("no_answer", 1)


@both
def test_an_answer_that_never_comes_is_uncertain_and_not_asked_for_again(service, operation, send):
    with serving(delay=1.5) as server:
        with pytest.raises(UncertainDeliveryError) as caught:
            send(once(service, server.url, read_timeout=0.2))

        assert caught.value.code == "no_answer"
        assert server.asked == 1


@both
def test_a_provider_nobody_can_reach_certainly_sent_nothing(service, operation, send):
    with serving() as server:
        closed = server.url

    with pytest.raises(ThrottledDeliveryError) as caught:
        send(once(service, closed))

    assert caught.value.code == "unreachable"


@both
def test_an_ordinary_client_would_have_tried_again(service, operation, send):
    """Proves that the counting above can see a second attempt."""
    with serving(500, ERRORS[service]) as server:
        ordinary = boto3.client(service, endpoint_url=server.url, config=Config(retries={"mode": "standard"}))
        with pytest.raises(UncertainDeliveryError):
            send(ordinary)

        assert server.asked > 1
