"""The changes of a stage, one row each in the policies table, and the parameter that functions read.

`_changes` / `00000012` holds change 12: who, when, why, what, and the switches after it. A row is written on the condition
that there is none of its number: of two people at once one is refused. The newest row is what holds; the parameter repeats
it, and is written again until it does.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from attune.adapters.switch_parameter import LONGEST, parse_switches, write_switches
from attune.domain.changes import Change, ChangeKind
from attune.domain.clock import format_instant
from attune.domain.errors import ConflictError
from attune.domain.switches import Switches

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CHANGES = "_changes"
_TRIES = 10


class ChangeLog:
    """Reads and writes changes."""

    def __init__(self, dynamodb: "DynamoDBClient", table: str, ssm: Any, parameter: str) -> None:
        """Keep the clients (of DynamoDB and Systems Manager), and the names of the policies table and the parameter."""
        self._dynamodb = dynamodb
        self._table = table
        self._ssm = ssm
        self._parameter = parameter

    def newest(self) -> Change | None:
        """Return the last change, or None where nothing was ever changed."""
        return next(iter(self.all(limit=1)), None)

    def all(self, *, limit: int = 0, playbook: str = "") -> list[Change]:
        """Return the changes, the newest first; `limit` of them (0: all), of one playbook where named."""
        found: list[Change] = []
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": CHANGES}},
            ScanIndexForward=False,
            ConsistentRead=True,
            PaginationConfig={"PageSize": limit} if limit and not playbook else {},
        )
        for page in pages:
            for row in page["Items"]:
                change = _change(row)
                if playbook in ("", change.playbook):
                    found.append(change)
                if limit and len(found) == limit:
                    return found
        return found

    def live(self) -> Switches:
        """Return how the switches stand for functions that read them now; raise ValueError where they cannot be read."""
        return parse_switches(self._ssm.get_parameter(Name=self._parameter)["Parameter"]["Value"])

    def write(self, change: Change) -> None:
        """Write a change down; raise ConflictError where somebody else wrote one of this number meanwhile."""
        text = write_switches(change.switches)
        if len(text) > LONGEST:
            message = f"the switches would take {len(text)} characters, and a parameter holds {LONGEST}"
            raise ValueError(message)
        try:
            self._dynamodb.put_item(
                TableName=self._table,
                Item={**_key(change.number), "data": {"S": json.dumps(_as_data(change))}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            message = f"change {change.number} is somebody else's"
            raise ConflictError(message) from error

    def apply(self) -> Switches:
        """Let the newest change be what functions read, also where somebody else writes at the same time; return it."""
        for _ in range(_TRIES):
            newest = self.newest()
            switches = newest.switches if newest else Switches()
            self._ssm.put_parameter(Name=self._parameter, Value=write_switches(switches), Overwrite=True)
            after = self.newest()
            if (after.number if after else 0) == switches.change:
                return switches
        message = f"the switches kept changing for {_TRIES} tries"
        raise ConflictError(message)


def _key(number: int) -> dict[str, Any]:
    return {"pk": {"S": CHANGES}, "sk": {"S": f"{number:08d}"}}


def _as_data(change: Change) -> dict[str, Any]:
    return {
        "number": change.number,
        "at": format_instant(change.at),
        "who": change.who,
        "why": change.why,
        "kind": change.kind.value,
        "playbook": change.playbook,
        "channel": change.channel,
        "what": change.what,
        "before": change.before,
        "after": change.after,
        "switches": json.loads(write_switches(change.switches)),
    }


def _change(row: Mapping[str, Any]) -> Change:
    data = json.loads(row["data"]["S"])
    told = {
        "at": datetime.fromisoformat(data["at"]),
        "kind": ChangeKind(data["kind"]),
        "switches": parse_switches(json.dumps(data["switches"])),
    }
    return Change(**{**data, **told})
