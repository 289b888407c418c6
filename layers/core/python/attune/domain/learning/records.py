"""What is written down when beliefs change: a refit, an arm that is stopped, and what people do about either."""

from datetime import datetime

from attune.domain.clock import format_instant
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.learning.guard_rails import ArmName, HarmVerdict, Stop

SUBJECT = "policy"
"""Under which key these records are: they are about nobody."""


def refit_decision(
    *, version: int, at: datetime, contacts: int, waiting: int, rows: int, arms: int, effective: float, pinned_to: int
) -> Decision:
    """Return the record of a refit; `pinned_to` is the version that a person pinned, 0 for none."""
    learnt = f"Version {version} stands on {contacts:,} contacts, {waiting:,} of them still within their window."
    if pinned_to:
        why = Reason("pinned", f"Version {pinned_to} stays live: a person went back to it.")
    else:
        why = Reason("live", f"Version {version} is live.")
    return Decision(
        decision_id=decision_id(f"policy#refit#{version}#{format_instant(at)}"),
        time=at,
        kind=DecisionKind.POLICY,
        subject_key=SUBJECT,
        choice="refitted",
        reasons=(why, Reason("evidence", learnt)),
        inputs={
            "version": version,
            "live": not pinned_to,
            "contacts": contacts,
            "waiting": waiting,
            "rows": rows,
            "arms": arms,
            "effective": effective,
        },
        model_version=str(version),
    )


def stop_decision(name: ArmName, verdict: HarmVerdict, *, at: datetime) -> Decision:
    """Return the record of an arm that is stopped."""
    return Decision(
        decision_id=decision_id(f"policy#stop#{name}#{format_instant(at)}"),
        time=at,
        kind=DecisionKind.POLICY,
        subject_key=SUBJECT,
        choice="stopped",
        reasons=(Reason("more_harm", verdict.sentence),),
        playbook=name.playbook,
        touch=name.touch,
        inputs={
            "arm": name.arm,
            "contacts": verdict.harm.contacts,
            "harmed": verdict.harm.harmed,
            "others_contacts": verdict.others.contacts,
            "others_harmed": verdict.others.harmed,
            "chance_worse": round(verdict.chance_worse, 4),
        },
    )


def settled_decision(stop: Stop) -> Decision:
    """Return the record of what a person settled about an arm: stopped by hand, or put back."""
    choice = "stopped" if stop.stopped else "resumed"
    return Decision(
        decision_id=decision_id(f"policy#{choice}#{stop.name}#{format_instant(stop.since)}"),
        time=stop.since,
        kind=DecisionKind.POLICY,
        subject_key=SUBJECT,
        choice=choice,
        reasons=(Reason("by_a_person", f"{stop.who}: {stop.why}"),),
        playbook=stop.name.playbook,
        touch=stop.name.touch,
        inputs={"arm": stop.name.arm},
        automated=False,
    )


def moved_decision(*, version: int, before: int, pinned: bool, at: datetime, who: str, why: str) -> Decision:
    """Return the record of a person who moved the pointer to another version."""
    choice = "rolled_back" if pinned or version < before else "followed"
    return Decision(
        decision_id=decision_id(f"policy#{choice}#{version}#{format_instant(at)}"),
        time=at,
        kind=DecisionKind.POLICY,
        subject_key=SUBJECT,
        choice=choice,
        reasons=(Reason("by_a_person", f"{who}: {why}"),),
        inputs={"version": version, "before": before, "pinned": pinned},
        model_version=str(version),
        automated=False,
    )
