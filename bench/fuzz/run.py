"""Real payloads, mutated: all through the readers, some through the real ingest; nothing may break or get lost.

    python -m bench.fuzz.run [--count 100000] [--ingest 2000] [--seed 1] [--json]

Ends with status 1 if anything but a refusal was raised, or a message is not accounted for.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bench.fuzz.accounts import WAYS, Account, Readings, ingest_all, read_all
from bench.fuzz.mutator import Mutator
from tests.support.mutations import real_bodies
from tests.support.senders import REAL

SENT_AGAIN = 10
"""Of so many messages that are ingested, one is an earlier one, sent again."""


def sampled(mutator: Mutator, count: int, sample: list[str], size: int) -> Iterator[str]:
    """Yield mutated messages; put evenly spread ones, and each so many of them again, into the sample."""
    fresh = size - size // SENT_AGAIN
    for number in range(count):
        body = mutator.next()
        if number * fresh // count != (number + 1) * fresh // count:
            sample.append(body)
            if len(sample) % SENT_AGAIN == SENT_AGAIN - 1 and len(sample) < size:
                sample.append(mutator.chance.choice(sample))
        yield body


def measure(*, count: int, ingest: int, seed: int) -> tuple[Readings, Account, int]:
    """Return what became of the messages, and the number of real ones that they were made of."""
    originals = real_bodies()
    understood = [body for body in originals if read_all([body]).understood]
    sample: list[str] = []
    readings = read_all(
        sampled(Mutator([*originals, *understood, *understood], seed), count, sample, min(ingest, count))
    )
    return readings, ingest_all(sample), len(originals)


def as_json(readings: Readings, account: Account) -> dict[str, Any]:
    """Return the figures."""
    return {
        "read": {
            "sent": readings.sent,
            "understood": readings.understood,
            "refused": readings.refused,
            "raised": readings.broken,
            "per_second": round(readings.sent / readings.seconds),
            "faults": [vars(fault) for fault in readings.faults],
            "adds_up": readings.adds_up,
        },
        "ingest": {
            "sent": account.sent,
            **{way: account.tally[way] for way in WAYS},
            "late": account.tally["late"],
            "reasons": account.reasons,
            "customers": account.customers,
            "per_second": round(account.sent / account.seconds),
            "faults": account.failed,
            "adds_up": account.adds_up,
        },
    }


def show(readings: Readings, account: Account) -> None:
    """Print the figures as a table."""
    speed = readings.sent / readings.seconds
    print(
        f"read      {readings.sent:>9,}  {speed:,.0f} a second, {'adds up' if readings.adds_up else 'DOES NOT ADD UP'}"
    )
    print(f"  understood {readings.understood:>7,}  as {_listed(readings.facts)}")
    print(f"  refused    {readings.refused.total():>7,}  {_listed(readings.refused)}")
    print(f"  raised     {readings.broken:>7,}")
    for fault in readings.faults:
        print(f"    {fault.error}\n      {fault.body[:400]}")
    speed = account.sent / account.seconds
    print(f"ingested  {account.sent:>9,}  {speed:,.0f} a second, {'adds up' if account.adds_up else 'DOES NOT ADD UP'}")
    for way in WAYS:
        print(
            f"  {way:<11}{account.tally[way]:>7,}  {_listed(account.reasons) if way == 'quarantined' else ''}".rstrip()
        )
    print(f"  {account.customers:,} customers known after it, {account.kept:,} messages in quarantine")
    for body in account.failed[:SENT_AGAIN]:
        print(f"    failed: {body[:400]}")


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.most_common())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000, help="messages to read")
    parser.add_argument("--ingest", type=int, default=2_000, help="of these, messages to take in")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not REAL.is_dir():
        sys.exit(f"{REAL} is not here: the payloads of real senders are what is mutated")
    readings, account, originals = measure(count=options.count, ingest=options.ingest, seed=options.seed)
    if options.json:
        print(json.dumps(as_json(readings, account), indent=2, default=str))
    else:
        print(f"{originals} messages of real senders, mutated with seed {options.seed}")
        show(readings, account)
    sys.exit(not (readings.adds_up and account.adds_up))


if __name__ == "__main__":
    main()
