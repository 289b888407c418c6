"""Find the pseudonym under which the log keeps one customer's decisions."""

from typing import TYPE_CHECKING

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.domain.clock import ClockScale
from attune_cli.errors import CommandError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def find_subject_key(client: "DynamoDBClient", customers_table: str, customer_id: str) -> str:
    """Return the customer's subject key; raise CommandError where no profile holds the secret it needs."""
    customer = CustomersTable(client, customers_table, Clock(ClockScale())).load(customer_id)
    if customer is None:
        raise CommandError(
            f"there is no profile of customer {customer_id!r}",
            "check the id and the --stage; a forgotten customer's decisions are about nobody any more",
        )
    return customer.profile.subject_key
