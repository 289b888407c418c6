"""What the policy has learnt, in the policies table: outcomes of each arm, counted apart and together.

An item is one arm's outcomes at one level (`Counts`), faded to the instant `as_of`:

    pk  <playbook>#<touch>#<context>   this context            e.g. cart_abandonment#1#sms#phone#evening#workday#high
        <playbook>#<touch>#*           all contexts            e.g. cart_abandonment#1#*
        *#*#*                          all playbooks           arms of the same name: delays of the same length
    sk  <arm>                          e.g. 24h
    helped, did_not, harmed (N)        outcomes, each in one of the three, faded; missing means none
    as_of (S)                          the instant they are faded to; missing means they do not fade
    version (N)                        of the learning that wrote it; missing means 0

Each refit writes its items anew, with `v<version>#` before the partition key; `attune.adapters.policy_live` says which
version is live. Without any, the items without a version count.

Each level contains the ones below it: an outcome is added to all three. Texts are counted apart from delays, in contexts
that begin with `words#`; their wider levels are `<playbook>#<touch>#words#*` and `*#*#words#*`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from attune.adapters.policy_live import LivePolicy
from attune.domain.clock import format_instant
from attune.domain.learning.beliefs import LONG_AGO, Beta, Counts, pooled_belief
from attune.domain.learning.policy import POLICY_VERSION, Policy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

EVERYTHING = "*"
WORDS = "words#"

type Row = Mapping[str, "AttributeValueTypeDef"]


def levels_of(playbook: str, touch: int, context: str) -> tuple[str, str, str]:
    """Return the partition keys under which an outcome counts, widest first."""
    rest = f"{WORDS}{EVERYTHING}" if context.startswith(WORDS) else EVERYTHING
    return f"{EVERYTHING}#{EVERYTHING}#{rest}", f"{playbook}#{touch}#{rest}", f"{playbook}#{touch}#{context}"


class PoliciesTable:
    """Reads what is believed about the arms of one touch in one context."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        """Keep the client and the table's name."""
        self._client = client
        self._table = table_name
        self._live = LivePolicy(client, table_name)

    def load(self, playbook: str, touch: int, context: str, *, now: datetime) -> Policy:
        """Return the policy as of now; an arm counted in no level takes the prior."""
        live = self._live.at(now)
        rows = [self._rows(live.key(level)) for level in levels_of(playbook, touch, context)]
        levels = [{arm: read_counts(row).faded(now) for arm, row in level.items()} for level in rows]
        prior = live.pointer.prior
        beliefs: dict[str, Beta] = {}
        for arm in dict.fromkeys(arm for level in levels for arm in level):
            beliefs[arm] = pooled_belief([level.get(arm, Counts(as_of=now)) for level in levels], prior=prior)
        learnt = live.pointer.version or max(
            (int(row["version"]["N"]) for level in rows for row in level.values() if "version" in row), default=0
        )
        stopped = live.stopped(playbook, touch, is_words=context.startswith(WORDS))
        return Policy(beliefs, prior, f"{POLICY_VERSION}@{learnt}", stopped)

    def _rows(self, key: str) -> dict[str, Row]:
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": key}},
        )
        return {row["sk"]["S"]: row for row in answer["Items"]}


def read_counts(row: Row) -> Counts:
    """Return an item's outcomes."""
    helped, did_not, harmed = (
        float(row[name]["N"]) if name in row else 0.0 for name in ("helped", "did_not", "harmed")
    )
    as_of = datetime.fromisoformat(row["as_of"]["S"]) if "as_of" in row else LONG_AGO
    return Counts(helped, did_not, harmed, as_of)


def write_counts(counts: Counts, *, version: int) -> dict[str, "AttributeValueTypeDef"]:
    """Return an item's attributes besides its key."""
    return {
        "helped": {"N": repr(counts.helped)},
        "did_not": {"N": repr(counts.did_not)},
        "harmed": {"N": repr(counts.harmed)},
        "as_of": {"S": format_instant(counts.as_of)},
        "version": {"N": str(version)},
    }
