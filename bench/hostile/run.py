"""Hostile requests on every route, answered by the real functions on moto's AWS; nothing of ours may break or leak.

    python -m bench.hostile.run [--count 10000] [--seed 1] [--json]

Ends with status 1 if a request met a fault of ours, an answer that is not in the document, or somebody else's data.
"""

import argparse
import json
import logging
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import boto3
import jwt
import pytest

from attune.adapters.links import LinkClaim, LinkPurpose, Links
from attune.domain.onsite import OnsiteNote
from bench.hostile.requests import Attack, Attacker, routes_of
from tests.support.builders import consent
from tests.support.stage import SITE_KEY, a_stage

OPENAPI = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"
MINE, THEIRS = "mine", "theirs-7c1"
SECRET_WORDS = "theirs-word-5f2"  # noqa: S105 - a marker, to be found again
INGEST_KEY = "a key of a sender, long enough for tests"
KEPT = 20


@dataclass
class Found:
    """What became of requests."""

    sent: int = 0
    entitled: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    by_route: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    """Requests at which a function raised, or answered 5xx, or what API Gateway cannot pass on."""
    undocumented: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        """Whether nothing broke, leaked or went undocumented."""
        return not (self.faults or self.undocumented or self.leaks)


def stage_of_two() -> None:
    """Make the attacker's own customer and another one, whose every word is a marker; inside a stage."""
    customers = import_module("functions.serve_onsite.handler").wire().steps.customers
    for customer_id, word in ((MINE, "my words"), (THEIRS, SECRET_WORDS)):
        customers.load_or_create(customer_id)
        customers.save(customer_id, consent(email=True))
        now = datetime(2026, 11, 24, 12, tzinfo=UTC)
        note = OnsiteNote(
            note_id=f"{customer_id}#1",
            journey_id=f"{customer_id}-1",
            headline="",
            body=word,
            blocks=(),
            locale="en",
            created_at=now - timedelta(hours=1),
            expires_at=now + timedelta(days=1),
        )
        customers.save(customer_id, note)
    secrets = boto3.client("secretsmanager")
    secrets.create_secret(Name="ingest-keys", SecretString=json.dumps({"shop": INGEST_KEY}))
    secrets.create_secret(Name="zendesk", SecretString="a signing secret, long enough for tests")


def own_tokens() -> dict[str, str]:
    """Return what the attacker rightly holds: links from their own messages, their site's token, a sender's key."""
    links, now = Links("a key for tests"), int(time.time())
    claim = LinkClaim(MINE, f"{MINE}-1", "email", "en")
    site = jwt.encode({"sub": MINE, "aud": "attune-onsite", "iat": now, "exp": now + 900}, SITE_KEY)
    return {
        **{purpose.value: links.make(purpose, claim) for purpose in LinkPurpose},
        "onsite": site,
        "events": INGEST_KEY,
    }


def handle(request: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a request by the function that its route leads to."""
    path = str(request["routeKey"]).partition(" ")[2]
    name = {"events": "receive_events", "onsite": "serve_onsite"}.get(
        path.strip("/").partition("/")[0], "record_feedback"
    )
    answer: dict[str, Any] = import_module(f"functions.{name}.handler").lambda_handler(dict(request), None)
    return answer


def rows_of(customer: str) -> str:
    """Return everything that is stored under a customer's key, as text."""
    query = {":pk": {"S": f"CUSTOMER#{customer}"}}
    found = boto3.client("dynamodb").query(
        TableName="customers", KeyConditionExpression="pk = :pk", ExpressionAttributeValues=query
    )
    return json.dumps(found["Items"], sort_keys=True)


def assault(attacker: Attacker, count: int) -> Found:
    """Send requests, and compare what is stored of the other customer before and after."""
    attacker.tokens = attacker.tokens or own_tokens()
    found, before, began = Found(), rows_of(THEIRS), time.perf_counter()
    for _ in range(count):
        _send(attacker.next(), found)
    found.seconds = time.perf_counter() - began
    if rows_of(THEIRS) != before:
        found.leaks.append("what is stored of the other customer changed")
    return found


def _send(attack: Attack, found: Found) -> None:
    found.sent += 1
    found.entitled += attack.entitled
    found.by_route[f"{attack.route.method} {attack.route.path}"] += 1
    try:
        answer = handle(attack.request)
        told = json.dumps(answer)
        told.encode()
        status = int(answer["statusCode"])
    except Exception as error:  # noqa: BLE001 - that nothing is raised is what is measured
        _note(found.faults, f"{type(error).__name__}: {error}", attack)
        return
    found.statuses[status] += 1
    if status >= 500:  # noqa: PLR2004 - HTTP's own number
        _note(found.faults, f"{status}", attack)
    if any("\r" in str(value) or "\n" in str(value) for value in answer.get("headers", {}).values()):
        _note(found.faults, "a header of more than one line", attack)
    if status not in attack.route.statuses:
        _note(found.undocumented, f"{status}", attack)
    if SECRET_WORDS in told or THEIRS in told:
        _note(found.leaks, f"{status}", attack)


def _note(kept: list[str], what: str, attack: Attack) -> None:
    if len(kept) < KEPT:
        kept.append(f"{what}: {json.dumps(attack.request)[:600]}")


def in_a_stage(attack: Callable[[], Found]) -> Found:
    """Return what an attack finds in a stage of two customers, on moto's AWS, whose functions log nothing."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}.items():
            patch.setenv(name, value)
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        logging.disable(logging.CRITICAL)
        with a_stage(patch):
            stage_of_two()
            return attack()


def report(found: Found, *, as_json: bool) -> None:
    """Print what was found."""
    if as_json:
        print(json.dumps(vars(found) | {"clean": found.clean}, indent=2))
        return
    statuses = ", ".join(f"{status} {count:,}" for status, count in sorted(found.statuses.items()))
    print(f"{found.sent:,} requests in {found.seconds:.0f} s, {found.entitled:,} with a right of their own: {statuses}")
    for name in ("faults", "undocumented", "leaks"):
        print(f"{name}: {len(getattr(found, name))}", *getattr(found, name), sep="\n  ")


def main() -> None:
    """Attack and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = in_a_stage(lambda: assault(Attacker(routes_of(OPENAPI), options.seed), options.count))
    report(found, as_json=options.json)
    sys.exit(not found.clean)


if __name__ == "__main__":
    main()
