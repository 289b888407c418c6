"""The lines that ask what happened: events, identity, the dry run."""

from attune.domain.playbooks import Playbook
from attune_cli.checking.evidence import Evidence
from attune_cli.checking.lines import Line, failed, not_checked, passed

MOST_TAKEN_BACK = 0.01
"""Share of merges that people took back; above it, who is who is not known well enough."""
RECORD = "attune check with --stage, or with --recorded and a file of recorded events"


def events(playbook: Playbook, evidence: Evidence | None) -> Line:
    """Whether what opens a playbook, and what ends it, arrives."""
    if evidence is None:
        return not_checked("events", "no events were looked at", RECORD)
    counted = ", ".join(f"{name} {number:,}" for name, number in evidence.events.items())
    seen = f"{evidence.moments:,} moments in {evidence.seen_in}" + (f" ({counted})" if counted else "")
    if not evidence.moments:
        opening = ", ".join(playbook.trigger.opened_by)
        return failed("events", seen, f"publish {opening}, with what tells undertakings apart (docs/playbooks.md)")
    if evidence.events:
        ends = set(playbook.goals or playbook.trigger.closed_by)
        if not any(evidence.events.get(name) for name in ends):
            return failed("events", seen, f"publish {' or '.join(sorted(ends))}: nobody would be left alone in time")
    elif not evidence.outcomes and not evidence.decided.get(("moment", "over")):
        fix = "publish the events that close it; or --recorded with a recording that has some"
        return not_checked("events", f"{seen}; whether its goals arrive, the log does not show yet", fix)
    return passed("events", seen)


def identity(evidence: Evidence | None) -> Line:
    """Whether merges hold: what people took back, and what was refused because two people may be behind it."""
    if evidence is None:
        return not_checked("identity", "no events were looked at", RECORD)
    merged, refused = evidence.identities("merged"), evidence.identities("refused")
    back = evidence.identities("separated")
    seen = f"{merged:,} merged, {refused:,} refused, {back:,} taken back by people, in {evidence.seen_in}"
    if back > MOST_TAKEN_BACK * merged:
        return failed("identity", seen, "attune identity show, of those that were wrong; then what their events claim")
    return passed("identity", seen)


def dry_run(playbook: Playbook, evidence: Evidence | None, *, in_a_stage: bool) -> Line:
    """Whether this very version decided about contacts in a stage that sends nothing."""
    if evidence is None or not in_a_stage:
        fix = "deploy it to a stage with dry_run on, let it run, then check with --stage"
        return not_checked("dry_run", "a dry run happens in a stage", fix)
    seen = f"{evidence.dry:,} contacts of version {playbook.version} decided and not made, in {evidence.seen_in}"
    if not evidence.dry:
        return failed("dry_run", seen, "let this version run in a stage with dry_run on (docs/launch-check.md)")
    return passed("dry_run", seen)
