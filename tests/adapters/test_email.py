"""Email and SMS: what providers are handed, once, and what their refusals mean."""

from collections.abc import Iterator

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from botocore.stub import Stubber
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses import ses_backends
from moto.sns import sns_backends

from attune.adapters.providers import Backoff, delivery
from attune.domain.errors import PermanentDeliveryError, ThrottledDeliveryError, UncertainDeliveryError
from tests.support.http import serving
from tests.support.providers import (
    ERRORS,
    EUM,
    SERVICES,
    SHORT,
    UNSUBSCRIBE,
    email_by,
    every,
    once,
    sms_by,
)


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
                {
                    "Name": "List-Unsubscribe",
                    "Value": f"<{UNSUBSCRIBE}>, <mailto:reply@shop.example?subject=unsubscribe%20cart-1&body=unsubscribe>",
                },
                {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
            ],
        }
    },
    "EmailTags": [
        {"Name": "playbook", "Value": "cart"},
        {"Name": "journey", "Value": "cart-1"},
        {"Name": "touch", "Value": "1"},
        {"Name": "ses:feedback-id-a", "Value": "cart"},
        {"Name": "ses:feedback-id-b", "Value": "cart_help_offer"},
    ],
    "ConfigurationSetName": "attune",
    "ConfigurationOverrides": {
        "Tracking": {"OpenTrackingEnabled": "DISABLED", "ClickTrackingEnabled": "DISABLED"},
    },
}


def test_an_email_carries_both_parts_one_click_unsubscribe_reply_address_and_tags():
    client = boto3.client("sesv2")
    with Stubber(client) as ses:
        ses.add_response("send_email", {"MessageId": "ses-1"}, EMAIL_AS_SES_GETS_IT)

        assert email_by(client) == "ses-1"

        ses.assert_no_pending_responses()


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
    assert sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sms_messages == {sms_id: ("+447700900001", SHORT)}


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
        (EUM, "ThrottlingException", 400, ThrottledDeliveryError),
        (EUM, "InternalServerException", 500, UncertainDeliveryError),
        (EUM, "ResourceNotFoundException", 400, ThrottledDeliveryError),
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
            send(client, Backoff(tries=1))

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
        sms_by(client, phone=None)


def test_other_mistakes_are_not_taken_for_a_providers_answer():
    with pytest.raises(ZeroDivisionError), delivery(frozenset()):
        _ = 1 / 0


@every
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


@every
def test_an_answer_that_never_comes_is_uncertain_and_not_asked_for_again(service, operation, send):
    with serving(delay=1.5) as server:
        with pytest.raises(UncertainDeliveryError) as caught:
            send(once(service, server.url, read_timeout=0.2))

        assert caught.value.code == "no_answer"
        assert server.heard() == 1


@every
def test_a_provider_nobody_can_reach_certainly_sent_nothing(service, operation, send):
    with serving() as server:
        closed = server.url

    with pytest.raises(ThrottledDeliveryError) as caught:
        send(once(service, closed))

    assert caught.value.code == "unreachable"


@every
def test_an_ordinary_client_would_have_tried_again(service, operation, send):
    """Proves that the counting above can see a second attempt."""
    with serving(500, ERRORS[service]) as server:
        ordinary = boto3.client(service, endpoint_url=server.url, config=Config(retries={"mode": "standard"}))
        with pytest.raises(UncertainDeliveryError):
            send(ordinary)

        assert server.asked > 1


TOO_FAST = {"sesv2": "TooManyRequestsException", "sns": "Throttling", EUM: "ThrottlingException"}


@every
def test_what_came_too_fast_is_offered_again_a_moment_later_and_sent_once(service, operation, send):
    waits: list[float] = []
    client = boto3.client(service)
    with Stubber(client) as stub:
        stub.add_client_error(operation, TOO_FAST[service], "Maximum sending rate exceeded.", 429)
        stub.add_client_error(operation, TOO_FAST[service], "Maximum sending rate exceeded.", 429)
        stub.add_response(operation, {"MessageId": "m-1"})

        assert send(client, Backoff(sleep=waits.append, draw=lambda low, high: high)) == "m-1"

        stub.assert_no_pending_responses()
    assert waits == [0.5, 1.0]


@every
def test_offering_again_has_an_end_and_then_nothing_was_sent(service, operation, send):
    waits: list[float] = []
    client = boto3.client(service)
    with Stubber(client) as stub:
        for _ in range(3):
            stub.add_client_error(operation, TOO_FAST[service], "slow down", 429)

        with pytest.raises(ThrottledDeliveryError):
            send(client, Backoff(sleep=waits.append))

        stub.assert_no_pending_responses()
    assert len(waits) == 2
    assert all(0 <= wait <= most for wait, most in zip(waits, (0.5, 1.0), strict=True))


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("TooManyRequestsException", "Daily message quota exceeded."),
        ("LimitExceededException", "no"),
        ("SendingPausedException", "no"),
        ("AccessDeniedException", "no"),
        ("MessageRejected", "no"),
        ("InternalServiceErrorException", "no"),
    ],
)
def test_nothing_else_is_offered_again(code, message):
    client = boto3.client("sesv2")
    with Stubber(client) as stub:
        stub.add_client_error("send_email", code, message, 500 if code.startswith("Internal") else 400)

        with pytest.raises((ThrottledDeliveryError, PermanentDeliveryError, UncertainDeliveryError)):
            email_by(client, Backoff(sleep=lambda _: pytest.fail("waited for another try")))

        stub.assert_no_pending_responses()
