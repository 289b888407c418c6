"""Let threads race over moto's tables as they would over DynamoDB's."""

import threading
from typing import Any

import pytest
from moto.dynamodb.models import DynamoDBBackend


@pytest.fixture
def honest_conditions(monkeypatch: pytest.MonkeyPatch) -> None:
    """DynamoDB checks a condition and writes in one go; moto does not when several threads write at once."""
    one_at_a_time = threading.Lock()
    put = DynamoDBBackend.put_item

    def put_item(self: DynamoDBBackend, *args: Any, **kwargs: Any) -> Any:
        with one_at_a_time:
            return put(self, *args, **kwargs)

    monkeypatch.setattr(DynamoDBBackend, "put_item", put_item)
