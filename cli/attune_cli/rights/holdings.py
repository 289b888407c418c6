"""Find everything a stage holds about one person, under every id they ever had."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attune.adapters.clock import Clock
from attune.adapters.customer_rows import customer_id_of, partition_key
from attune.adapters.customers_table import CustomersTable
from attune.adapters.identity_links import LINK, IdentityLinks
from attune.domain.clock import ClockScale
from attune.domain.customers import Customer, Profile
from attune.domain.identity import Link
from attune_cli.errors import CommandError
from attune_cli.stage import Stage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Row = Mapping[str, Any]


@dataclass(frozen=True)
class Person:
    """One person: the customer they are now, those merged into them, and the links of their identifiers."""

    asked: str
    customers: tuple[Customer, ...]
    links: Mapping[str, Link]

    @property
    def ids(self) -> tuple[str, ...]:
        """Every customer id that is theirs."""
        return tuple(customer.customer_id for customer in self.customers)

    @property
    def marks(self) -> frozenset[str]:
        """Every identifier that is theirs, as type and keyed hash."""
        return frozenset(mark for customer in self.customers for mark in customer.profile.identifiers)


@dataclass(frozen=True)
class Holdings:
    """Reads the tables of a stage."""

    client: "DynamoDBClient"
    customers_table: str
    decisions_table: str

    @classmethod
    def of(cls, stage: Stage) -> "Holdings":
        """Open the tables of a stage."""
        client: DynamoDBClient = stage.session.client("dynamodb")
        return cls(client, stage.output("CustomersTable"), stage.output("DecisionsTable"))

    def find(self, customer_id: str) -> Person:
        """Return the person behind a customer id; raise CommandError for somebody unknown.

        Rows without a profile are what a function that was at work wrote after its customer was forgotten.
        """
        customers = CustomersTable(self.client, self.customers_table, Clock(ClockScale()))
        links = IdentityLinks(self.client, self.customers_table)
        root = customers.load(customer_id)
        if root is None and any(True for _ in self.customer_rows(customer_id)):
            root = Customer(profile=Profile(customer_id=customer_id, subject_secret=""))
        if root is None:
            raise CommandError(f"there is no customer {customer_id!r}", "check the id and the --stage")
        found = {root.customer_id: root}
        for name in self._merged_into(root.customer_id):
            merged = customers.load_unmerged(name)
            if merged is not None:
                found[name] = merged
        known = links.get_many({mark for customer in found.values() for mark in customer.profile.identifiers})
        mine = {mark: link for mark, link in known.items() if link.customer_id in found}
        return Person(customer_id, tuple(found.values()), mine)

    def _merged_into(self, customer_id: str) -> list[str]:
        """Return every id that was merged into this one, also by way of others; nearest first.

        Who was merged points to who stays and not the other way round, so that the whole table is read: a request that
        comes seldom pays for it, instead of every merge.
        """
        pages = self.client.get_paginator("scan").paginate(
            TableName=self.customers_table,
            FilterExpression="sk = :profile AND NOT contains(#data, :nowhere)",
            ProjectionExpression="pk, #data",
            ExpressionAttributeNames={"#data": "data"},
            ExpressionAttributeValues={":profile": {"S": "PROFILE"}, ":nowhere": {"S": '"merged_into":""'}},
            ConsistentRead=True,
        )
        points_to = {
            customer_id_of(row["pk"]["S"]): json.loads(row["data"]["S"]).get("merged_into", "")
            for page in pages
            for row in page["Items"]
        }
        found = [customer_id]
        for one in found:
            found += [source for source, target in points_to.items() if target == one and source not in found]
        return found[1:]

    def customer_rows(self, customer_id: str) -> Iterator[Row]:
        """Yield every item of a customer's partition as it is stored, expired ones too; the profile comes last."""
        rows = list(self._rows(self.customers_table, partition_key(customer_id)))
        yield from sorted(rows, key=lambda row: row["sk"]["S"] == "PROFILE")

    def link_rows(self, marks: frozenset[str]) -> Iterator[Row]:
        """Yield the links of identifiers as they are stored."""
        for mark in sorted(marks):
            yield from (row for row in self._rows(self.customers_table, f"IDENTITY#{mark}") if row["sk"]["S"] == LINK)

    def decision_rows(self, subject_key: str) -> Iterator[Row]:
        """Yield the decisions about one subject as they are stored."""
        yield from self._rows(self.decisions_table, subject_key)

    def _rows(self, table: str, partition: str) -> Iterator[Row]:
        pages = self.client.get_paginator("query").paginate(
            TableName=table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
            ConsistentRead=True,
        )
        for page in pages:
            yield from page["Items"]
