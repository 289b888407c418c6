"""Lambdas that stop in the middle, and providers that answer as told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from attune.domain.contacts import Ledger
from attune.domain.errors import DeliveryError


class KilledError(Exception):
    """Stands for a Lambda that stops in the middle."""


@dataclass
class Killing:
    """A customers table whose process dies at chosen writes."""

    table: Any
    deadly: Callable[[Any], bool]
    armed: bool = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self.table, name)

    def save(self, customer_id: str, item: Any) -> Any:
        if self.armed and self.deadly(item):
            raise KilledError
        return self.table.save(customer_id, item)


@dataclass
class Provider:
    """An SMS provider that answers as told, then as the real one."""

    real: Any
    answers: list[DeliveryError | KilledError] = field(default_factory=list)
    asked: int = 0

    def send(self, *args: Any, **kwargs: Any) -> str:
        self.asked += 1
        if self.answers:
            raise self.answers.pop(0)
        return self.real.send(*args, **kwargs)


@dataclass
class Overtaken:
    """A customers table in which others get something done just before its first write of a kind: a ledger's, if not told."""

    table: Any
    meanwhile: Callable[[], Any]
    at: Callable[[Any], bool] = lambda item: isinstance(item, Ledger)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.table, name)

    def save(self, customer_id: str, item: Any) -> Any:
        if self.at(item):
            meanwhile, self.meanwhile = self.meanwhile, lambda: None
            meanwhile()
        return self.table.save(customer_id, item)
