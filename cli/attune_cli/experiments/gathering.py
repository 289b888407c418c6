"""Gather what the last refit found, and what the policy makes of it now."""

from datetime import datetime
from typing import TYPE_CHECKING

from attune.adapters.learnt import Learnt as Experiments
from attune.adapters.learnt import learnt
from attune_cli.errors import CommandError, InputError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOTHING_YET = "outcomes are learnt from every night at 02:15 UTC; docs/experiments.md says how to ask for it by hand"

__all__ = ["NOTHING_YET", "Experiments", "gather"]


def gather(client: "DynamoDBClient", table: str, *, playbook: str, now: datetime) -> Experiments:
    """Read the newest version's evidence; raise CommandError where there is none, InputError for an unknown playbook."""
    found = learnt(client, table, now=now, playbook=playbook)
    if found is None:
        raise CommandError("nothing has been learnt from yet", NOTHING_YET)
    if playbook and playbook not in found.newest.playbooks:
        raise InputError(
            f"there is no playbook {playbook!r} in the evidence", f"one of {', '.join(found.newest.playbooks)}"
        )
    return found
