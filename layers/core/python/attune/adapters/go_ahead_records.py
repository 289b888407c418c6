"""Write down what was asked of people about a touch, and what they said."""

from collections.abc import Iterable
from datetime import datetime

from attune.adapters.decisions_table import DecisionsTable
from attune.domain.clock import format_instant
from attune.domain.customers import Customer
from attune.domain.decision_groups import groups_of
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.go_aheads import Answer, GoAhead, why_not_counted
from attune.domain.signals import TouchAnswered

SAID = {
    Answer.APPROVED: "A person said yes to this message.",
    Answer.DECLINED: "A person said no to this message.",
}
ASKED = Reason("approval_required", "The playbook wants a person's yes before this touch.")


def record_asked(decisions: DecisionsTable, customer: Customer, asked: GoAhead, *, why: Reason = ASKED) -> None:
    """Record that a person was asked, and until when they may answer."""
    decisions.record(_decision(customer, asked, "asked", why, at=asked.asked_at, automated=True))


def record_answers(
    decisions: DecisionsTable, customer: Customer, answers: Iterable[tuple[GoAhead, TouchAnswered]]
) -> None:
    """Record each answer, and that it does not count where it came second or too late; never who gave it or in what words.

    An answer that is known already is recorded as it is known: whoever wrote it down may have died before this.
    """
    for before, fact in answers:
        known = before if before.is_told_by(fact) else before.answered(fact)
        if known.is_told_by(fact) and known.answer is not None and known.answered_at is not None:
            why = Reason(known.answer, SAID[known.answer])
            decisions.record(_decision(customer, known, known.answer, why, at=known.answered_at))
        elif (refused := why_not_counted(before, fact)) is not None:
            decisions.record(_decision(customer, before, "not_counted", refused, at=fact.time, about=fact.message_id))


def _decision(
    customer: Customer,
    known: GoAhead,
    choice: str,
    why: Reason,
    *,
    at: datetime,
    about: str = "",
    automated: bool = False,
) -> Decision:
    subject = customer.profile.subject_key
    journey = customer.journeys.get(known.journey_id)
    return Decision(
        decision_id=decision_id(f"{subject}#{known.request_id}#{choice}#{about}"),
        time=at,
        kind=DecisionKind.GO_AHEAD,
        subject_key=subject,
        choice=choice,
        reasons=(why,),
        journey_id=known.journey_id,
        playbook=journey.playbook if journey else "",
        playbook_version=journey.playbook_version if journey else "",
        touch=known.touch,
        inputs={
            "request_id": known.request_id,
            "contact_id": known.contact_id,
            "channel": known.channel,
            "message": known.message,
            "asked_at": format_instant(known.asked_at),
            "answer_by": format_instant(known.answer_by),
            **groups_of(customer),
        },
        automated=automated,
    )
