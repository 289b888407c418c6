"""The three tables as the state stack makes them, for moto."""

from typing import Any

INDEXES = {
    "audience": (("audience", "audience_day"), "KEYS_ONLY"),
    "due": (("due", "due_at"), "ALL"),
}


def create_tables(dynamodb: Any) -> None:
    """Create customers, decisions and policies."""
    for name in ("customers", "decisions", "policies"):
        indexes = INDEXES if name == "customers" else {}
        indexed = [key for keys, _ in indexes.values() for key in keys]
        dynamodb.create_table(
            TableName=name,
            KeySchema=_keys("pk", "sk"),
            AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k in ("pk", "sk", *indexed)],
            BillingMode="PAY_PER_REQUEST",
            **(
                {"GlobalSecondaryIndexes": [_index(name, *shape) for name, shape in indexes.items()]} if indexes else {}
            ),
        )


def _index(name: str, keys: tuple[str, str], projected: str) -> dict[str, Any]:
    return {"IndexName": name, "KeySchema": _keys(*keys), "Projection": {"ProjectionType": projected}}


def _keys(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]
