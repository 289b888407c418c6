"""What senders put on the bus, read into facts: one module per sender, one line in the registry below."""

from collections.abc import Callable
from datetime import datetime

from attune.adapters.senders import cloudevents, pinpoint, segment, ses, shopify, sms, stripe, zendesk
from attune.adapters.senders.calls import CALL_TYPES
from attune.adapters.senders.unwrapping import MAX_EVENT_BYTES as MAX_EVENT_BYTES
from attune.adapters.senders.unwrapping import Envelope, several, unwrap
from attune.domain.errors import RejectedEventError
from attune.domain.signals import Fact

type Reader = Callable[[Envelope, datetime], tuple[Fact, ...]]

READERS: tuple[tuple[Callable[[Envelope], bool], Reader], ...] = (
    (cloudevents.recognises, cloudevents.read),
    (shopify.recognises, shopify.read),
    (stripe.recognises, stripe.read),
    (ses.recognises, ses.read),
    (sms.recognises, sms.read),
    (pinpoint.recognises, pinpoint.read),
    (zendesk.recognises, zendesk.read),
    (segment.recognises, segment.read),
)
"""Asked in this order; the native language comes last, because its calls may be what others carry."""


def read_event(body: str, now: datetime) -> tuple[Fact, ...]:
    """Read what the events queue delivers (JSON text) into facts; raise RejectedEventError with a reason for people.

    A batch is read as a whole or not at all: the reason names the event that does not fit.
    """
    envelope = unwrap(body)
    read = _reader_of(envelope)
    if read is not None:
        return read(envelope, now)
    batch = tuple(several(envelope))
    if not batch:
        raise _unknown(envelope)
    return tuple(fact for position, one in enumerate(batch, start=1) for fact in _of_batch(one, position, now))


def _reader_of(envelope: Envelope) -> Reader | None:
    return next((read for recognises, read in READERS if recognises(envelope)), None)


def _of_batch(envelope: Envelope, position: int, now: datetime) -> tuple[Fact, ...]:
    try:
        read = _reader_of(envelope)
        if read is None:
            raise _unknown(envelope)
        return read(envelope, now)
    except RejectedEventError as error:
        raise RejectedEventError(error.reason, f"event {position} of the batch: {error}") from error


def _unknown(envelope: Envelope) -> RejectedEventError:
    if "bare" in envelope and "type" not in envelope["detail"]:
        reason = "the message is no EventBridge event with an object as `detail`: publish with PutEvents"
        return RejectedEventError("malformed_envelope", reason)
    kind = envelope["detail"].get("type")
    reason = (
        f"`detail.type` is {kind!r:.200}: use one of {', '.join(CALL_TYPES)} as in the Segment spec "
        f"(detail-type was {envelope.get('detail-type')!r:.200}, source {envelope.get('source')!r:.200})"
    )
    return RejectedEventError("unknown_type", reason)
