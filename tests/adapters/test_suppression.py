"""Bounces for good and complaints reach the suppression list of SES; nothing else does, and nothing is lost."""

from datetime import UTC, datetime

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws

from attune.adapters.clock import Clock
from attune.adapters.suppression import Suppression
from attune.domain.clock import ClockScale
from tests.adapters.test_ses import bounce, fate
from tests.support.senders import event, sns
from tests.support.ses_account import suppressed
from tests.support.stage import a_stage, handler

CLOCK = Clock(ClockScale(), lambda: datetime(2026, 11, 24, 12, tzinfo=UTC))
COMPLAINT = fate("Complaint", complainedRecipients=[{"emailAddress": "ada@example.com"}])


def list_after(*bodies: str) -> dict[str, str]:
    with mock_aws():
        suppression = Suppression(boto3.client("sesv2"), CLOCK)
        for body in bodies:
            suppression.take(body)
        return dict(suppressed())


@pytest.mark.parametrize("wrap", [sns, lambda detail: event(detail, "aws.ses", "Email Bounced")], ids=["sns", "bus"])
def test_a_bounce_for_good_and_a_complaint_are_suppressed_for_their_reason(wrap):
    assert list_after(wrap(bounce("Permanent", "Eve@Example.com"))) == {"eve@example.com": "BOUNCE"}
    assert list_after(wrap(COMPLAINT)) == {"ada@example.com": "COMPLAINT"}


def test_twice_is_as_once_and_each_recipient_counts():
    body = sns(bounce("Permanent", "ada@example.com", "eve@example.com"))

    assert list_after(body, body) == {"ada@example.com": "BOUNCE", "eve@example.com": "BOUNCE"}


@pytest.mark.parametrize(
    "body",
    [
        sns(bounce("Transient")),
        sns(fate("Delivery")),
        sns(fate("Complaint", complainedRecipients=[{"emailAddress": "a@b.cc"}], complaintFeedbackType="not-spam")),
        sns(fate("Subscription", newTopicPreferences={"unsubscribeAll": True})),
        "not json",
        "{}",
    ],
)
def test_nothing_else_is(body):
    assert list_after(body) == {}


def test_what_ses_does_not_take_is_an_error_so_that_it_comes_again():
    client = boto3.client("sesv2")
    with Stubber(client) as ses:
        ses.add_client_error("put_suppressed_destination", "TooManyRequestsException", "slow down", 429)
        ses.add_response("put_suppressed_destination", {}, {"EmailAddress": "ada@example.com", "Reason": "COMPLAINT"})

        with pytest.raises(ClientError):
            Suppression(client, CLOCK).take(sns(COMPLAINT))
        Suppression(client, CLOCK).take(sns(COMPLAINT))

        ses.assert_no_pending_responses()


def test_of_a_batch_only_what_failed_comes_again(monkeypatch):
    with a_stage(monkeypatch):
        function = handler("suppress_addresses")

        def put(**asked: str) -> None:
            if asked["EmailAddress"] == "eve@example.com":
                raise ClientError({"Error": {"Code": "TooManyRequestsException"}}, "PutSuppressedDestination")

        monkeypatch.setattr(function.wire().client, "put_suppressed_destination", put)
        bodies = [sns(COMPLAINT), sns(bounce("Permanent", "eve@example.com")), "not json"]
        records = [{"messageId": f"q-{number}", "body": body} for number, body in enumerate(bodies)]

        assert function.lambda_handler({"Records": records}, None) == {"batchItemFailures": [{"itemIdentifier": "q-1"}]}
