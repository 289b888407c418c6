"""Find the pseudonym under which the log keeps one customer's decisions."""

from typing import TYPE_CHECKING

from attune.domain.customers import keyed_hash
from attune_cli.errors import CommandError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


def find_subject_key(customers: "Table", customer_id: str) -> str:
    """Return the customer's subject key; raise CommandError where no profile holds the secret it needs."""
    found = customers.get_item(Key={"pk": f"CUSTOMER#{customer_id}", "sk": "PROFILE"}, ConsistentRead=True)
    secret = found.get("Item", {}).get("subject_secret")
    if not isinstance(secret, str):
        raise CommandError(
            f"there is no profile of customer {customer_id!r}",
            "check the id and the --stage; a forgotten customer's decisions are about nobody any more",
        )
    return keyed_hash(secret, customer_id)
