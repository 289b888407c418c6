"""Versions of what the policy believes: each refit writes a new one, none is ever changed, old ones go after a while.

_versions              <version>   what it stands on, which partitions it has, whether it is complete
v<version>#<level>     <arm>       its beliefs, as `attune.adapters.policies_table` reads them
_reports#<version>     <playbook>  what came of the playbook's journeys, packed: what `attune experiments` shows
"""

import json
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from attune.adapters.batch_writes import delete_all, put_all
from attune.adapters.evidence_table import pack_tally, unpack_tally
from attune.adapters.policies_table import levels_of, read_counts, write_counts
from attune.adapters.policy_live import versioned
from attune.domain.clock import format_instant
from attune.domain.learning.beliefs import Beta, Counts
from attune.domain.learning.refitting import Refit, Tally

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

VERSIONS = "_versions"
TRIES = 20

type Levels = Mapping[str, Mapping[str, Counts]]


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version and what it stands on; `complete` once all of its beliefs are written."""

    number: int
    made_at: datetime
    contacts: int
    waiting: int
    effective: float
    arms: int
    rows: int
    prior: Beta
    playbooks: tuple[str, ...]
    complete: bool = False


class PolicyVersions:
    """Writes and reads versions."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        """Keep the client and the table's name."""
        self._client = client
        self._table = table_name

    def write(self, found: Refit, tallies: Mapping[str, Tally], *, made_at: datetime) -> Version:
        """Write what a refit found as a new version: its number first, so that nobody else writes under it."""
        levels = levels_from(found)
        version = Version(
            number=0,
            made_at=made_at,
            contacts=found.contacts,
            waiting=found.waiting,
            effective=round(found.effective, 3),
            arms=found.arms,
            rows=sum(map(len, levels.values())),
            prior=found.prior,
            playbooks=tuple(sorted(tallies)),
        )
        version = self._reserve(version, levels)
        rows = [
            {
                "pk": {"S": versioned(version.number, level)},
                "sk": {"S": arm},
                **write_counts(counts, version=version.number),
            }
            for level, arms in levels.items()
            for arm, counts in arms.items()
        ]
        reports = [
            {
                "pk": {"S": f"_reports#{version.number}"},
                "sk": {"S": playbook},
                "data": {"B": pack_tally(summed)},
            }
            for playbook, summed in tallies.items()
        ]
        put_all(self._client, self._table, [*rows, *reports])
        self._client.update_item(
            TableName=self._table,
            Key=_key(version.number),
            UpdateExpression="SET complete = :yes",
            ExpressionAttributeValues={":yes": {"BOOL": True}},
        )
        return replace(version, complete=True)

    def all(self) -> tuple[Version, ...]:
        """Return every version that is kept, the newest first."""
        return tuple(sorted(map(_version, self._rows(VERSIONS)), key=lambda one: one.number, reverse=True))

    def get(self, number: int) -> Version | None:
        """Return one version; None where it is not kept or was never completed."""
        row = self._client.get_item(TableName=self._table, Key=_key(number)).get("Item")
        version = _version(row) if row else None
        return version if version and version.complete else None

    def report(self, number: int) -> dict[str, Tally]:
        """Return what came of each playbook's journeys, as the version was made of it."""
        return {row["sk"]["S"]: unpack_tally(row["data"]["B"]) for row in self._rows(f"_reports#{number}")}

    def beliefs(self, number: int) -> dict[str, dict[str, Counts]]:
        """Return all that a version counts, by level and arm."""
        row = self._client.get_item(TableName=self._table, Key=_key(number)).get("Item", {})
        return {
            level: {one["sk"]["S"]: read_counts(one) for one in self._rows(versioned(number, level))}
            for level in _levels(row)
        }

    def prune(self, *, before: datetime, keep: int) -> list[int]:
        """Delete versions made before an instant, but never the version `keep`; return which."""
        gone = []
        for row in list(self._rows(VERSIONS)):
            version = _version(row)
            if version.made_at >= before or version.number == keep:
                continue
            partitions = [versioned(version.number, level) for level in _levels(row)]
            partitions.append(f"_reports#{version.number}")
            keys = [(pk, one["sk"]["S"]) for pk in partitions for one in self._rows(pk)]
            # The list of what there is goes last: a deletion that stops halfway is done again.
            delete_all(self._client, self._table, keys)
            delete_all(self._client, self._table, [(VERSIONS, row["sk"]["S"])])
            gone.append(version.number)
        return gone

    def _reserve(self, version: Version, levels: Levels) -> Version:
        newest = max((one.number for one in self.all()), default=0)
        for number in range(newest + 1, newest + 1 + TRIES):
            numbered = replace(version, number=number)
            try:
                self._client.put_item(
                    TableName=self._table,
                    Item={
                        **_key(number),
                        "data": {"S": json.dumps(_as_data(numbered))},
                        "levels": {"B": zlib.compress(json.dumps(sorted(levels)).encode(), 9)},
                        "complete": {"BOOL": False},
                    },
                    ConditionExpression="attribute_not_exists(pk)",
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                    raise
            else:
                return numbered
        message = f"{TRIES} versions after {newest} were taken by others"
        raise RuntimeError(message)

    def _rows(self, key: str) -> Iterator[Mapping[str, Any]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": key}},
            ConsistentRead=True,
        )
        for page in pages:
            yield from page["Items"]


def levels_from(found: Refit) -> dict[str, dict[str, Counts]]:
    """Return what each arm counts in its context, in all contexts, and in all playbooks."""
    levels: defaultdict[str, dict[str, Counts]] = defaultdict(dict)
    for cell in found.cells:
        for level in levels_of(cell.playbook, cell.touch, cell.context):
            before = levels[level].get(cell.arm, Counts())
            levels[level][cell.arm] = before.plus(cell.counts)
    return dict(levels)


def _key(number: int) -> dict[str, Any]:
    return {"pk": {"S": VERSIONS}, "sk": {"S": f"{number:08d}"}}


def _as_data(version: Version) -> dict[str, Any]:
    data = asdict(version)
    del data["complete"]
    return {**data, "made_at": format_instant(version.made_at), "prior": [version.prior.helped, version.prior.did_not]}


def _version(row: Mapping[str, Any]) -> Version:
    data = json.loads(row["data"]["S"])
    told = {"made_at": datetime.fromisoformat(data["made_at"]), "prior": Beta(*data["prior"])}
    return Version(**{**data, **told, "playbooks": tuple(data["playbooks"])}, complete=row["complete"]["BOOL"])


def _levels(row: Mapping[str, Any]) -> list[str]:
    if "levels" not in row:
        return []
    packed = row["levels"]["B"]
    return list(json.loads(zlib.decompress(packed if isinstance(packed, bytes) else packed.value)))
