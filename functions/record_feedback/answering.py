"""Answer the pages behind the links of a message. A GET never changes anything: scanners follow links."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from attune.adapters.decision_history import DecisionHistory
from attune.adapters.journey_steps import JourneySteps
from attune.adapters.links import LinkClaim, LinkError, LinkPurpose, Links
from attune.domain.customers import Customer
from attune.domain.errors import ConflictError
from attune.domain.explanations import explain_journey
from attune.domain.locales import fallback_chain
from attune.domain.preferences import PreferenceError, fewer
from attune.domain.rendering import render_page
from attune.domain.slots import one_line
from attune.domain.texts import Pages
from functions.record_feedback.preferring import Form, Preferences, apply_preferences
from functions.record_feedback.publishing import LONGEST_COMMENT, REQUESTS, NotPublishedError, Publishing
from functions.record_feedback.responses import (
    Response,
    asked_for,
    form_of,
    languages_of,
    page,
    with_allowed,
    without_body,
)
from functions.record_feedback.unsubscribing import Unsubscribing, all_channels, undoable

type Answer = Callable[["Answers", LinkClaim, Mapping[str, Any]], Response]


@dataclass(frozen=True)
class Answers:
    """Answers requests to the pages API (HTTP API, payload format 2.0)."""

    steps: JourneySteps
    links: Links
    pages: Pages
    publishing: Publishing
    history: DecisionHistory
    company_name: str
    site_url: str

    def answer(self, request: Mapping[str, Any]) -> Response:
        """Answer one request; a link that is not ours, too old or for something else gets a kind page."""
        method, purpose = asked_for(request)
        if method == "HEAD":
            return without_body(self._answer("GET", purpose, request))
        return self._answer(method, purpose, request)

    def _answer(self, method: str, purpose: str, request: Mapping[str, Any]) -> Response:
        try:
            claim = self.links.read(LinkPurpose(purpose), request.get("pathParameters", {}).get("token", ""))
        except (LinkError, ValueError):
            # Whose link it is nobody knows; what the browser says it reads is all there is to go by.
            return self._page("invalid_link", None, status=404, locales=languages_of(request))
        route = _ROUTES.get((purpose, method))
        if route is None:
            return with_allowed(self._page("invalid_link", claim, status=405), _methods_of(purpose))
        try:
            return route(self, claim, request)
        except (ConflictError, NotPublishedError):
            return self._unchanged(claim, purpose, status=503)

    def _unchanged(self, claim: LinkClaim, purpose: str, *, status: int) -> Response:
        """Show the form again where nothing could be written, so that it can be sent again."""
        asking = _ROUTES[purpose, "GET"](self, claim, {})
        return {**asking, "statusCode": status}

    def _page(
        self,
        name: str,
        claim: LinkClaim | None,
        *,
        status: int = 200,
        answer: str = "",
        locale: str = "",
        locales: Sequence[str] = (),
        view: Mapping[str, object] | None = None,
    ) -> Response:
        values = {"company_name": self.company_name, "help_url": f"{self.site_url.rstrip('/')}/help", "answer": answer}
        locales = [tag for tag in (locale, claim.locale if claim else "", *locales) if tag]
        links = self._links(claim) if claim else {}
        return page(render_page(self.pages, name, locales=locales, values=values, view=view, links=links), status)

    def _links(self, claim: LinkClaim) -> dict[str, str]:
        """Return where the other pages are, below whatever address this API has."""
        others = (LinkPurpose.PREFERENCES, LinkPurpose.WHY, LinkPurpose.MY_DATA)
        return {purpose.value: f"../{purpose}/{self.links.make(purpose, claim)}" for purpose in others}

    def ask_unsubscribe(self, claim: LinkClaim, _request: Mapping[str, Any]) -> Response:
        """Ask whether to stop, and how far."""
        return self._page("unsubscribe", claim)

    def ask_feedback(self, claim: LinkClaim, request: Mapping[str, Any]) -> Response:
        """Ask whether the message was helpful."""
        asked = request.get("queryStringParameters") or {}
        return self._page("feedback", claim, answer=str(asked.get("answer", "")))

    def unsubscribe(self, claim: LinkClaim, request: Mapping[str, Any]) -> Response:
        """Do it before answering, so that it already holds when the page says so."""
        form, unsubscribing = form_of(request), Unsubscribing(self.steps)
        if "undo" in form:
            undone = unsubscribing.undo(claim)
            return (
                self._page("unsubscribed", claim, view={"undone": True}) if undone else self.ask_unsubscribe(claim, {})
            )
        if "fewer" in form:
            unsubscribing.undo(claim)
            apply_preferences(self.steps, claim.customer_id, fewer, claim)
            return self._page("unsubscribed", claim, view={"fewer": True})
        everything = "everything" in form
        unsubscribing.unsubscribe(claim, all_channels() if everything else (claim.channel,))
        customer = self.steps.customers.load(claim.customer_id)
        can_undo = customer is not None and bool(undoable(customer.consent, self.steps.clock.now()))
        return self._page("unsubscribed", claim, view={"can_undo": can_undo, "everything": everything})

    def feedback(self, claim: LinkClaim, request: Mapping[str, Any]) -> Response:
        """Put the answer on the bus."""
        form = form_of(request)
        helpful = next(iter(form.get("helpful", ())), "")
        if helpful not in ("yes", "no"):
            return self._page("feedback", claim, status=400)
        comment = one_line(next(iter(form.get("comment", ())), "")[:LONGEST_COMMENT])
        now = self.steps.clock.now()
        self.publishing.feedback(claim, helpful=helpful == "yes", comment=comment, now=now)
        return self._page("thanks", claim, answer=helpful, view={"commented": bool(comment)})

    def ask_preferences(self, claim: LinkClaim, _request: Mapping[str, Any]) -> Response:
        """Show the wishes as they stand."""
        return self._preferences(self.steps.customers.load(claim.customer_id), claim)

    def change_preferences(self, claim: LinkClaim, request: Mapping[str, Any]) -> Response:
        """Change what the form changed, before the page says so."""
        form: Form = form_of(request)
        try:
            customer = Preferences(self.steps, self.pages).save(claim.customer_id, form, claim)
        except PreferenceError as error:
            known = self.steps.customers.load(claim.customer_id)
            return self._preferences(known, claim, status=400, wrong=error.field)
        return self._preferences(customer, claim, saved=True)

    def _preferences(
        self, customer: Customer | None, claim: LinkClaim, *, status: int = 200, saved: bool = False, wrong: str = ""
    ) -> Response:
        if customer is None:
            return self._page("invalid_link", claim, status=404)
        view = {
            **Preferences(self.steps, self.pages).view(customer, claim),
            "saved": saved,
            "wrong": wrong,
            "known": True,
        }
        return self._page("preferences", claim, status=status, locale=customer.profile.locale, view=view)

    def explain(self, claim: LinkClaim, _request: Mapping[str, Any]) -> Response:
        """Tell what led to the message."""
        customer = self.steps.customers.load(claim.customer_id)
        chain = fallback_chain((customer.profile.locale if customer else "", claim.locale))
        locale = next((one for one in chain if one in self.pages.strings), self.pages.default_locale)
        words = self.pages.strings[locale]
        rows = self.history.of(customer.profile.subject_key) if customer else ()
        sections = explain_journey(rows, claim.journey_id, words["why"], words["topics"], locale=locale)
        view = {"sections": [section.as_view() for section in sections]}
        return self._page("why", claim, locale=customer.profile.locale if customer else "", view=view)

    def ask_my_data(self, claim: LinkClaim, _request: Mapping[str, Any]) -> Response:
        """Offer a copy or deletion."""
        return self._page("my_data", claim)

    def request_data(self, claim: LinkClaim, request: Mapping[str, Any]) -> Response:
        """Hand the request to a person."""
        asked = next(iter(form_of(request).get("request", ())), "")
        if asked not in REQUESTS:
            return self._page("my_data", claim, status=400)
        self.publishing.data_request(claim, asked, self.steps.clock.now())
        return self._page("my_data", claim, view={"asked": asked})


_ROUTES: Mapping[tuple[str, str], Answer] = {
    (LinkPurpose.UNSUBSCRIBE, "GET"): Answers.ask_unsubscribe,
    (LinkPurpose.UNSUBSCRIBE, "POST"): Answers.unsubscribe,
    (LinkPurpose.FEEDBACK, "GET"): Answers.ask_feedback,
    (LinkPurpose.FEEDBACK, "POST"): Answers.feedback,
    (LinkPurpose.PREFERENCES, "GET"): Answers.ask_preferences,
    (LinkPurpose.PREFERENCES, "POST"): Answers.change_preferences,
    (LinkPurpose.WHY, "GET"): Answers.explain,
    (LinkPurpose.MY_DATA, "GET"): Answers.ask_my_data,
    (LinkPurpose.MY_DATA, "POST"): Answers.request_data,
}


def _methods_of(purpose: str) -> list[str]:
    """Return what a page may be asked by: whoever may look may also ask for the headers alone."""
    methods = [method for page, method in _ROUTES if page == purpose]
    return sorted({*methods, *(["HEAD"] if "GET" in methods else [])})
