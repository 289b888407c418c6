"""Look at who is behind a customer, and take a merge back."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.identities import Identities
from attune.adapters.identity_links import IdentityLinks
from attune.adapters.merges import Merges
from attune.domain.clock import ClockScale
from attune.domain.identity import Link
from attune_cli.errors import CommandError
from attune_cli.stage import Stage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class KnownAs:
    """One identifier of a customer: its mark (type and keyed hash), since when, and its history."""

    mark: str
    since: datetime
    link: Link | None


@dataclass(frozen=True)
class Identity:
    """Who a customer id stands for now, and by what they are recognised."""

    asked: str
    customer_id: str
    sessions: tuple[str, ...]
    identifiers: tuple[KnownAs, ...]


@dataclass(frozen=True)
class IdentityDesk:
    """Answers questions about identity on one stage."""

    customers: CustomersTable
    links: IdentityLinks
    decisions: DecisionsTable
    key: str = ""

    @classmethod
    def of(cls, stage: Stage, *, key: str = "") -> "IdentityDesk":
        """Open the desk on a stage's tables; `key` is the identity key, needed only to take a merge back."""
        client: DynamoDBClient = stage.session.client("dynamodb")
        clock = Clock(ClockScale())
        table = stage.output("CustomersTable")
        decisions = DecisionsTable(client, stage.output("DecisionsTable"), clock, "cli")
        return cls(CustomersTable(client, table, clock), IdentityLinks(client, table), decisions, key)

    def show(self, customer_id: str) -> Identity:
        """Return who a customer is; raise CommandError for somebody unknown."""
        customer = self.customers.load(customer_id)
        if customer is None:
            raise CommandError(f"there is no customer {customer_id!r}", "check the id and the --stage")
        links = self.links.get_many(customer.profile.identifiers)
        known = sorted(customer.profile.identifiers.items(), key=lambda entry: (entry[1], entry[0]))
        return Identity(
            asked=customer_id,
            customer_id=customer.customer_id,
            sessions=tuple(sorted(customer.sessions)),
            identifiers=tuple(KnownAs(mark, since, links.get(mark)) for mark, since in known),
        )

    def separate(self, customer_id: str, at: datetime) -> str:
        """Take the merge of a customer back; return the id they had been merged into."""
        identities = Identities(self.links, Merges(self.customers, self.decisions), self.key)
        try:
            return identities.separate(customer_id, at)
        except LookupError as error:
            raise CommandError(str(error), "attune identity show, to see who they are") from error
