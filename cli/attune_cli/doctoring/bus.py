"""Whom the bus of a stage lets in from other accounts, held against whom the stage names."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from attune_cli.doctoring.lines import Area, Line
from infra.publishers import statement_id
from infra.stage import Stage

REMOVE = "name it in publisher_accounts, or take it out: aws events remove-permission --statement-id"


def bus_lines(area: Area, stage: Stage, client: Any, outputs: Mapping[str, str]) -> Iterator[Line]:
    """Yield whether each account that is named is let in as it is written down, and whether anybody else is."""
    if "BusName" not in outputs:
        return
    described = client.describe_event_bus(Name=outputs["BusName"])
    held = {str(one.get("Sid", "")): one for one in json.loads(described.get("Policy") or "{}").get("Statement", ())}
    named = {statement_id(account): account for account in stage.publisher_accounts}
    for sid, account in named.items():
        told = sources_of(held[sid]) if sid in held else frozenset()
        if told == frozenset(stage.publisher_accounts[account]):
            yield area.passed("bus", f"account {account} publishes as {', '.join(sorted(told))}")
        else:
            seen = f"account {account} may publish as {', '.join(sorted(told)) or 'nobody'}, which is not what the stage says"
            yield area.failed("bus", seen, "deploy the operations stack")
    for sid in sorted(held.keys() - named.keys()):
        who = json.dumps(held[sid].get("Principal"))
        yield area.failed("bus", f"{who} is let in by {sid}, and the stage does not name it", f"{REMOVE} {sid}")
    if not held and not named:
        yield area.passed("bus", "nobody of another account may publish")


def sources_of(statement: Mapping[str, Any]) -> frozenset[str]:
    """Return the sources that a statement of the bus's policy is bound to; none where it is not bound by all of them."""
    found = statement.get("Condition", {}).get("ForAllValues:StringEquals", {}).get("events:source", ())
    return frozenset([found] if isinstance(found, str) else found)
