"""What reaches the events queue from other systems, and what is read of it."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from attune.adapters.senders import read_event
from attune.domain.errors import RejectedEventError
from attune.domain.identifiers import IdentityClaim
from attune.domain.signals import Fact, Signal, SignalKind
from tests.support.builders import NOON

REAL = Path(__file__).resolve().parents[3] / "shared" / "events"
needs_real = pytest.mark.skipif(
    not REAL.is_dir(), reason=f"THE SENDERS' OWN EXAMPLES ARE NOT AT {REAL}: NOTHING WAS COMPARED WITH THEM"
)


def real(name: str) -> Any:
    """Return one of the payloads that real senders publish."""
    return json.loads((REAL / f"{name}.json").read_text(encoding="utf-8"))


def event(detail: Any, source: str = "app.shop", detail_type: str = "event", **fields: Any) -> str:
    """Return an EventBridge event, a minute old."""
    about = {"version": "0", "id": "env-1", "source": source, "detail-type": detail_type}
    return json.dumps({**about, "time": "2026-11-24T11:59:00Z", "detail": detail, **fields})


def sns(message: Any, **fields: Any) -> str:
    """Return an SNS notification as SQS delivers it."""
    text = message if isinstance(message, str) else json.dumps(message)
    about = {"Type": "Notification", "MessageId": "sns-1", "TopicArn": "arn:aws:sns:eu-west-1:111122223333:topic"}
    return json.dumps({**about, "Message": text, "Timestamp": "2026-11-24T11:59:00.000Z", **fields})


def shopify(topic: str, payload: Any, event_id: str | None = "ev-1", *, header: str = "X-Shopify-Topic") -> str:
    """Return a webhook of Shopify's as its EventBridge destination delivers it."""
    metadata = {header: topic, **({"X-Shopify-Event-Id": event_id} if event_id else {})}
    return event({"payload": payload, "metadata": metadata}, "aws.partner/shopify.com/1234/attune", "shopifyWebhook")


def stripe(kind: str, thing: Any, created: int = 1_795_500_000) -> str:
    """Return an event of Stripe's; the default is 24 November 2026, 06:00 UTC."""
    detail = {"id": "evt_1", "object": "event", "type": kind, "created": created, "data": {"object": thing}}
    return event(detail, "aws.partner/stripe.com/ed_1", kind)


def zendesk(payload: Any) -> str:
    """Return a webhook of Zendesk's as receive_events puts it on the bus."""
    return event(payload, "attune.http", "zendesk")


def facts_of(body: str, now: datetime = NOON) -> list[Fact]:
    """Return what an event says beside whom it is about."""
    return [fact for fact in read_event(body, now) if not isinstance(fact, IdentityClaim)]


def fact_of(body: str, now: datetime = NOON) -> Any:
    """Return the one thing that an event says beside whom it is about."""
    [fact] = facts_of(body, now)
    return fact


def kind_of(body: str) -> SignalKind:
    """Return what kind of signal an event is."""
    fact = fact_of(body)
    assert isinstance(fact, Signal), fact
    return fact.kind


def identifiers_of(body: str, now: datetime = NOON) -> list[str]:
    """Return the identifiers that an event claims for one person, the handle first."""
    claims = [fact for fact in read_event(body, now) if isinstance(fact, IdentityClaim)]
    return [f"{one.type}:{one.value}" for claim in claims for one in claim.identifiers]


def claim_of(body: str, now: datetime = NOON) -> IdentityClaim:
    """Return the one claim of an event."""
    [claim] = [fact for fact in read_event(body, now) if isinstance(fact, IdentityClaim)]
    return claim


def refusal_of(body: str, now: datetime = NOON) -> tuple[str, str]:
    """Return why an event is refused: the code and the sentence."""
    with pytest.raises(RejectedEventError) as caught:
        read_event(body, now)
    return caught.value.reason, str(caught.value)


def without(payload: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return a payload without some of its fields."""
    return {name: value for name, value in payload.items() if name not in set(names)}
