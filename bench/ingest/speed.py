"""Events per second and core that ingest takes in, beside a handler of Powertools' parts alone on the same events.

    python -m bench.ingest.speed [--people 40] [--rounds 5] [--mixed] [--same-work] [--json]

Every person sends 8 events, in batches of ten, one after the other (or `--mixed`), and both take the same bodies in. Rounds alternate; medians of processor
time, and the ratio of each round. End to end on moto: all of the requests, answered in process. CPU only: the time that
moto takes is taken off, so that parsing, deciding and making requests are left.
"""

import argparse
import gc
import json
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import batched, product
from operator import itemgetter
from statistics import median
from typing import Any
from unittest.mock import patch

import boto3
from botocore.awsrequest import AWSPreparedRequest
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from attune.adapters.aws_clients import client
from attune.adapters.customers_table import CustomersTable
from bench.ingest.idiomatic import counting, handler_over, session_work
from bench.ingest.shapes import BROWSING, NOON, VISIT
from functions.ingest_events.ingesting import logger
from tests.support.events import envelope, track
from tests.support.world import REGION, World

EVENTS_EACH = 8
BAR = 3.0
WHERE = {"account": "111122223333", "region": "eu-west-1", "resources": []}
"""What EventBridge says besides, and Powertools' model insists on."""


class Context:
    """What Powertools asks of Lambda."""

    aws_request_id = "bench"
    function_name = "bench"

    def get_remaining_time_in_millis(self) -> int:
        """Return plenty."""
        return 300_000


@dataclass
class Stopwatch:
    """Processor time, all of it and what moto took."""

    moto: float = 0.0

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Count what moto takes inside the block."""
        answer = BotocoreStubber.__call__

        def timed(stubber: BotocoreStubber, event_name: str, request: AWSPreparedRequest, **rest: Any) -> Any:
            began = time.process_time()
            try:
                return answer(stubber, event_name, request, **rest)
            finally:
                self.moto += time.process_time() - began

        BotocoreStubber.__call__ = timed  # type: ignore[method-assign]
        try:
            yield
        finally:
            BotocoreStubber.__call__ = answer  # type: ignore[method-assign]


def bodies(people: int, marker: str, *, mixed: bool = False) -> list[str]:
    """Return the events of some people as the queue delivers them: visit by visit, or mixed, an event of each in turn."""
    calls = (
        track(f"{marker}-{person}", BROWSING[n % 5], NOON, context=VISIT, product_id=f"sku-{n}")
        for person, n in sorted(product(range(people), range(EVENTS_EACH)), key=itemgetter(1) if mixed else None)
    )
    return [json.dumps(json.loads(envelope(call)) | WHERE) for call in calls]


def taken(take: Callable[[Sequence[str]], None], events: Sequence[str]) -> dict[str, float]:
    """Return events per second of processor time: end to end, and without what moto took."""
    watch = Stopwatch()
    with watch.watching():
        began = time.process_time()
        for batch in batched(events, 10, strict=False):
            take(batch)
        whole = time.process_time() - began
    return {"end_to_end": len(events) / whole, "cpu_only": len(events) / (whole - watch.moto)}


def measure(people: int, rounds: int, *, mixed: bool, same_work: bool = False) -> list[dict[str, dict[str, float]]]:
    """Let both take the same events in, in turn; the first round is a warm-up and is not counted."""
    logger.setLevel("ERROR")
    found = []
    with mock_aws(), patch.dict("os.environ", AWS_DEFAULT_REGION=REGION):
        world = World(NOON, dynamodb=client("dynamodb"))
        dynamodb = boto3.client("dynamodb", region_name=REGION)
        _table(dynamodb, "seen", "id")
        _table(dynamodb, "sessions", "pk")
        theirs = CustomersTable(dynamodb, "customers", world.clock)
        triggers = tuple(playbook.watched() for playbook in world.steps.playbooks.values())
        work = session_work(theirs, triggers) if same_work else counting(dynamodb, "sessions")
        handle = handler_over(dynamodb, seen="seen", work=work)
        takers: dict[str, Callable[[Sequence[str]], None]] = {
            "attune": lambda batch: _nothing_failed(world.deliver(*batch)),
            "powertools": lambda batch: _nothing_failed(handle(_records(batch), Context())["batchItemFailures"]),  # type: ignore[arg-type]
        }
        gc.collect()
        gc.freeze()  # as the function does once it is built; what is here already is neither's to look through
        for turn in range(rounds + 1):
            events = bodies(people, f"round-{turn}", mixed=mixed)
            order = takers.items() if turn % 2 else reversed(takers.items())
            found.append({name: taken(take, events) for name, take in order})
    return found[1:]


def _nothing_failed(failed: Sequence[object]) -> None:
    if failed:
        message = f"{len(failed)} events were not taken in"
        raise RuntimeError(message)


def _table(dynamodb: Any, name: str, key: str) -> None:
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def _records(batch: Sequence[str]) -> dict[str, Any]:
    return {
        "Records": [
            {"messageId": str(uuid.uuid4()), "body": body, "eventSource": "aws:sqs", "attributes": {}} for body in batch
        ]
    }


def summary(rounds: Sequence[dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    """Return medians, and the median of the rounds' ratios."""
    return {
        kind: {
            "attune": median(one["attune"][kind] for one in rounds),
            "powertools": median(one["powertools"][kind] for one in rounds),
            "ratio": median(one["attune"][kind] / one["powertools"][kind] for one in rounds),
        }
        for kind in ("cpu_only", "end_to_end")
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--mixed", action="store_true", help="all people at once: a batch holds an event of ten of them"
    )
    parser.add_argument(
        "--same-work", action="store_true", help="the other handler keeps the same session, not a counter"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rounds = measure(options.people, options.rounds, mixed=options.mixed, same_work=options.same_work)
    found = summary(rounds)
    if options.json:
        print(json.dumps(found, indent=2))
        return
    print(f"{'events per second and core':<28}{'attune':>10}{'powertools':>12}{'ratio':>8}   bar {BAR:g}")
    for kind, one in found.items():
        verdict = "met" if one["ratio"] >= BAR else "MISSED"
        print(f"{kind:<28}{one['attune']:>10.0f}{one['powertools']:>12.0f}{one['ratio']:>8.2f}   {verdict}")


if __name__ == "__main__":
    main()
