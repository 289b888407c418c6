"""The three tables as the state stack makes them, for moto."""

from typing import Any


def create_tables(dynamodb: Any) -> None:
    """Create customers, decisions and policies."""
    for name in ("customers", "decisions", "policies"):
        dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k in ("pk", "sk")],
            BillingMode="PAY_PER_REQUEST",
        )
