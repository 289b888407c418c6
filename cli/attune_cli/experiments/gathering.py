"""Gather what the last refit found, and what the policy makes of it now."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from attune.adapters.policies_table import PoliciesTable
from attune.adapters.policy_live import Live, LivePolicy
from attune.adapters.policy_versions import PolicyVersions, Version
from attune.domain.experiments import PlaybookReport, report
from attune.domain.policy import Policy
from attune_cli.errors import CommandError, InputError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOTHING_YET = "outcomes are learnt from every night at 02:15 UTC; docs/experiments.md says how to ask for it by hand"


@dataclass(frozen=True)
class Experiments:
    """What there is to show: the evidence of the newest version, what is live, and a report for each playbook."""

    newest: Version
    live: Live
    playbooks: tuple[PlaybookReport, ...]


def gather(client: "DynamoDBClient", table: str, *, playbook: str, now: datetime) -> Experiments:
    """Read the newest version's evidence; raise CommandError where there is none, InputError for an unknown playbook."""
    versions = PolicyVersions(client, table)
    newest = next((version for version in versions.all() if version.complete), None)
    if newest is None:
        raise CommandError("nothing has been learnt from yet", NOTHING_YET)
    if playbook and playbook not in newest.playbooks:
        raise InputError(f"there is no playbook {playbook!r} in the evidence", f"one of {', '.join(newest.playbooks)}")
    policies = PoliciesTable(client, table)
    live = LivePolicy(client, table).read()

    def one(name: str) -> PlaybookReport:
        def policy_of(touch: int, context: str) -> Policy:
            return policies.load(name, touch, context, now=now)

        return report(name, tallies[name], policy_of, live.stops)

    tallies = versions.report(newest.number)
    return Experiments(newest, live, tuple(one(name) for name in sorted(tallies) if playbook in ("", name)))
