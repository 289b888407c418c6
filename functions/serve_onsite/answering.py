"""Take what a customer answered to a note: once, whatever is sent again."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from attune.adapters.journey_steps import JourneySteps
from attune.domain.clock import format_instant
from attune.domain.customers import Customer
from attune.domain.errors import ConflictError
from attune.domain.learning.outcomes import Happening
from attune.domain.onsite import NoteAnswer, OnsiteNote
from attune.domain.outcome_kinds import OutcomeKind
from attune.domain.site_notes import note_decision, notes_for
from functions.serve_onsite.responses import Response, data, refusal

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

SAVE_TRIES = 12
LONGEST_BODY = 2048
FEEDBACK = frozenset({NoteAnswer.HELPFUL, NoteAnswer.NOT_HELPFUL})
HOW_TO = (
    'Send {"note_id": "…", "answer": "…"} with an answer of '
    + ", ".join(NoteAnswer)
    + '; for shown also "view", a text of up to 64 characters that is new for each display.'
)


class Given(BaseModel):
    """What a site reports."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, defer_build=True)

    note_id: str = Field(min_length=1, max_length=256)
    answer: NoteAnswer = Field(strict=False)
    view: str = Field(default="", max_length=64)


@dataclass(frozen=True)
class Answers:
    """Writes answers to the notes, to the log and, where it was helpful or not, to the bus.

    `may_show` is whether this stage shows notes at all; what was shown before may be answered all the same.
    """

    steps: JourneySteps
    events: "EventBridgeClient"
    bus_name: str
    may_show: bool

    def take(self, request: Mapping[str, Any], handle: str, customer: Customer | None) -> Response:
        """Take one answer; `show` says whether the display that asks may show the note."""
        body = request.get("body") or ""
        if len(body) > LONGEST_BODY:
            return refusal(413, f"An answer has at most {LONGEST_BODY} bytes. {HOW_TO}")
        try:
            raw = base64.b64decode(body) if request.get("isBase64Encoded") else body
            given = Given.model_validate(json.loads(raw))
        except (ValidationError, ValueError, RecursionError):
            return refusal(400, f"The answer cannot be read. {HOW_TO}")
        if given.answer is NoteAnswer.SHOWN and not given.view:
            return refusal(400, f"The display has no name. {HOW_TO}")
        for _ in range(SAVE_TRIES):
            if customer is None or given.note_id not in customer.notes:
                return refusal(404, "This customer has no such note, or no longer: read /onsite/notes again.")
            try:
                return self._settle(given, handle, customer)
            except ConflictError:
                customer = self.steps.customers.load(customer.customer_id)
        return refusal(503, "Many answers came at once: send the same one again.", retry_after="1")

    def _settle(self, given: Given, handle: str, customer: Customer) -> Response:
        before, now = customer.notes[given.note_id], self.steps.clock.now()
        if given.answer is not NoteAnswer.SHOWN:
            note = before.answered(given.answer, at=now)
        elif before.view == given.view or (self.may_show and before in notes_for(customer, now)):
            note = before.claimed(given.view, at=now)
        else:
            note = before
        if note is not before:
            note = self.steps.customers.save(customer.customer_id, note)
        if note.answer == given.answer:
            # Also when it was there before: whoever sends it again may have seen us stop halfway.
            if given.answer in FEEDBACK and not self._publish(note, handle):
                return refusal(
                    503, "The answer is kept, but not passed on yet: send the same one again.", retry_after="1"
                )
            self.steps.decisions.record(note_decision(note, customer.profile.subject_key))
            if given.answer is NoteAnswer.NOT_NOW:
                at = note.answered_at or now
                snoozed = Happening(kind=OutcomeKind.SNOOZED, at=at, journey_id=note.journey_id, channels=("onsite",))
                self.steps.tables.record_outcomes(customer, [snoozed])
        show = note.answer == NoteAnswer.SHOWN and note.view == given.view
        return data({"note_id": note.note_id, "answer": note.answer, "show": show})

    def _publish(self, note: OnsiteNote, handle: str) -> bool:
        kind, _, device = handle.partition(":")
        call = {
            "type": "track",
            "event": "Feedback Given",
            "messageId": f"feedback#{note.note_id}#{note.answer}",
            **({"anonymousId": device} if kind == "anon" else {"userId": handle}),
            "timestamp": format_instant(note.answered_at or note.created_at),
            "properties": {"helpful": note.answer == NoteAnswer.HELPFUL, "journey_id": note.journey_id},
        }
        entry = {
            "EventBusName": self.bus_name,
            "Source": "attune.onsite",
            "DetailType": "track",
            "Detail": json.dumps(call),
        }
        return not self.events.put_events(Entries=[entry])["FailedEntryCount"]  # type: ignore[list-item]
