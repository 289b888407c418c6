"""Let threads race over moto's tables as they would over DynamoDB's."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

OPERATIONS = ("get_item", "query", "scan", "put_item", "update_item", "delete_item", "transact_write_items")


@contextmanager
def honest_conditions() -> Iterator[None]:
    """DynamoDB checks a condition and writes in one go; moto does not when several threads write at once."""
    from moto.dynamodb.models import DynamoDBBackend  # noqa: PLC0415 - half a second that pure tests do not need

    one_at_a_time = threading.RLock()

    def in_turn(operation: Callable[..., Any]) -> Callable[..., Any]:
        def taking_turns(self: DynamoDBBackend, *args: Any, **kwargs: Any) -> Any:
            with one_at_a_time:
                return operation(self, *args, **kwargs)

        return taking_turns

    with ExitStack() as stack:
        for name in OPERATIONS:
            stack.enter_context(patch.object(DynamoDBBackend, name, in_turn(getattr(DynamoDBBackend, name))))
        yield
