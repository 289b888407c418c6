"""`python -m bench.pages.run`: how fast pages answer at 20 requests a second on the local AWS, beside an empty handler.

Wants a local AWS (`attune local up`); makes people of its own there, and an empty function on a route of its own beside
the pages, which it takes away again. Ends with 1 if a page is above the bar.
"""

import argparse
import io
import itertools
import json
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.links import Links
from attune.domain.clock import ClockScale
from attune_cli.local_aws import HOME, LocalAws
from bench.pages.asking import Asking, Visits, prepare
from bench.pages.load import Measured, load

BAR = 0.150
WARM_UPS = 15
"""Of two seconds each, at most, until every answer comes within a second."""
EMPTY = "attune-bench-empty"
PAGES = [(page, "GET") for page in ("feedback", "preferences", "why", "my_data", "unsubscribe")]
PAGES += [(page, "POST") for page in ("feedback", "preferences", "my_data", "unsubscribe")]


def main() -> None:
    """Measure every page and print the table."""
    parser = argparse.ArgumentParser(description="How fast pages answer on the local AWS")
    parser.add_argument("--rate", type=float, default=20, help="requests a second")
    parser.add_argument("--seconds", type=float, default=10, help="how long each page is asked")
    parser.add_argument("--json", action="store_true", help="print data instead of a table")
    given = parser.parse_args()
    aws = LocalAws(home=HOME)
    if aws.running is None:
        sys.exit("no local AWS is running: attune local up")
    found = measure(aws, rate=given.rate, requests=round(given.rate * given.seconds))
    print(json.dumps(as_data(found), indent=2) if given.json else table(found, given.rate))
    sys.exit(any(one.percentile(0.95) > BAR or one.wrong for name, one in found.items() if name != EMPTY))


def measure(aws: LocalAws, *, rate: float, requests: int) -> dict[str, Measured]:
    """Return what each page took, the empty handler before and after them."""
    session, outputs = aws.session(), aws.outputs()
    clock, dynamodb = Clock(ClockScale()), session.client("dynamodb")
    customers = CustomersTable(dynamodb, outputs["CustomersTable"], clock)
    prepare(customers, DecisionsTable(dynamodb, outputs["DecisionsTable"], clock, "bench"))
    visits = Visits(_links(session), urlsplit(outputs["PagesUrl"]).netloc)
    endpoint, found = urlsplit(aws.endpoint), {}
    with nobody_listening(session, outputs["BusName"]), empty_handler(session, visits.host) as path:
        empty = Asking(method="GET", path=path, headers={"Host": visits.host}, holds="<h1>")
        asked = {EMPTY: itertools.repeat(empty)}
        asked |= {f"{method} /{page}": visits.of(page, method) for page, method in PAGES}
        for name, askings in asked.items():
            for _ in range(WARM_UPS):  # as many processes as the rate needs are there before anything is measured
                warmed = load(endpoint, list(itertools.islice(askings, round(rate * 2))), rate=rate, sleep=time.sleep)
                if not warmed.wrong and warmed.percentile(1) < 1:
                    break
            found[name] = load(endpoint, list(itertools.islice(askings, requests)), rate=rate, sleep=time.sleep)
    return found


@contextmanager
def nobody_listening(session: Any, bus: str) -> Iterator[None]:
    """Let the bus take what pages publish and pass it on to nobody: what ingestion does then is not the pages' time."""
    events = session.client("events")
    enabled = [rule["Name"] for rule in events.list_rules(EventBusName=bus)["Rules"] if rule["State"] == "ENABLED"]
    for name in enabled:
        events.disable_rule(Name=name, EventBusName=bus)
    try:
        yield
    finally:
        for name in enabled:
            events.enable_rule(Name=name, EventBusName=bus)


@contextmanager
def empty_handler(session: Any, host: str) -> Iterator[str]:
    """Put a function that answers a heading on a route beside the pages, for the time of a block; yield its path."""
    functions, api = session.client("lambda"), session.client("apigatewayv2")
    api_id = host.partition(".")[0]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr(
            "empty.py", 'def handler(event, context):\n    return {"statusCode": 200, "body": "<h1>x</h1>"}\n'
        )
    made = functions.create_function(
        FunctionName=EMPTY,
        Runtime="python3.13",
        Handler="empty.handler",
        Role="arn:aws:iam::000000000000:role/bench",
        Code={"ZipFile": code.getvalue()},
    )
    integration = api.create_integration(
        ApiId=api_id,
        IntegrationType="AWS_PROXY",
        IntegrationUri=made["FunctionArn"],
        PayloadFormatVersion="2.0",
    )["IntegrationId"]
    route = api.create_route(ApiId=api_id, RouteKey="GET /bench-empty", Target=f"integrations/{integration}")["RouteId"]
    try:
        yield "/bench-empty"
    finally:
        api.delete_route(ApiId=api_id, RouteId=route)
        api.delete_integration(ApiId=api_id, IntegrationId=integration)
        functions.delete_function(FunctionName=EMPTY)


def table(found: dict[str, Measured], rate: float) -> str:
    """Return what was found as lines of a Markdown table."""
    lines = [f"| At {rate:g} a second | p50, ms | p95, ms | worst, ms | beside an empty handler | wrong |"]
    lines.append("|---|---|---|---|---|---|")
    for name, row in as_data(found).items():
        lines.append(
            f"| {name} | {row['p50_ms']} | {row['p95_ms']} | {row['worst_ms']} | {row['p95_ratio']} | {row['wrong']} |"
        )
    return "\n".join(lines)


def as_data(found: dict[str, Measured]) -> dict[str, dict[str, float]]:
    """Return what was found in milliseconds, with how often each p95 holds that of the empty handler."""
    empty = found[EMPTY].percentile(0.95)
    return {
        name: {
            "p50_ms": round(one.median * 1000, 1),
            "p95_ms": round(one.percentile(0.95) * 1000, 1),
            "worst_ms": round(max(one.seconds) * 1000, 1),
            "p95_ratio": round(one.percentile(0.95) / empty, 1),
            "wrong": one.wrong,
        }
        for name, one in found.items()
    }


def _links(session: Any) -> Links:
    found = session.client("cloudformation").describe_stack_resources(StackName="attune-local-state")["StackResources"]
    secret = next(one["PhysicalResourceId"] for one in found if one["LogicalResourceId"].startswith("LinkKey"))
    return Links.from_secret(session.client("secretsmanager"), secret)


if __name__ == "__main__":
    main()
