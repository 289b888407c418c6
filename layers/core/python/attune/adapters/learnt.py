"""What a stage has learnt: the newest version's evidence, what is live, and a report for each playbook."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from attune.adapters.policies_table import PoliciesTable
from attune.adapters.policy_live import Live, LivePolicy
from attune.adapters.policy_versions import PolicyVersions, Version
from attune.domain.learning.experiments import PlaybookReport, report
from attune.domain.learning.policy import Policy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class Learnt:
    """The evidence of the newest version, what is live, and a report for each playbook."""

    newest: Version
    live: Live
    playbooks: tuple[PlaybookReport, ...]


def learnt(client: "DynamoDBClient", table: str, *, now: datetime, playbook: str = "") -> Learnt | None:
    """Read what was learnt, of one playbook if one is named; None before the first refit."""
    versions = PolicyVersions(client, table)
    newest = next((version for version in versions.all() if version.complete), None)
    if newest is None:
        return None
    policies = PoliciesTable(client, table)
    live = LivePolicy(client, table).read()
    tallies = versions.report(newest.number)

    def one(name: str) -> PlaybookReport:
        def policy_of(touch: int, context: str) -> Policy:
            return policies.load(name, touch, context, now=now)

        return report(name, tallies[name], policy_of, live.stops)

    return Learnt(newest, live, tuple(one(name) for name in sorted(tallies) if playbook in ("", name)))
