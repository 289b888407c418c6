"""Ask one stage's Athena, on AWS and on the local AWS."""

from collections.abc import Mapping
from dataclasses import dataclass

from attune.adapters.athena import Athena, LakeUnreadableError
from attune_cli.auditing.queries import Query, literals, local_sql
from attune_cli.errors import CommandError

PATIENCE = 60.0
"""Seconds that somebody at a terminal waits."""


@dataclass(frozen=True)
class Answer:
    """The rows of a query as text, None where there is no value."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    scanned_bytes: int = 0

    def records(self) -> list[dict[str, str | None]]:
        """Return the rows as one mapping each."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Auditor:
    """Asks named queries of one stage."""

    athena: Athena
    is_local: bool

    def ask(self, query: Query, values: Mapping[str, str]) -> Answer:
        """Run a query and return its rows; raise CommandError where it fails or takes too long."""
        try:
            if self.is_local:
                answer = self.athena.ask(local_sql(query, values))
            else:
                answer = self.athena.ask(query.sql, literals(query, values))
        except LakeUnreadableError as error:
            raise CommandError(
                f"query {query.name}: {error}", "fewer --days, or whether the stage has a lake"
            ) from error
        return Answer(answer.columns, tuple(answer.rows), answer.scanned_bytes)
