"""Find the pseudonym under which the log keeps one customer's decisions."""

from attune.domain.customers import keyed_hash
from attune_cli.errors import CommandError
from attune_cli.stage import Stage


def find_subject_key(stage: Stage, customer_id: str) -> str:
    """Return the customer's subject key; raise CommandError where no profile holds the secret it needs."""
    table = stage.session.resource("dynamodb").Table(stage.output("CustomersTable"))
    found = table.get_item(Key={"pk": f"CUSTOMER#{customer_id}", "sk": "PROFILE"}, ConsistentRead=True)
    secret = found.get("Item", {}).get("subject_secret")
    if not isinstance(secret, str):
        raise CommandError(
            f"stage {stage.name!r} has no profile of customer {customer_id!r}",
            "check the id; a forgotten customer's decisions are about nobody any more",
        )
    return keyed_hash(secret, customer_id)
