"""Identity on 1,000 records of 251 people, each an identify from a random device, some devices shared by two people.

    python -m bench.identity.run [FILE] [--shared 0.1] [--seed 1] [--json]

Prints pairwise precision and recall of Attune, and of joining records by equal e-mail address and equal device (the
naive union, which also joins the people who share a device, and the same without the shared devices).
"""

import argparse
import csv
import itertools
import json
import random
import sys
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
from moto import mock_aws

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.identities import Identities
from attune.adapters.identity_links import IdentityLinks
from attune.adapters.merges import Merges
from attune.adapters.senders import read_event
from attune.domain.clock import ClockScale
from attune.domain.identifiers import IdentityClaim
from tests.support.tables import create_tables

SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "splink_fake1000" / "fake_1000.csv"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

type Record = Mapping[str, str]


@dataclass(frozen=True)
class Score:
    """Pairwise precision and recall of a clustering."""

    precision: float
    recall: float


def read_records(path: Path) -> list[Record]:
    """Read the records."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def give_devices(records: Sequence[Record], *, shared: float, chance: random.Random) -> dict[str, str]:
    """Give each record a device of its person (one to three each); a share of devices is used by a second person."""
    people = sorted({record["cluster"] for record in records})
    devices = {person: [f"d{person}-{n}" for n in range(chance.randint(1, 3))] for person in people}
    for person in people:
        for device in list(devices[person]):
            if chance.random() < shared and device.startswith(f"d{person}-"):
                devices[chance.choice([other for other in people if other != person])].append(device)
    return {record["unique_id"]: chance.choice(devices[record["cluster"]]) for record in records}


def as_event(record: Record, device: str, time: datetime) -> str:
    """Return a record as the identify event an application would publish."""
    name = " ".join(part for part in (record["first_name"], record["surname"]) if part)
    traits = {"name": name, "email": record["email"], "birthday": record["dob"]}
    detail = {
        "type": "identify",
        "anonymousId": device,
        "messageId": f"record-{record['unique_id']}",
        "timestamp": time.isoformat(),
        "traits": {trait: value for trait, value in traits.items() if value},
    }
    return json.dumps({"source": "app.bench", "detail-type": "identify", "time": time.isoformat(), "detail": detail})


def resolve(records: Sequence[Record], devices: Mapping[str, str]) -> dict[str, str]:
    """Return the customer each record ends with, by the real code on moto's table."""
    with mock_aws():
        dynamodb = boto3.client("dynamodb", region_name="us-east-1")
        create_tables(dynamodb)
        clock = Clock(ClockScale())
        customers = CustomersTable(dynamodb, "customers", clock)
        decisions = DecisionsTable(dynamodb, "decisions", clock, "bench")
        identities = Identities(IdentityLinks(dynamodb, "customers"), Merges(customers, decisions), "bench")
        found: dict[str, str] = {}
        for number, record in enumerate(records):
            time = NOON + timedelta(minutes=number)
            claims = [
                fact
                for fact in read_event(as_event(record, devices[record["unique_id"]], time), time)
                if isinstance(fact, IdentityClaim)
            ]
            found[record["unique_id"]] = (
                identities.claim(claims[0]).customer_id
                if claims
                else identities.owner(f"anon:{devices[record['unique_id']]}").customer_id
            )
        ends: dict[str, str] = {}
        for customer_id in set(found.values()):
            customer = customers.load(customer_id)
            ends[customer_id] = customer.customer_id if customer else customer_id
        return {unique_id: ends[customer_id] for unique_id, customer_id in found.items()}


def union(records: Sequence[Record], *keys: Mapping[str, Hashable]) -> dict[str, str]:
    """Join records that agree in a key (records without one stand alone), and what they are joined to."""
    parent = {record["unique_id"]: record["unique_id"] for record in records}

    def root(member: str) -> str:
        while parent[member] != member:
            member = parent[member]
        return member

    for key in keys:
        first: dict[Hashable, str] = {}
        for record in records:
            value = key.get(record["unique_id"])
            if value:
                parent[root(record["unique_id"])] = root(first.setdefault(value, record["unique_id"]))
    return {member: root(member) for member in parent}


def score(records: Sequence[Record], found: Mapping[str, Hashable]) -> Score:
    """Compare a clustering with the truth, pair by pair."""
    joined = set(_pairs({r["unique_id"]: found[r["unique_id"]] for r in records}))
    true = set(_pairs({r["unique_id"]: r["cluster"] for r in records}))
    right = len(joined & true)
    return Score(right / len(joined) if joined else 1.0, right / len(true))


def _pairs(clusters: Mapping[str, Hashable]) -> Iterable[tuple[str, str]]:
    members: defaultdict[Hashable, list[str]] = defaultdict(list)
    for member, cluster in clusters.items():
        members[cluster].append(member)
    for group in members.values():
        yield from itertools.combinations(sorted(group), 2)


def measure(path: Path, *, shared: float, seed: int) -> dict[str, Score]:
    """Score Attune and the two unions on the records in an arbitrary but repeatable order."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable shuffle
    records = read_records(path)
    devices = give_devices(records, shared=shared, chance=chance)
    chance.shuffle(records)
    emails = {r["unique_id"]: r["email"].casefold() for r in records}
    users: defaultdict[str, set[str]] = defaultdict(set)
    for record in records:
        users[devices[record["unique_id"]]].add(record["cluster"])
    unshared = {unique_id: device for unique_id, device in devices.items() if len(users[device]) == 1}
    return {
        "attune": score(records, resolve(records, devices)),
        "e-mail": score(records, union(records, emails)),
        "e-mail and device, naive": score(records, union(records, emails, devices)),
        "e-mail and device, shared ones left out": score(records, union(records, emails, unshared)),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--shared", type=float, default=0.1, help="share of devices used by two people")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not options.file.exists():
        sys.exit(f"{options.file} is not here: give the path of fake_1000.csv")
    scores = measure(options.file, shared=options.shared, seed=options.seed)
    if options.json:
        print(json.dumps({name: vars(found) for name, found in scores.items()}, indent=2))
        return
    print(f"{options.shared:.0%} of devices shared by two people, seed {options.seed}")
    for name, found in scores.items():
        print(f"{name:<42} precision {found.precision:.4f}  recall {found.recall:.4f}")


if __name__ == "__main__":
    main()
