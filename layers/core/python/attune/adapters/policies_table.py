"""What the policy has learnt, read from the policies table."""

from typing import TYPE_CHECKING

from attune.domain.policy import Beta, Policy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class PoliciesTable:
    """Reads the beliefs about the arms of one touch in one context."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        """Keep the client and the table's name."""
        self._client = client
        self._table = table_name

    def load(self, playbook: str, touch: int, context: str) -> Policy:
        """Return the policy; arms nobody has learnt about yet take the prior."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"{playbook}#{touch}#{context}"}},
        )
        beliefs = {
            row["sk"]["S"]: Beta(float(row["helped"]["N"]), float(row["did_not"]["N"])) for row in answer["Items"]
        }
        return Policy(beliefs)
