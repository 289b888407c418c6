"""What is asked before a person's own words go to a customer: whether they may, never whether a machine would."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from attune.domain.contacts import ContactState
from attune.domain.customers import Case
from attune.domain.decisions import Reason
from attune.domain.gate import STEPS, ContactRequest, Permit, Refusal, Verdict

ASKED = ("kill switch", "dry run", "consent", "suppression", "quiet hours and legal windows")
"""The gate's own steps that bind people too. The others hold machines back: holdout, opt-out of automation, a case that
is open, caps, approval of texts, the complaint-rate brake."""


def may_answer(request: ContactRequest) -> Verdict:
    """Ask the gate for a service message that a person wrote; the first rule that refuses is the reason."""
    # A playbook that is switched off stops its journeys, not the people who answer.
    switches = replace(request.switches, playbooks_off=frozenset(), withdrawn=frozenset())
    playbook = replace(request.playbook, enabled=True)
    asked = replace(request, playbook=playbook, switches=switches, promotional=False)
    for step, rules in STEPS:
        for rule in rules if step in ASKED else ():
            refusal = rule(asked)
            if refusal is not None:
                return refusal
    return Permit()


def why_not_theirs(case: Case | None, agent_id: str, now: datetime) -> Refusal | None:
    """Return why somebody may not work on a case, if so: it must be open, and claimed by them."""
    if case is None:
        return _refuse("no_case", "There is no such case of this customer.")
    if case.resolved_at is not None:
        return _refuse("resolved", "The case is resolved.")
    if not is_held(case, now):
        return _refuse("not_claimed", "Nobody has claimed the case: claim it first.")
    if case.claimed_by != agent_id:
        return _refuse("claimed_by_another", f"The case is claimed by {case.claimed_by}.")
    return None


def is_held(case: Case, now: datetime) -> bool:
    """Whether somebody's claim of a case still lasts."""
    return bool(case.claimed_by) and case.claimed_until is not None and case.claimed_until > now


def claimed(case: Case, agent_id: str, *, now: datetime, until: datetime) -> Case | None:
    """Return the case as held by an agent until a time; None while it is another's, or resolved."""
    if case.resolved_at is not None or (is_held(case, now) and case.claimed_by != agent_id):
        return None
    return replace(case, claimed_by=agent_id, claimed_until=until)


def answered(case: Case, reply_id: str, state: ContactState) -> Case:
    """Return the case with how far a reply got; a reply that failed may be tried again under its id."""
    answers: Mapping[str, ContactState] = {**case.answers, reply_id: state}
    return replace(case, answers=answers)


def _refuse(code: str, text: str) -> Refusal:
    return Refusal(code, Reason(code, text), None, waits=False)
