"""What support did with a case, as rows of the log."""

from collections.abc import Mapping
from datetime import datetime

from attune.domain.case_triggers import DIRECT, MY_DATA
from attune.domain.customers import Case, Customer
from attune.domain.decision_groups import groups_of
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.signals import CaseResolved, CaseWorked

CASEWORK_SENTENCES: Mapping[str, str] = {
    "claimed": "A person took the case.",
    "replied": "A person answered the customer.",
    "resolved": "A person closed the case.",
}


def casework_decision(customer: Customer, case: Case, fact: CaseWorked | CaseResolved) -> Decision:
    """Return what support did, as a row of the log: how long the case had been open, never who did it or in what words."""
    step = "resolved" if isinstance(fact, CaseResolved) else fact.step
    once = "" if step in ("claimed", "resolved") else f"#{fact.message_id}"
    ended = {"outcome": fact.outcome, "tags": ",".join(fact.tags)} if isinstance(fact, CaseResolved) else {}
    return Decision(
        decision_id=decision_id(f"{customer.profile.subject_key}#{case.case_id}#{step}{once}"),
        time=fact.time,
        kind=DecisionKind.ESCALATION,
        subject_key=customer.profile.subject_key,
        choice=step,
        reasons=(Reason(f"case_{step}", CASEWORK_SENTENCES[step]),),
        journey_id="" if case.undertaking in (DIRECT, MY_DATA) or case.is_gesture else case.about,
        inputs={
            **groups_of(customer),
            "case_id": case.case_id,
            "trigger": case.triggers[0] if case.triggers else "",
            "seconds_open": seconds_open(case, fact.time),
            **ended,
        },
        automated=False,
    )


def seconds_open(case: Case, until: datetime) -> int:
    """Return how long a case had been open; 0 where clocks disagree."""
    return max(0, round((until - case.opened_at).total_seconds()))
