"""Answer the pages behind the links of a message. A GET never changes anything: scanners follow links."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from attune.adapters.journey_steps import JourneySteps
from attune.adapters.links import LinkClaim, LinkError, LinkPurpose, Links
from attune.domain.clock import format_instant
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.errors import ConflictError
from attune.domain.outcomes import Happening, OutcomeKind
from attune.domain.rendering import render_page
from attune.domain.signals import ConsentChange
from attune.domain.texts import Pages
from functions.record_feedback.responses import Response, page

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

SAVE_TRIES = 12


@dataclass(frozen=True)
class Answers:
    """Answers requests to the pages API (HTTP API, payload format 2.0)."""

    steps: JourneySteps
    links: Links
    pages: Pages
    events: "EventBridgeClient"
    bus_name: str
    company_name: str
    site_url: str

    def answer(self, request: Mapping[str, Any]) -> Response:
        """Answer one request; a link that is not ours, too old or for something else gets a kind page."""
        method, _, path = request["routeKey"].partition(" ")
        purpose = path.strip("/").partition("/")[0]
        try:
            claim = self.links.read(LinkPurpose(purpose), request.get("pathParameters", {}).get("token", ""))
        except (LinkError, ValueError):
            return self._page("invalid_link", "", status=404)
        routes: Mapping[tuple[str, str], Callable[[LinkClaim, Mapping[str, Any]], Response]] = {
            (LinkPurpose.UNSUBSCRIBE, "GET"): self._ask_unsubscribe,
            (LinkPurpose.UNSUBSCRIBE, "POST"): self._unsubscribe,
            (LinkPurpose.FEEDBACK, "GET"): self._ask_feedback,
            (LinkPurpose.FEEDBACK, "POST"): self._feedback,
        }
        route = routes.get((purpose, method))
        return route(claim, request) if route else self._page("invalid_link", claim.locale, status=405)

    def _ask_unsubscribe(self, claim: LinkClaim, _request: Mapping[str, Any]) -> Response:
        return self._page("unsubscribe", claim.locale)

    def _ask_feedback(self, claim: LinkClaim, request: Mapping[str, Any]) -> Response:
        asked = request.get("queryStringParameters") or {}
        return self._page("feedback", claim.locale, answer=str(asked.get("answer", "")))

    def _page(self, name: str, locale: str, *, status: int = 200, **values: str) -> Response:
        known = {"company_name": self.company_name, "help_url": f"{self.site_url.rstrip('/')}/help", "answer": ""}
        return page(render_page(self.pages, name, locales=[locale], values={**known, **values}), status)

    def _unsubscribe(self, claim: LinkClaim, _request: Mapping[str, Any]) -> Response:
        """Take the consent back before answering, so that it already holds when the page says so."""
        now = self.steps.clock.now()
        for _ in range(SAVE_TRIES):
            customer = self.steps.customers.load(claim.customer_id)
            if customer is None:
                break
            change = ConsentChange(
                message_id=f"unsubscribe#{claim.journey_id}#{claim.channel}",
                customer_id=claim.customer_id,
                time=now,
                channels=(claim.channel,),
                granted=False,
                source="unsubscribe_link",
            )
            # Also if it was refused before: whoever sends it again may have seen us stop halfway.
            self.steps.record_outcomes(customer, [_unsubscribed(change, claim.journey_id)])
            if customer.consent.refused(claim.channel):
                break
            try:
                self.steps.customers.save(customer.customer_id, customer.consent.changed(change))
            except ConflictError:
                continue
            self.steps.decisions.record(_withdrawn(change, customer.profile.subject_key, claim.journey_id))
            break
        else:
            return self._page("unsubscribe", claim.locale, status=503)
        return self._page("unsubscribed", claim.locale)

    def _feedback(self, claim: LinkClaim, request: Mapping[str, Any]) -> Response:
        helpful = _form(request).get("helpful")
        if helpful not in ("yes", "no"):
            return self._page("feedback", claim.locale, status=400)
        now = self.steps.clock.now()
        call = {
            "type": "track",
            "event": "Feedback Given",
            "messageId": f"feedback#{claim.journey_id}#{helpful}",
            "userId": claim.customer_id,
            "timestamp": format_instant(now),
            "properties": {"helpful": helpful == "yes", "journey_id": claim.journey_id},
        }
        entry = {
            "EventBusName": self.bus_name,
            "Source": "attune.pages",
            "DetailType": "track",
            "Detail": json.dumps(call),
        }
        answer = self.events.put_events(Entries=[entry])  # type: ignore[list-item]
        if answer["FailedEntryCount"]:
            return self._page("feedback", claim.locale, status=503)
        return self._page("thanks", claim.locale)


def _unsubscribed(change: ConsentChange, journey_id: str) -> Happening:
    return Happening(kind=OutcomeKind.UNSUBSCRIBED, at=change.time, journey_id=journey_id, channels=change.channels)


def _withdrawn(change: ConsentChange, subject_key: str, journey_id: str) -> Decision:
    return Decision(
        decision_id=decision_id(f"{subject_key}#consent#{change.message_id}#{format_instant(change.time)}"),
        time=change.time,
        kind=DecisionKind.CONSENT,
        subject_key=subject_key,
        choice="withdrawn",
        reasons=(Reason(change.source, f"By {change.source}: {', '.join(change.channels)}."),),
        journey_id=journey_id,
        inputs={"channels": ",".join(change.channels)},
        automated=False,
    )


def _body(request: Mapping[str, Any]) -> str:
    body = request.get("body") or ""
    return base64.b64decode(body).decode(errors="replace") if request.get("isBase64Encoded") else body


def _form(request: Mapping[str, Any]) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(_body(request)).items()}
