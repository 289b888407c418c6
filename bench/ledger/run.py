"""`python -m bench.ledger.run`: how often 64 senders at once on one customer's ledger get in each other's way.

Against moto in process, or with `--endpoint-url` against a DynamoDB of its own (a local AWS; two tables are made and taken
away again). Every sender is the real one: gate, reservation, hand-over, confirmation; only the provider is made up.
"""

import argparse
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import boto3
from botocore.config import Config
from moto import mock_aws

from attune.domain.contacts import ContactState
from attune.domain.playbook_rules import Limits
from tests.support.ledger_races import GENEROUS, Race, prepare, race, wired
from tests.support.moto_races import honest_conditions

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
POOL = Config(max_pool_connections=128, retries={"mode": "standard", "max_attempts": 4})
CASES = (("room for all", GENEROUS), ("room for one", Limits()))


def main() -> None:
    """Run the races and print the table."""
    parser = argparse.ArgumentParser(description="How often senders on one customer's ledger get in each other's way")
    parser.add_argument("--endpoint-url", help="a DynamoDB, e.g. that of a local AWS; without it moto in process")
    parser.add_argument("--writers", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(f"{given.writers} senders at once, one customer, {given.rounds} rounds each; median of the rounds")
    print(
        f"{'':14}{'contacts':>10}{'messages':>10}{'lost':>6}{'over a cap':>12}{'writes':>8}{'conflicts':>11}{'rate':>7}{'seconds':>9}"
    )
    with _dynamodb(given.endpoint_url) as (client, customers, decisions):
        for name, limits in CASES:
            runs = [_round(client, customers, decisions, limits, given.writers) for _ in range(given.rounds)]
            print(_line(name, runs))


def _round(client: Any, customers: str, decisions: str, limits: Limits, writers: int) -> tuple[Race, float]:
    steps, delivery = wired(client, customers=customers, decisions=decisions, now=NOON)
    customer_id = f"race-{uuid4().hex}"
    journeys = prepare(steps, customer_id, writers)
    began = time.perf_counter()
    run = race(steps, delivery, customer_id=customer_id, journeys=journeys, limits=limits, again=1, writers=writers)
    return run, time.perf_counter() - began


def _line(name: str, runs: list[tuple[Race, float]]) -> str:
    def middle(of: Any) -> float:
        return statistics.median(of(run) for run, _ in runs)

    written, conflicts = middle(lambda run: run.writes["written"]), middle(lambda run: run.writes["conflicts"])
    lost = sum(
        len(run.unaccounted()) + sum(c.state is ContactState.RESERVED for c in run.ledger.contacts) for run, _ in runs
    )
    over = sum(len(run.over_a_cap()) for run, _ in runs)
    return (
        f"{name:14}{middle(lambda run: len(run.ledger.contacts)):10.0f}{middle(lambda run: len(run.taken)):10.0f}"
        f"{lost:6}{over:12}{written:8.0f}{conflicts:11.0f}{conflicts / (written + conflicts):7.0%}"
        f"{statistics.median(seconds for _, seconds in runs):9.1f}"
    )


@contextmanager
def _dynamodb(endpoint: str | None) -> Iterator[tuple[Any, str, str]]:
    if endpoint is None:
        with mock_aws(), honest_conditions():
            client = boto3.client("dynamodb", region_name="us-east-1", config=POOL)
            yield (client, *_tables(client))
        return
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    client = boto3.client("dynamodb", region_name="us-east-1", endpoint_url=endpoint, config=POOL, **keys)
    names = _tables(client)
    try:
        yield (client, *names)
    finally:
        for name in names:
            client.delete_table(TableName=name)


def _tables(client: Any) -> tuple[str, str]:
    names = (f"customers-{uuid4().hex}", f"decisions-{uuid4().hex}")
    for name in names:
        client.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
            BillingMode="PAY_PER_REQUEST",
        )
    return names


if __name__ == "__main__":
    main()
