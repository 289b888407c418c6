"""The ways a message leaves, handed the same message: what the contract tests of providers share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.config import Config

from attune.adapters.email import EmailSender
from attune.adapters.providers import SEND_ONCE, Backoff
from attune.adapters.sms import Sms, SnsSmsSender
from attune.adapters.sms_end_user_messaging import EndUserMessagingSender
from attune.domain.errors import DeliveryError
from attune.domain.rendering import Rendered
from attune.domain.sms_senders import OriginKind, SmsOrigin

LETTER = Rendered(text="Hello Ada", blocks=(), subject="Can we help? 👋", html="<p>Hello Ada</p>")
SHORT = "Hello Ada. Reply STOP to stop."
UNSUBSCRIBE = "https://pages.example/unsubscribe/token"
TAGS = {"playbook": "cart", "journey": "cart-1", "touch": "1"}
NUMBER = SmsOrigin(OriginKind.NUMBER, "+447700900999")
NAME = SmsOrigin(OriginKind.SENDER_ID, "Acme")
AT_ONCE = Backoff(sleep=lambda _: None)
EUM = "pinpoint-sms-voice-v2"


def short(**changes: Any) -> Sms:
    usual = {"phone": "+447700900001", "words": SHORT, "origin": NUMBER, "promotional": False, "seconds_to_live": 3600}
    return Sms(**{**usual, **changes})


def email_by(client: Any, backoff: Backoff = AT_ONCE) -> str:
    sender = EmailSender(client, "Acme Care <care@shop.example>", "reply@shop.example", "attune", backoff=backoff)
    return sender.send(
        "ada@example.com", LETTER, unsubscribe_url=UNSUBSCRIBE, labels=TAGS, feedback_id=("cart", "cart_help_offer")
    )


def sms_by(client: Any, backoff: Backoff = AT_ONCE, **changes: Any) -> str:
    return SnsSmsSender(client, backoff).send(short(**changes))


def text_by(client: Any, backoff: Backoff = AT_ONCE, **changes: Any) -> str:
    return EndUserMessagingSender(client, "attune", "protect-1", backoff=backoff).send(short(**changes))


ERRORS = {
    "sesv2": b"{}",
    "sns": b"<ErrorResponse><Error><Code>InternalError</Code></Error></ErrorResponse>",
    EUM: b"{}",
}
SERVICES: list[tuple[str, str, Callable[..., str]]] = [
    ("sesv2", "send_email", email_by),
    ("sns", "publish", sms_by),
    (EUM, "send_text_message", text_by),
]
every = pytest.mark.parametrize(("service", "operation", "send"), SERVICES, ids=["email", "sns", "end_user_messaging"])


def once(service: str, url: str, **changes: Any) -> Any:
    return boto3.client(service, endpoint_url=url, config=SEND_ONCE.merge(Config(**changes)))


@dataclass
class FakeSms:
    """A way to send SMS in memory; answers as told, then takes everything, and keeps what it took."""

    answers: list[DeliveryError] = field(default_factory=list)
    sent: list[Sms] = field(default_factory=list)

    def send(self, sms: Sms) -> str:
        """Keep the SMS, or refuse as told."""
        if self.answers:
            raise self.answers.pop(0)
        self.sent.append(sms)
        return f"m-{len(self.sent)}"
