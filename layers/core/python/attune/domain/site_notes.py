"""Which of a customer's notes the site may show right now."""

from collections.abc import Iterable
from datetime import datetime

from attune.domain.customers import Channel, Customer
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.onsite import NoteAnswer, OnsiteNote
from attune.domain.sentiment import is_distressed
from attune.domain.sessions import IDLE_AFTER
from attune.domain.signals import SignalKind

_OVER = (SignalKind.ORDERED, SignalKind.FOUND_UNHELPFUL, SignalKind.ASKED_FOR_HELP, SignalKind.REPLIED)
"""What makes a note pointless that was left before it."""
_SENTENCES = {
    NoteAnswer.SHOWN: "The note was shown on the site.",
    NoteAnswer.HELPFUL: "The customer found the note helpful.",
    NoteAnswer.NOT_HELPFUL: "The customer did not find the note helpful.",
    NoteAnswer.NOT_NOW: "The customer said: not now.",
    NoteAnswer.FOLLOWED: "The customer opened a link of the note.",
    NoteAnswer.DISMISSED: "The customer closed the note.",
}


def visit_began(customer: Customer, since: datetime | None, now: datetime) -> datetime | None:
    """Return since when the customer is on the site, as far as events tell, counting from the last word about a note.

    Events may come a little after the page asks, or not at all: after half an hour without any sign, asking is itself
    the sign of a new visit. None where nothing tells a new visit from the one in which the note was shown.
    """
    current = customer.current_session(())
    state = current[1] if current else None
    signs = [at for at in (since, state.last_seen if state else None) if at is not None]
    if not signs or now - max(signs) > IDLE_AFTER:
        return now
    return state.started_at if state else None


def notes_for(customer: Customer, now: datetime) -> tuple[OnsiteNote, ...]:
    """Return the notes that may be shown now, the newest first, one of each journey.

    None to a customer who refused notes, whom a person looks after, or who wrote in distress; and none that was left
    before they bought, answered, asked a person or refused automated decisions.
    """
    if (
        customer.consent.refused(Channel.ONSITE)
        or customer.has_open_case
        or is_distressed(customer.profile.distress, now)
    ):
        return ()
    newest: dict[str, OnsiteNote] = {}
    for note in _by_age(customer.notes.values()):
        newest[note.journey_id] = note
    return tuple(
        note
        for note in reversed(_by_age(newest.values()))
        if note.may_be_shown(visit=visit_began(customer, note.answered_at, now), now=now)
        and not _is_over(customer, note)
    )


def note_decision(note: OnsiteNote, subject_key: str) -> Decision:
    """Return the record of the latest word about a note; the same word is always the same record."""
    answer = NoteAnswer(note.answer)
    at = note.answered_at or note.created_at
    return Decision(
        decision_id=decision_id(f"{subject_key}#note#{note.note_id}#{note.shows}#{answer}"),
        time=at,
        kind=DecisionKind.ONSITE,
        subject_key=subject_key,
        choice=answer.value,
        reasons=(Reason(f"note_{answer}", _SENTENCES[answer]),),
        journey_id=note.journey_id,
        inputs={"contact_id": note.note_id, "shows": note.shows},
        automated=False,
    )


def _by_age(notes: Iterable[OnsiteNote]) -> list[OnsiteNote]:
    return sorted(notes, key=lambda note: (note.created_at, note.note_id))


def _is_over(customer: Customer, note: OnsiteNote) -> bool:
    latest = (customer.latest(kind, ()) for kind in _OVER)
    return _is_decided_against(customer, note) or any(at is not None and at > note.created_at for at in latest)


def _is_decided_against(customer: Customer, note: OnsiteNote) -> bool:
    """Whether automated decisions were refused after the note was left; what the gate lets pass since then is service."""
    profile = customer.profile
    refused_at = profile.changed_at.get("automation_opt_out")
    return profile.automation_opt_out and (refused_at is None or refused_at >= note.created_at)
