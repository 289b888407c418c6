"""Tell a site what it may show a customer, and how it can adapt. Looking changes nothing about the customer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from attune.adapters.identities import Identities
from attune.adapters.journey_steps import JourneySteps
from attune.adapters.secret_keys import KeysUnavailableError
from attune.adapters.site_tokens import SiteTokenError, SiteTokens
from attune.domain.blocks import Block, BlockKind, Part
from attune.domain.customers import Customer
from attune.domain.friction_levels import Level
from attune.domain.locales import parse_locale
from attune.domain.onsite import OnsiteNote
from attune.domain.site_hints import NO_HINTS, SiteHints, hints_decision, hints_for
from attune.domain.site_notes import notes_for
from attune.domain.site_words import OnsiteWords
from attune.domain.switches import Switches
from functions.serve_onsite.answering import Answers
from functions.serve_onsite.responses import Response, data, refusal

REMEMBERED = 10_000


@dataclass(frozen=True)
class Site:
    """Answers requests of sites (HTTP API, payload format 2.0); `_recorded` are decisions this copy wrote already."""

    steps: JourneySteps
    tokens: SiteTokens
    identities: Identities
    answers: Answers
    words: OnsiteWords
    company_name: str
    dry_run: bool
    sending_enabled: bool
    switches: Callable[[], Switches] = Switches
    _recorded: set[str] = field(default_factory=set)

    def answer(self, request: Mapping[str, Any]) -> Response:
        """Answer one request; without a token that is ours, only with what to repair."""
        try:
            handle = self.tokens.read(_bearer(request))
        except SiteTokenError as error:
            return refusal(401, str(error), www_authenticate="Bearer")
        except KeysUnavailableError as error:
            return refusal(503, f"{error}: try again later.", retry_after="30")
        customer = self.steps.customers.load(self.identities.owner(handle).customer_id)
        if request["routeKey"] == "POST /onsite/answers":
            return self.answers.take(request, handle, customer)
        return self._look(customer)

    def _look(self, customer: Customer | None) -> Response:
        if customer is None or not self.sending_enabled or not self.switches().lets_pass("onsite"):
            return _told((), NO_HINTS)
        hints = self._hints(customer)
        if self.dry_run:
            return _told((), NO_HINTS)
        notes = notes_for(customer, self.steps.clock.now())
        return _told(tuple(self._shown(note) for note in notes), hints)

    def _hints(self, customer: Customer) -> SiteHints:
        """Decide on hints, and write it down before they are given: once in a visit for each level."""
        now = self.steps.clock.now()
        hints = hints_for(customer, self.steps.friction, self.steps.playbooks.values(), now)
        decision = hints_decision(hints, customer.profile.subject_key, now)
        if decision is not None and decision.decision_id not in self._recorded:
            self.steps.decisions.record(replace(decision, dry_run=self.dry_run))
            if len(self._recorded) >= REMEMBERED:
                self._recorded.clear()
            self._recorded.add(decision.decision_id)
        return hints

    def _shown(self, note: OnsiteNote) -> dict[str, Any]:
        words = self.words.of(note.locale, company_name=self.company_name)
        why, settings = Part(words.pop("why"), note.why_url), Part(words.pop("settings"), note.preferences_url)
        blocks = note.blocks or (Block(BlockKind.PARAGRAPH, ((Part(note.body),),)),)
        if why.url and settings.url:
            blocks = (*blocks, Block(BlockKind.PARAGRAPH, ((why, Part(" · "), settings),)))
        return {
            "id": note.note_id,
            "locale": note.locale,
            "direction": parse_locale(note.locale).direction,
            "headline": note.headline,
            "body": note.body,
            "blocks": [_as_data(block) for block in blocks],
            "words": words,
        }


def _told(notes: tuple[dict[str, Any], ...], hints: SiteHints) -> Response:
    level = hints.level if hints.hints else Level.CALM
    content = {"notes": notes, "friction": level.value, "hints": hints.hints}
    return data(content, fresh=not notes)


def _as_data(block: Block) -> dict[str, Any]:
    return {
        "kind": block.kind.value,
        "items": [[{"text": part.text, "url": part.url} for part in item] for item in block.items],
    }


def _bearer(request: Mapping[str, Any]) -> str:
    scheme, _, token = str(request.get("headers", {}).get("authorization", "")).partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
