"""Count delivered and complained-about emails, spread over a few items, and tell the gate what follows from them.

The counts lie in the policies table, `_complaints#<shard>` / `counts`, with two attributes for each UTC day:
`d_20261124` (N, delivered) and `c_20261124` (SS, fingerprints of complaints: one that comes twice counts once, also if it
came to two shards).
A batch of events is one write to one shard; the gate reads all shards at once, and again after a minute at the earliest.
"""

import hashlib
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from attune.adapters.logs import Logger
from attune.domain.complaint_brake import Brake, ComplaintRate, MailDay, rate_of, window_days

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SHARDS = 8
FORGOTTEN_AFTER = timedelta(days=10)
READ_TRIES = 3
CACHED_FOR = 60.0
"""In seconds that a process believes what it read."""

logger = Logger()


@dataclass(frozen=True)
class MailFates:
    """What a batch of events says about emails: how many were delivered, and which ones people complained about."""

    delivered: Mapping[date, int] = field(default_factory=dict)
    complaints: Mapping[date, frozenset[str]] = field(default_factory=dict)


def fates_of(delivered: Iterable[datetime], complaints: Iterable[tuple[datetime, str]]) -> MailFates:
    """Sum up by UTC day; a complaint is known by its message id."""
    days: defaultdict[date, int] = defaultdict(int)
    ids: defaultdict[date, set[str]] = defaultdict(set)
    for at in delivered:
        days[at.date()] += 1
    for at, message_id in complaints:
        ids[at.date()].add(hashlib.sha256(message_id.encode()).hexdigest()[:16])
    return MailFates(dict(days), {day: frozenset(known) for day, known in ids.items()})


@dataclass(frozen=True)
class ComplaintCounts:
    """The items; DynamoDB adds to them without anybody reading first."""

    client: "DynamoDBClient"
    table: str

    def add(self, fates: MailFates, *, today: date) -> None:
        """Add what one batch of events says, and forget days that no window reaches."""
        recent = frozenset(today - timedelta(days=back) for back in range(-1, FORGOTTEN_AFTER.days))
        values: dict[str, Any] = {}
        for day in sorted(recent & fates.delivered.keys()):
            values[f"d_{day:%Y%m%d}"] = {"N": str(fates.delivered[day])}
        for day in sorted(recent & fates.complaints.keys()):
            values[f"c_{day:%Y%m%d}"] = {"SS": sorted(fates.complaints[day])}
        if not values:
            return
        old = [f"{kind}_{today - FORGOTTEN_AFTER - timedelta(days=back):%Y%m%d}" for back in range(10) for kind in "dc"]
        added = ", ".join(f"{name} :{name}" for name in values)
        self.client.update_item(
            TableName=self.table,
            Key=_key(random.randrange(SHARDS)),  # noqa: S311 - chance only spreads the writes
            UpdateExpression=f"ADD {added} REMOVE {', '.join(old)}",
            ExpressionAttributeValues={f":{name}": value for name, value in values.items()},
        )

    def read(self, today: date) -> tuple[MailDay, ...]:
        """Return the days of the rolling window, added up; raise ClientError, BotoCoreError or TimeoutError."""
        wanted: Mapping[str, Any] = {self.table: {"Keys": [_key(shard) for shard in range(SHARDS)]}}
        rows: list[Mapping[str, Any]] = []
        for _ in range(READ_TRIES):
            answer = self.client.batch_get_item(RequestItems=wanted)
            rows += answer["Responses"].get(self.table, [])
            wanted = answer.get("UnprocessedKeys", {})
            if not wanted:
                break
        else:
            raise TimeoutError("DynamoDB did not hand out all counts of complaints")
        return tuple(_day(day, rows) for day in window_days(today))


class BrakeReader:
    """What complaints do to email right now, read once a minute at most; unknown where it cannot be read."""

    def __init__(
        self,
        counts: ComplaintCounts,
        *,
        observe: Callable[[ComplaintRate | None], None] = lambda _: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`observe` hears of each reading, None for one that failed; `monotonic` tells seconds."""
        self._counts = counts
        self._observe = observe
        self._monotonic = monotonic
        self._known = Brake.UNKNOWN
        self._read_at: float | None = None

    def brake(self, now: datetime) -> Brake:
        """Return the brake as of a minute ago at most."""
        seconds = self._monotonic()
        if self._read_at is None or seconds - self._read_at >= CACHED_FOR:
            self._known = self._read(now)
            # What could not be read is asked for again by the next email: promotions wait meanwhile.
            self._read_at = None if self._known is Brake.UNKNOWN else seconds
        return self._known

    def _read(self, now: datetime) -> Brake:
        try:
            rate = rate_of(self._counts.read(now.date()), now.date())
        except (BotoCoreError, ClientError, TimeoutError) as error:
            logger.warning("complaint_rate_unknown", error=str(error)[:200])
            self._observe(None)
            return Brake.UNKNOWN
        self._observe(rate)
        if rate.brake is not Brake.OFF:
            logger.warning(
                "complaint_brake", brake=rate.brake.value, delivered=rate.delivered, complaints=rate.complaints
            )
        return rate.brake


def _key(shard: int) -> dict[str, Any]:
    # No playbook's id begins with an underscore, so nothing that a policy learns lies under this key.
    return {"pk": {"S": f"_complaints#{shard}"}, "sk": {"S": "counts"}}


def _day(day: date, rows: Iterable[Mapping[str, Any]]) -> MailDay:
    delivered, complaints = 0, set[str]()
    for row in rows:
        delivered += int(row.get(f"d_{day:%Y%m%d}", {"N": "0"})["N"])
        complaints |= set(row.get(f"c_{day:%Y%m%d}", {"SS": []})["SS"])
    return MailDay(day, delivered, len(complaints))
