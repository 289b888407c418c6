"""What pages put on the bus: answers and requests, each with an id that a second click repeats."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from attune.adapters.links import LinkClaim
from attune.domain.clock import format_instant
from attune.domain.errors import AttuneError

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

LONGEST_COMMENT = 500


class NotPublishedError(AttuneError):
    """Raised when the bus did not take an answer."""


@dataclass(frozen=True)
class Publishing:
    """Speaks to the bus in the pages' name."""

    events: "EventBridgeClient"
    bus_name: str

    def feedback(self, claim: LinkClaim, *, helpful: bool, comment: str, now: datetime) -> None:
        """Say whether a message was helpful; what they wrote goes on as a reply, read like any other."""
        answer = "yes" if helpful else "no"
        properties: dict[str, Any] = {"helpful": helpful, "journey_id": claim.journey_id}
        calls = [_call(claim, "Feedback Given", f"feedback#{claim.journey_id}#{answer}", properties, now)]
        if comment:
            digest = hashlib.sha256(comment.encode()).hexdigest()[:16]
            reply = {"text": comment, "channel": claim.channel}
            calls.append(_call(claim, "Message Replied", f"comment#{claim.journey_id}#{digest}", reply, now))
        self._put(calls)

    def data_request(self, claim: LinkClaim, request: str, now: datetime) -> None:
        """Say that somebody wants a copy of their data, or wants it deleted; a person takes it from there."""
        # One request a day: a second click is the same one, a reminder next week is another.
        reference = f"{request}#{claim.journey_id}#{now.date().isoformat()}"
        self._put([_call(claim, REQUESTS[request], reference, {"page": "my_data", "channel": claim.channel}, now)])

    def _put(self, calls: list[Mapping[str, Any]]) -> None:
        entries = [
            {
                "EventBusName": self.bus_name,
                "Source": "attune.pages",
                "DetailType": "track",
                "Detail": json.dumps(call),
            }
            for call in calls
        ]
        if self.events.put_events(Entries=entries)["FailedEntryCount"]:  # type: ignore[arg-type]
            message = "the bus did not take the answer"
            raise NotPublishedError(message)


REQUESTS: Mapping[str, str] = {"export": "Export Requested", "deletion": "Deletion Requested"}
"""What the page's form may ask for, and the event that says so."""


def _call(
    claim: LinkClaim, event: str, message_id: str, properties: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    return {
        "type": "track",
        "event": event,
        "messageId": message_id,
        "userId": claim.customer_id,
        "timestamp": format_instant(now),
        "properties": properties,
    }
