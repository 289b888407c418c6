"""What a stage held at its last deployment, in the policies table: by it the next one knows what it changes.

_deployed   <playbook>    the deployed file and the versions beside it, packed
~stage        whether the stage sends, and hashes of rules and words
~announced    which announcement is under way, and what of it is done: a run that is repeated goes on there
"""

import json
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from attune.adapters.logs import Logger
from attune.domain.deployments import Deployed, Held

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DEPLOYED = "_deployed"
STAGE, ANNOUNCED = "~stage", "~announced"
HELD = TypeAdapter(Held)

logger = Logger(child=True)


class DeploymentStore:
    """Reads and writes what a stage holds."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        """Keep the client and the policies table's name."""
        self._client = client
        self._table = table

    def read(self) -> Deployed | None:
        """Return what was deployed last; None where nobody wrote it down."""
        rows = self._rows()
        if STAGE not in rows:
            return None
        stage = json.loads(rows[STAGE])
        named = {name: text for name, text in rows.items() if not name.startswith("~")}
        held = {name: found for name, text in named.items() if (found := _held(name, text))}
        return Deployed(playbooks=held, sending=stage["sending"], rules=stage["rules"], texts=stage["texts"])

    def write(self, deployed: Deployed) -> None:
        """Write what is deployed now, the stage's row last: without it nothing counts as written down."""
        for name in self._rows().keys() - {*deployed.playbooks, STAGE, ANNOUNCED}:
            self._client.delete_item(TableName=self._table, Key=_key(name))
        for name, held in deployed.playbooks.items():
            self._put(name, HELD.dump_json(held).decode())
        stage = {"sending": deployed.sending, "rules": dict(deployed.rules), "texts": dict(deployed.texts)}
        self._put(STAGE, json.dumps(stage))

    def done(self, announcement: str) -> set[str]:
        """Return what of an announcement (named by a hash of it) is done already."""
        told = json.loads(self._rows().get(ANNOUNCED, "{}"))
        return set(told["done"]) if told.get("announcement") == announcement else set()

    def noted(self) -> set[str]:
        """Return what was done of an announcement that was not carried through, whichever it was."""
        return set(json.loads(self._rows().get(ANNOUNCED, "{}")).get("done", ()))

    def note(self, announcement: str, done: set[str]) -> None:
        """Remember what of an announcement is done."""
        self._put(ANNOUNCED, json.dumps({"announcement": announcement, "done": sorted(done)}))

    def forget_notes(self) -> None:
        """Forget what was announced: the same change, made again later, is told of again."""
        self._client.delete_item(TableName=self._table, Key=_key(ANNOUNCED))

    def _rows(self) -> dict[str, str]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": DEPLOYED}},
            ConsistentRead=True,
        )
        return {row["sk"]["S"]: _unpacked(row) for page in pages for row in page["Items"]}

    def _put(self, name: str, text: str) -> None:
        packed = zlib.compress(text.encode(), 9)
        self._client.put_item(TableName=self._table, Item={**_key(name), "data": {"B": packed}})


def _held(name: str, text: str) -> Held | None:
    """Return a playbook as it was; None where this version of the code cannot read it: it then counts as new."""
    try:
        return HELD.validate_json(text)
    except ValidationError:
        logger.exception("deployed_playbook_unreadable", playbook=name)
        return None


def _unpacked(row: Mapping[str, Any]) -> str:
    packed = row["data"]["B"]
    return zlib.decompress(packed if isinstance(packed, bytes) else packed.value).decode()


def _key(name: str) -> dict[str, Any]:
    return {"pk": {"S": DEPLOYED}, "sk": {"S": name}}
