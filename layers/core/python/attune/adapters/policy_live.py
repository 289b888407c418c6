"""What the policy goes by right now: which version of the beliefs is live, and which arms are stopped.

One partition of the policies table, `_live`, read with one query and believed for a minute of the stage's time:

    version                            {version, prior, pinned, since, who, why}: the pointer
    arm#<playbook>#<touch>#<d|w>#<arm> {stopped, since, why, who}: a delay or a text that was stopped or put back

Versions are never changed, so going back is moving the pointer; what is stopped stays so whichever version is live.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from attune.domain.clock import format_instant
from attune.domain.learning.beliefs import DEFAULT_PRIOR, Beta
from attune.domain.learning.guard_rails import ArmName, Stop

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LIVE = "_live"
POINTER = "version"
BELIEVED_FOR = timedelta(minutes=1)
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Pointer:
    """Which version is live since when; `pinned` says that a person went back to it and refits leave it live."""

    version: int = 0
    prior: Beta = DEFAULT_PRIOR
    pinned: bool = False
    since: datetime = LONG_AGO
    who: str = ""
    why: str = ""


@dataclass(frozen=True)
class Live:
    """The pointer, and what was settled about arms."""

    pointer: Pointer = field(default_factory=Pointer)
    stops: Mapping[ArmName, Stop] = field(default_factory=dict)

    def key(self, level: str) -> str:
        """Return the partition of the live version's rows of a level."""
        return versioned(self.pointer.version, level)

    def stopped(self, playbook: str, touch: int, *, is_words: bool) -> frozenset[str]:
        """Return the arms of a touch that are stopped."""
        place = (playbook, touch, is_words)
        return frozenset(
            name.arm
            for name, stop in self.stops.items()
            if stop.stopped and (name.playbook, name.touch, name.is_words) == place
        )


def versioned(version: int, level: str) -> str:
    """Return the partition of a version's rows; rows of version 0 stand without one."""
    return f"v{version}#{level}" if version else level


class LivePolicy:
    """Reads and moves what is live."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        """Keep the client and the table's name."""
        self._client = client
        self._table = table_name
        self._known = Live()
        self._read_at: datetime | None = None

    def at(self, now: datetime) -> Live:
        """Return what is live, as read at most a minute ago."""
        if self._read_at is None or not timedelta(0) <= now - self._read_at < BELIEVED_FOR:
            self._known, self._read_at = self.read(), now
        return self._known

    def read(self) -> Live:
        """Return what is live, read now."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": LIVE}},
            ConsistentRead=True,
        )
        rows = {row["sk"]["S"]: json.loads(row["data"]["S"]) for page in pages for row in page["Items"]}
        told = rows.pop(POINTER, None)
        stops = (_stop(sort_key, data) for sort_key, data in rows.items())
        return Live(_pointer(told) if told else Pointer(), {stop.name: stop for stop in stops})

    def move(self, pointer: Pointer, *, over: Pointer) -> None:
        """Let another version be live; raises ClientError (ConditionalCheckFailedException) if `over` no longer is."""
        data: dict[str, Any] = {
            "version": pointer.version,
            "prior": [pointer.prior.helped, pointer.prior.did_not],
            "pinned": pointer.pinned,
            "since": format_instant(pointer.since),
            "who": pointer.who,
            "why": pointer.why,
        }
        fresh = over.since == LONG_AGO
        condition = "attribute_not_exists(pk)" if fresh else "version = :version AND since = :since"
        values = {":version": {"N": str(over.version)}, ":since": {"S": format_instant(over.since)}}
        extra: dict[str, Any] = {} if fresh else {"ExpressionAttributeValues": values}
        self._client.put_item(
            TableName=self._table,
            Item={
                "pk": {"S": LIVE},
                "sk": {"S": POINTER},
                "version": {"N": str(pointer.version)},
                "since": {"S": data["since"]},
                "data": {"S": json.dumps(data)},
            },
            ConditionExpression=condition,
            **extra,
        )

    def settle(self, stop: Stop) -> None:
        """Stop an arm, or put it back."""
        data = {"stopped": stop.stopped, "since": format_instant(stop.since), "why": stop.why, "who": stop.who}
        item: dict[str, Any] = {"pk": {"S": LIVE}, "sk": {"S": _sort_key(stop.name)}, "data": {"S": json.dumps(data)}}
        self._client.put_item(TableName=self._table, Item=item)


def _pointer(data: Mapping[str, Any]) -> Pointer:
    helped, did_not = data["prior"]
    return Pointer(
        version=data["version"],
        prior=Beta(helped, did_not),
        pinned=data["pinned"],
        since=datetime.fromisoformat(data["since"]),
        who=data["who"],
        why=data["why"],
    )


def _sort_key(name: ArmName) -> str:
    return f"arm#{name.playbook}#{name.touch}#{'w' if name.is_words else 'd'}#{name.arm}"


def _stop(sort_key: str, data: Mapping[str, Any]) -> Stop:
    _, playbook, touch, family, arm = sort_key.split("#", 4)
    return Stop(
        name=ArmName(playbook, int(touch), arm, is_words=family == "w"),
        stopped=data["stopped"],
        since=datetime.fromisoformat(data["since"]),
        why=data["why"],
        who=data["who"],
    )
