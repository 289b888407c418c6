"""The decision log: written once per decision, kept 90 days, streamed to the lake."""

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from attune.adapters.clock import Clock
from attune.adapters.decision_columns import SCHEMA_VERSION
from attune.domain.clock import format_instant
from attune.domain.decision_rules import find_defects, without_addresses
from attune.domain.decisions import KEPT_FOR, Decision

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DecisionsTable:
    """Writes decisions; writing the same decision again changes nothing."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table_name: str,
        clock: Clock,
        code_version: str,
        *,
        dry_run: bool = False,
    ) -> None:
        """Keep the client, the table's name, the clock for expiry and the version of the running code.

        In a dry run every decision is marked, whoever made it.
        """
        self._client = client
        self._table = table_name
        self._clock = clock
        self._code_version = code_version
        self._dry_run = dry_run

    def record(self, decision: Decision) -> None:
        """Write a decision down, once: what was first decided under this id stays.

        One that breaks the rules of its kind is written as well, with its `defects`: a mistake in our code must not
        cost the record of what it did. Addresses are taken out.
        """
        # Kept from the writing on: a decision about something long ago is as young as it is late.
        written_at = max(decision.time, self._clock.now())
        row = to_row(decision, expires_at=int(self._clock.to_real(written_at + KEPT_FOR).timestamp()))
        row["code_version"] = decision.code_version or self._code_version
        row["dry_run"] = decision.dry_run or self._dry_run
        try:
            self._client.put_item(
                TableName=self._table,
                Item={name: _attribute(value) for name, value in row.items()},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise


def to_row(decision: Decision, *, expires_at: int) -> dict[str, str | int | bool]:
    """Return the decision as flat columns, the same in the table and in the lake; nested parts are JSON text."""
    defects = find_defects(decision)
    decision = without_addresses(decision)
    return {
        "pk": decision.subject_key,
        "sk": f"{format_instant(decision.time)}#{decision.decision_id}",
        "decision_id": decision.decision_id,
        "time": format_instant(decision.time),
        "kind": decision.kind.value,
        "subject_key": decision.subject_key,
        "journey_id": decision.journey_id,
        "playbook": decision.playbook,
        "playbook_version": decision.playbook_version,
        "touch": decision.touch,
        "choice": decision.choice,
        "reason_code": decision.reasons[0].code if decision.reasons else "",
        "reasons": _json([{"code": reason.code, "text": reason.text} for reason in decision.reasons]),
        "inputs": _json(dict(decision.inputs)),
        "options": _json(
            [
                {"name": o.name, "probability": o.probability, "permitted": o.permitted, "note": o.note}
                for o in decision.options
            ]
        ),
        "automated": decision.automated,
        "dry_run": decision.dry_run,
        "model_version": decision.model_version,
        "code_version": decision.code_version,
        "expires_at": expires_at,
        "schema_version": SCHEMA_VERSION,
        "defects": "; ".join(defects),
    }


def _json(value: object) -> str:
    """Write without spaces: DynamoDB bills by the KB, and most rows are just below one."""
    return json.dumps(value, separators=(",", ":"))


def _attribute(value: str | float) -> dict[str, Any]:
    match value:
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": str(value)}
        case _:
            return {"S": value}
