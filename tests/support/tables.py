"""The three tables as the state stack makes them, for moto."""

from typing import Any


def create_tables(dynamodb: Any) -> None:
    """Create customers, decisions and policies."""
    for name in ("customers", "decisions", "policies"):
        indexed = ("audience", "audience_day") if name == "customers" else ()
        index = {"IndexName": "audience", "KeySchema": _keys(*indexed), "Projection": {"ProjectionType": "KEYS_ONLY"}}
        dynamodb.create_table(
            TableName=name,
            KeySchema=_keys("pk", "sk"),
            AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k in ("pk", "sk", *indexed)],
            BillingMode="PAY_PER_REQUEST",
            **({"GlobalSecondaryIndexes": [index]} if indexed else {}),
        )


def _keys(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]
