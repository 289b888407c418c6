"""Record a stage in the middle of its work, as one version of Attune leaves it, for the next version to go on from.

Run in a checkout of the version that is to be recorded, with this file from the newer one; docs/upgrading.md says how.
The standard library, and what both versions have: nothing here may need the newer one.
"""

import argparse
import itertools
import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from moto import mock_aws
from pydantic import TypeAdapter

from attune.adapters import customer_rows, customers_table
from attune.adapters.links import LinkClaim, LinkPurpose
from tests.support import world as world_module
from tests.support.events import identify, track
from tests.support.state_machine import DEFINITION
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TABLES = ("customers", "decisions", "policies")


class RecordedQueue(world_module.VirtualQueue):
    """A queue that remembers when each message is due."""

    def send(self, message: Any, *, delay_seconds: int = 0) -> None:
        super().send(message, delay_seconds=delay_seconds)
        due = self.world.now + timedelta(seconds=delay_seconds)
        self.world.sent.append((self, due, json.dumps(self.messages[-1])))


class RecordedWorld(World):
    """A world that remembers what it is waiting for."""

    def __init__(self, now: datetime) -> None:
        self.sent: list[tuple[RecordedQueue, datetime, str]] = []
        self.wakes: dict[str, datetime] = {}
        super().__init__(now)

    def _advance(self, execution: Any) -> None:
        until = execution.advance(self.now)
        name = next(name for name, known in self.executions.items() if known is execution)
        self.wakes.pop(name, None)
        if until is not None:
            self.wakes[name] = until
            self.at(max(until, self.now), lambda: self._advance(execution))


def journey_of(variables: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return whose journey an execution is and which touch of it; older lines have that among their other variables."""
    journey: Mapping[str, Any] = variables.get("journey", variables)
    return journey


def known(world: World, customer: str, *channels: str, zone: str = "Europe/London", **traits: object) -> None:
    person = {
        "firstName": customer.title(),
        "email": f"{customer}@example.com",
        "phone": f"+4477009{sum(map(ord, customer)):05d}",
    }
    world.publish(identify(customer, world.now, **{**person, "locale": "en", "timezone": zone, **traits}))
    if channels:
        world.publish(track(customer, "Consent Granted", world.now, channels=list(channels), source="checkout"))


def stuck(world: World, customer: str, **properties: object) -> None:
    world.publish(track(customer, "Product Added", world.now, **properties))
    for _ in range(3):
        world.publish(track(customer, "Page Reloaded", world.now))
    world.publish(track(customer, "Form Failed", world.now))


def play(world: World) -> None:
    """Leave journeys at every kind of wait: before a message, after one, at a second one, with a person, not begun."""
    for customer in ("first", "second", "third", "fourth", "asking"):
        known(world, customer, "email")
        stuck(world, customer)
        world.run(timedelta(hours=10))
    while not waits(world) >= {("ReviewJourney", 1), ("SendMessage", 2)}:
        world.run(timedelta(hours=1))
    world.publish(
        track("asking", "Message Replied", world.now, channel="email", text="Please call me, it does not work")
    )
    world.run(timedelta(minutes=5))
    for customer in ("waiting", "buying", "leaving"):
        known(world, customer, "sms", "email")
        stuck(world, customer)
    anonymous = track("laptop", "Product Added", world.now)
    anonymous["anonymousId"] = anonymous.pop("userId")
    world.publish(anonymous)
    world.run(timedelta(hours=2))
    known(world, "quiet", "email")
    stuck(world, "quiet")
    world.run(timedelta(minutes=2))


def waits(world: World) -> set[tuple[str, int]]:
    """Return which state comes next, of which touch, for those that wait."""
    running = (found for found in world.executions.values() if not found.done)
    return {(found.state, journey_of(found.variables)["touch"]) for found in running}


def one_of_each(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the last decision of each kind: enough to see whether a row is still understood."""
    return list({row["kind"]["S"]: row for row in rows}.values())


def recorded(world: RecordedWorld, version: str) -> dict[str, Any]:
    """Return everything that is left in tables, executions and queues."""
    names = {id(getattr(world, name)): name for name in vars(world) if isinstance(getattr(world, name), RecordedQueue)}
    paginator = world.dynamodb.get_paginator("scan")
    tables = {name: paginator.paginate(TableName=name).build_full_result()["Items"] for name in TABLES}
    claim = LinkClaim("first", "j-1", "email", "en", 1)
    return {
        "version": version,
        "recorded_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "now": world.now.isoformat(),
        "tables": {**tables, "decisions": one_of_each(tables["decisions"])},
        "executions": [
            {
                "name": name,
                "state": world.executions[name].state,
                "variables": world.executions[name].variables,
                "value": world.executions[name].value,
                "wakes_at": until.isoformat(),
            }
            for name, until in world.wakes.items()
        ],
        "queued": [
            {"queue": names[id(queue)], "due": due.isoformat(), "body": body}
            for queue, due, body in world.sent
            if due > world.now or queue.consumer is None
        ],
        "links": {purpose.value: world.links.make(purpose, claim) for purpose in LinkPurpose},
        "sent_before": {"emails": len(world.emails), "texts": len(world.texts)},
        "definition": json.loads(DEFINITION.read_text(encoding="utf-8")),
    }


def reads() -> dict[str, Any]:
    """Return the form in which the version reads each kind of item."""
    return {kind: _schema(customer_rows._adapter(kind)) for kind in customer_rows._KINDS}


def _schema(adapter: TypeAdapter[Any]) -> dict[str, Any]:
    return _plain(adapter.json_schema(mode="validation"))


def _plain(schema: Any) -> Any:
    """Leave out what only people read."""
    if isinstance(schema, dict):
        wordless = {name: part for name, part in schema.items() if name not in {"title", "description", "default"}}
        if "properties" in schema:  # a field may be called like that
            wordless["properties"] = {name: _plain(part) for name, part in schema["properties"].items()}
        return {name: part if name == "properties" else _plain(part) for name, part in wordless.items()}
    return [_plain(part) for part in schema] if isinstance(schema, list) else schema


def main() -> None:
    """Write the recording."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version", help="what the recorded version is called, e.g. its commit")
    parser.add_argument("out", type=Path)
    parser.add_argument("--reads", action="store_true", help="only the forms in which it reads items")
    wanted = parser.parse_args()
    if wanted.reads:
        found = {"version": wanted.version, "reads": reads()}
        wanted.out.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return
    world_module.VirtualQueue = RecordedQueue
    secrets = itertools.count(1)
    # Not drawn: what a policy chooses hangs on it, and a recording must go the same way every time.
    customers_table.secrets = SimpleNamespace(token_hex=lambda length: f"{next(secrets):0{2 * length}x}")
    with mock_aws():
        world = RecordedWorld(TUESDAY_NOON)
        play(world)
        found = recorded(world, wanted.version)
    wanted.out.write_text(json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    states = ", ".join(sorted(one["state"] for one in found["executions"]))
    sys.stdout.write(
        f"{wanted.out}: {len(found['executions'])} executions ({states}), {len(found['queued'])} messages\n"
    )


if __name__ == "__main__":
    main()
