"""Answer requests that bring events: who may, what is taken, and what the sender should know."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from attune.adapters.logs import Logger
from attune.adapters.secret_keys import KeysUnavailableError, SecretKeys
from functions.receive_events.credentials import sender_of, signed_by_zendesk
from functions.receive_events.publishing import Bus
from functions.receive_events.reading import Entry, Refusal, RequestError, body_of, parse, read_events, read_webhook

ZENDESK_ROUTE = "POST /events/zendesk"
AGAIN_AFTER_SECONDS = 5

type Response = dict[str, Any]
type Taken = tuple[str, list[Entry], list[Refusal]]

logger = Logger()


def _real_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Receiver:
    """Takes requests of the HTTP API (payload format 2.0); `now` is real time, for signatures age in real time."""

    bus: Bus
    ingest_keys: SecretKeys
    zendesk_keys: SecretKeys
    now: Callable[[], datetime] = _real_now

    def receive(self, request: Mapping[str, Any]) -> Response:
        """Answer 202 with counts; 400, 401, 413 or 415 with what to repair; 503 where the sender should come again."""
        try:
            took = self._webhook(request) if request["routeKey"] == ZENDESK_ROUTE else self._events(request)
        except RequestError as error:
            logger.info("request_refused", status=error.status, route=request["routeKey"])
            return _answer(error.status, {"error": str(error)})
        except RecursionError:
            return _answer(400, {"error": "the body is nested too deeply to be read: send flat JSON"})
        except KeysUnavailableError:
            return _answer(503, {"error": "the key cannot be checked at this moment: send the same request again"})
        return self._publish(*took)

    def _events(self, request: Mapping[str, Any]) -> Taken:
        headers = request.get("headers") or {}
        sender = sender_of(headers, self.ingest_keys.keys())
        if sender is None:
            raise RequestError(
                401, "the key is missing or not valid: send it as x-attune-key, or as the user name of basic auth"
            )
        entries, refused = read_events(parse(body_of(request), headers), headers)
        return sender, entries, refused

    def _webhook(self, request: Mapping[str, Any]) -> Taken:
        headers, body = request.get("headers") or {}, body_of(request)
        if not signed_by_zendesk(headers, body, self.zendesk_keys.keys(), self.now()):
            raise RequestError(
                401,
                "x-zendesk-webhook-signature does not fit, or its timestamp is more than 5 minutes away: "
                "put the webhook's signing secret into the stage's Zendesk secret",
            )
        return "zendesk", [read_webhook(parse(body, headers))], []

    def _publish(self, sender: str, entries: Sequence[Entry], refused: Sequence[Refusal]) -> Response:
        outcome = self.bus.put(entries)
        refusals = [*refused, *(Refusal(index, why) for entry, why in outcome.refused for index in entry.indexes)]
        accepted = sum(len(entry.indexes) for entry in outcome.taken)
        left = sorted(index for entry in outcome.left for index in entry.indexes)
        logger.info("request_taken", sender=sender, accepted=accepted, rejected=len(refusals), left=len(left))
        content: dict[str, Any] = {
            "accepted": accepted,
            "rejected": [
                {"index": refusal.index, "message": refusal.message}
                for refusal in sorted(refusals, key=lambda refusal: refusal.index)
            ],
        }
        if left:
            why = "the bus did not take everything: send the same request again; what came twice counts once by its id"
            return _answer(503, {"error": why, **content, "not_taken": left})
        if refusals and not accepted:
            return _answer(400, {"error": "no event of this request could be taken: see each message", **content})
        return _answer(202, content)


def _answer(status: int, content: Mapping[str, Any]) -> Response:
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    if status == 401:  # noqa: PLR2004 - HTTP's own number
        headers["www-authenticate"] = 'Basic realm="attune"'
    if status == 503:  # noqa: PLR2004 - HTTP's own number
        headers["retry-after"] = str(AGAIN_AFTER_SECONDS)
    return {"statusCode": status, "headers": headers, "body": json.dumps(content, ensure_ascii=False)}
