"""`attune forget`: remove everything about one person, and prove it."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from attune_cli.commands.options import EndpointOption, StageOption, chosen_stage
from attune_cli.console import out
from attune_cli.errors import CommandError
from attune_cli.rights.forgetting import Forgetting
from attune_cli.rights.holdings import Holdings

QUEUES = {"support": "SupportQueueUrl", "support-urgent": "SupportUrgentQueueUrl", "quarantine": "QuarantineQueueUrl"}


def forget(
    customer: Annotated[str, typer.Argument(help="A customer id; also one that was merged into another.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking; it cannot be undone.")] = False,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """Forget a customer: every row, identifier, case and decision goes; addresses stay suppressed as keyed hashes."""
    target = chosen_stage(stage, endpoint_url)
    holdings = Holdings.of(target)
    person = holdings.find(customer)
    if not yes:
        typer.confirm(f"Forget {', '.join(person.ids)} on stage {stage}? This cannot be undone.", abort=True)
    queues = {name: url for name, output in QUEUES.items() if (url := target.outputs.get(output))}
    now = datetime.now(UTC)
    proof = Forgetting(holdings, target.session.client("sqs"), queues).forget(person, now)
    out.print_json(json.dumps(proof.as_data(now)))
    if proof.left:
        raise CommandError(f"{proof.left} rows were written meanwhile", f"attune forget {customer} once more")
