"""`attune cost`: what events and journeys cost, metered on a real run."""

import json
import sys
from typing import Annotated

import typer

from attune_cli.console import err, out
from attune_cli.costing.metering import metered_run
from attune_cli.costing.pricing import Prices
from attune_cli.costing.report import report
from attune_cli.costing.tables import projection_table, sentences, service_table


def cost(*, as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False) -> None:
    """Meter events and journeys on the real functions over moto, and price them: for a million, and for a month.

    Every call, item, message, state, invocation and log line is counted; waiting for AWS and prices are assumed.
    """
    prices = Prices.read()
    err.print("Metering: visits and journeys, told by the real functions in this machine's memory …")
    found = report(metered_run(), prices)
    if as_json:
        sys.stdout.write(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
        return
    out.print(service_table(found))
    out.print(projection_table(found))
    for sentence in sentences(found):
        out.print(sentence, highlight=False)
    out.print(
        f"Prices: {prices.region}, {prices.as_of}. What is metered and what assumed: docs/costs.md.", highlight=False
    )
