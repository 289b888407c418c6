"""The customers table: one partition a customer, read with one query, written one versioned item at a time."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import batched
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from attune.adapters.clock import Clock
from attune.adapters.customer_rows import (
    Item,
    has_expired,
    is_known,
    item_in,
    partition_key,
    place_of,
    row_of,
    version_before_first,
)
from attune.adapters.forgotten import ForgottenAddresses
from attune.domain.contacts import Ledger
from attune.domain.customers import Case, Consent, Customer, Due, Profile
from attune.domain.errors import ConflictError
from attune.domain.go_aheads import GoAhead
from attune.domain.journeys import Journey
from attune.domain.merging import with_what_came_late
from attune.domain.onsite import OnsiteNote
from attune.domain.personal_notes import PersonalNote
from attune.domain.sessions import Session

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_MERGES = 64
KEYS_PER_REQUEST = 100


class CustomersTable:
    """Reads and writes customers; every write is conditional on the version that was read."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table_name: str,
        clock: Clock,
        new_secret: Callable[[], str] = lambda: secrets.token_hex(32),
    ) -> None:
        """Keep the client, the table's name, the clock that expiry is told by and where a new subject's secret comes from."""
        self._client = client
        self._table = table_name
        self.clock = clock
        self._new_secret = new_secret

    def load(self, customer_id: str) -> Customer | None:
        """Return everything about a customer, under whatever id they go now, or None for somebody unknown."""
        left: list[Customer] = []
        for _ in range(MAX_MERGES):
            customer = self.load_unmerged(customer_id)
            if customer is None or not customer.profile.merged_into:
                return with_what_came_late(customer, left) if customer else None
            left.append(customer)
            customer_id = customer.profile.merged_into
        message = f"customer {customer_id} was merged more than {MAX_MERGES} times over"
        raise ConflictError(message)

    def load_unmerged(self, customer_id: str) -> Customer | None:
        """Return what is stored under exactly this id, also if the customer has become another one."""
        items = self._items(customer_id)
        if "PROFILE" not in items:
            return None
        return Customer(
            profile=items["PROFILE"],
            consent=items.get("CONSENT", Consent()),
            ledger=items.get("CONTACTS", Ledger()),
            sessions={item.session_id: item for item in items.values() if isinstance(item, Session)},
            journeys={item.journey_id: item for item in items.values() if isinstance(item, Journey)},
            cases={item.about: item for item in items.values() if isinstance(item, Case)},
            notes={item.note_id: item for item in items.values() if isinstance(item, OnsiteNote)},
            personal_notes={item.note_id: item for item in items.values() if isinstance(item, PersonalNote)},
            dues={item.name: item for item in items.values() if isinstance(item, Due)},
            go_aheads={item.contact_id: item for item in items.values() if isinstance(item, GoAhead)},
        )

    def sessions_at_a_glance(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Session]:
        """Return sessions by the ids of their customer and their own, many in one request and at half the price.

        Each may be the one of a moment ago, or be missing though it is there.
        """
        now, found = self.clock.real_now().timestamp(), {}
        for some in batched(sorted(set(wanted)), KEYS_PER_REQUEST, strict=False):
            keys = {(partition_key(customer), f"SESSION#{session}"): (customer, session) for customer, session in some}
            named: Any = {"Keys": [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in keys]}
            answer = self._client.batch_get_item(RequestItems={self._table: named})
            for row in answer["Responses"].get(self._table, ()):
                if not has_expired(row, now):
                    found[keys[row["pk"]["S"], row["sk"]["S"]]] = item_in(row)
        return found

    def load_or_create(self, customer_id: str) -> Customer:
        """Return the customer, made known (with a fresh secret for the decision log) if nobody knew them.

        Somebody merged into a customer who was forgotten since is that customer, begun anew.
        """
        known = self.load(customer_id)
        if known is not None:
            return known
        profile = Profile(customer_id=customer_id, subject_secret=self._new_secret())
        try:
            return Customer(profile=self._write(customer_id, profile))
        except ConflictError:
            return self.load(customer_id) or self.load_or_create(self._last_of(customer_id))

    def _last_of(self, customer_id: str) -> str:
        """Return under which id somebody should be found, whether or not they are there."""
        for _ in range(MAX_MERGES):
            stored = self.load_unmerged(customer_id)
            if stored is None or not stored.profile.merged_into:
                break
            customer_id = stored.profile.merged_into
        return customer_id

    def is_forgotten(self, profile: Profile) -> bool:
        """Whether an address of this customer belongs to somebody who asked to be forgotten."""
        return ForgottenAddresses(self._client, self._table).any_of(profile.identifiers)

    def onsite_notes(self, customer_id: str) -> tuple[OnsiteNote, ...]:
        """Return the notes waiting on the site."""
        customer = self.load(customer_id)
        return tuple(customer.notes.values()) if customer else ()

    def load_ledger(self, customer_id: str) -> Ledger:
        """Return the contacts of exactly this customer as they are now, and nothing else: the quickest look there is."""
        ledger: Ledger | None = self._one(customer_id, "CONTACTS")
        return ledger or Ledger()

    def load_profile(self, customer_id: str) -> Profile | None:
        """Return the profile of exactly this customer as it is now, and nothing else; None for nobody."""
        profile: Profile | None = self._one(customer_id, "PROFILE")
        return profile

    def save[T: Item](self, customer_id: str, item: T) -> T:
        """Write one item over the version it was read in; return it with its new version.

        Raises ConflictError if somebody else wrote it in between.
        """
        return self._write(customer_id, item)

    def delete(self, customer_id: str, item: Item) -> None:
        """Take one item away, if it still is as it was read; raise ConflictError if it is not."""
        sort_key, _ = place_of(item, self.clock.now())
        try:
            self._client.delete_item(
                TableName=self._table,
                Key={"pk": {"S": partition_key(customer_id)}, "sk": {"S": sort_key}},
                ConditionExpression="version = :read",
                ExpressionAttributeValues={":read": {"N": str(item.version)}},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                message = f"{sort_key} was changed by somebody else since it was read"
                raise ConflictError(message) from error
            raise

    def _one(self, customer_id: str, kind: str) -> Any:
        """Return the one item of a kind of which a customer has at most one."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk = :sk",
            ExpressionAttributeValues={":pk": {"S": partition_key(customer_id)}, ":sk": {"S": kind}},
            ConsistentRead=True,
        )
        return next((item_in(row) for row in answer["Items"]), None)

    def _items(self, customer_id: str) -> dict[str, Any]:
        now = self.clock.real_now().timestamp()
        found: dict[str, Any] = {}
        for row in self._rows(partition_key(customer_id)):
            # What is of no known kind is a newer version's, which was taken back or runs beside this one: it is not ours.
            if not has_expired(row, now) and is_known(row):
                found[row["sk"]["S"]] = item_in(row)
        return found

    def _rows(self, key: str) -> Iterator[Any]:
        """Yield the rows of a partition; page by page by hand, since a paginator takes a third of a request's time again."""
        further: dict[str, Any] = {}
        while True:
            page = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": key}},
                ConsistentRead=True,
                **further,
            )
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            further = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def _write[T: Item](self, customer_id: str, item: T) -> T:
        written = replace(item, version=(item.version or version_before_first(item, self.clock.real_now())) + 1)
        values: dict[str, Any] = {":read": {"N": str(item.version)}}
        condition = "version = :read"
        if item.version == 0:
            values = {":now": {"N": str(int(self.clock.real_now().timestamp()))}}
            condition = "attribute_not_exists(pk) OR expires_at <= :now"
        row = row_of(customer_id, written, self.clock)
        try:
            self._client.put_item(
                TableName=self._table, Item=row, ConditionExpression=condition, ExpressionAttributeValues=values
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                message = f"{row['sk']['S']} was changed by somebody else since it was read"
                raise ConflictError(message) from error
            raise
        return written
