"""A table whose eventually consistent reads are old: each item, for itself, as it was at some time of the last ten minutes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

type Key = tuple[str, str]
type Version = tuple[datetime, Mapping[str, Any] | None]
"""Since when an item was like that; None is an item that is not there."""
LAG = timedelta(minutes=10)
"""Hundreds of times what AWS tells of: whatever is wrong happens often enough to be seen."""
ALWAYS = datetime.min.replace(tzinfo=UTC)
WRITES = frozenset({"PutItem", "DeleteItem"})
READS = frozenset({"Query", "GetItem", "BatchGetItem", "Scan"})


class StaleReads:
    """Answers a client's queries without `ConsistentRead` from the past; must see every write to the table."""

    def __init__(self, dynamodb: Any, table: str, now: Callable[[], datetime], seed: int) -> None:
        self.stale = 0
        self.refused = 0
        self._table, self._now = table, now
        self._draw = Random(seed)
        self._history: dict[Key, list[Version]] = defaultdict(lambda: [(ALWAYS, None)])
        dynamodb.meta.events.register("before-parameter-build.dynamodb", self._asked)
        dynamodb.meta.events.register("after-call.dynamodb", self._answered)

    def _asked(self, params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: object) -> None:
        context["asked"] = (model.name, params)

    def _answered(self, http_response: Any, parsed: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        name, params = context["asked"]
        several = params.get("RequestItems", {}).get(self._table)
        if several and not several.get("ConsistentRead"):
            parsed["Responses"][self._table] = self._looked_back(
                [(key["pk"]["S"], key["sk"]["S"]) for key in several["Keys"]]
            )
        if params.get("TableName") != self._table:
            return
        if name in WRITES:
            self._wrote(params, refused=http_response.status_code >= 400)
        elif name == "Query" and not params.get("ConsistentRead") and "IndexName" not in params:
            wanted = params["ExpressionAttributeValues"][":pk"]["S"]
            parsed["Items"] = self._looked_back([key for key in sorted(self._history) if key[0] == wanted])
        else:
            assert name in READS, f"what {name} writes is not seen here"

    def _wrote(self, params: Mapping[str, Any], *, refused: bool) -> None:
        self.refused += refused
        if not refused:
            item = params.get("Item")
            key = item or params["Key"]
            self._history[key["pk"]["S"], key["sk"]["S"]].append((self._now(), item))

    def _looked_back(self, keys: Iterable[Key]) -> list[Mapping[str, Any]]:
        found = []
        for versions in (self._history[key] for key in keys):
            then = self._draw.choice(self._seen_lately(versions))
            self.stale += then is not versions[-1][1]
            found += [then] if then else []
        return found

    def _seen_lately(self, versions: list[Version]) -> list[Mapping[str, Any] | None]:
        """Return what was there at some time of the last minutes."""
        until = [*(since for since, _ in versions[1:]), datetime.max.replace(tzinfo=UTC)]
        return [item for (_, item), end in zip(versions, until, strict=True) if end > self._now() - LAG]
