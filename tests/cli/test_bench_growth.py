"""The benchmark of growth: its table answers as moto's does, its people are like real ones, and what it tells is level."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.due_index import DueIndex
from attune.adapters.identity_links import IdentityLinks
from attune.domain.clock import ClockScale
from attune.domain.contacts import Ledger
from attune.domain.customers import Due
from attune.domain.decisions import Decision, DecisionKind, Reason
from attune.domain.dues import partition_of
from attune.domain.errors import ConflictError
from attune.domain.identity import Link
from attune.domain.sessions import Session
from bench.growth import telling
from bench.growth.__main__ import is_level, per_tenfold, summary
from bench.growth.population import PLACES, Model, population
from bench.growth.table import NotAnsweredError, TableInMemory
from bench.growth.telling import Found, Told, in_memory, made_models
from tests.support.tables import create_tables

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(params=["moto", "in memory"])
def dynamodb(request: pytest.FixtureRequest) -> Iterator[Any]:
    table = TableInMemory()
    with mock_aws(), table.instead_of_moto() if request.param == "in memory" else nullcontext():
        client = boto3.client("dynamodb", region_name="us-east-1")
        create_tables(client)
        yield client


@pytest.fixture(scope="module")
def models() -> list[Model]:
    return made_models()


def test_customers_are_kept_and_a_late_writer_is_refused(dynamodb: Any) -> None:
    customers = CustomersTable(dynamodb, "customers", Clock(ClockScale(), lambda: NOON))
    made = customers.load_or_create("ada")
    customers.save("ada", Session("visit"))
    customers.save("ada", Ledger())

    with pytest.raises(ConflictError):
        customers.save("ada", replace(made.profile, version=0))
    with pytest.raises(ConflictError):
        customers.save("ada", replace(made.profile, version=7))
    seen = customers.load("ada")

    assert seen is not None
    assert (seen.profile, set(seen.sessions), customers.load("bea")) == (made.profile, {"visit"}, None)
    assert seen.ledger.version == 1
    assert customers.is_forgotten(made.profile) is False


def test_what_has_expired_gives_way(dynamodb: Any) -> None:
    long_ago = CustomersTable(dynamodb, "customers", Clock(ClockScale(), lambda: NOON - timedelta(days=400)))
    long_ago.save("ada", Session("visit"))
    customers = CustomersTable(dynamodb, "customers", Clock(ClockScale(), lambda: NOON))

    begun = customers.save("ada", Session("visit"))
    assert customers.sessions_at_a_glance([("ada", "visit")]) == {("ada", "visit"): begun}


def test_links_are_found_one_by_one_and_together(dynamodb: Any) -> None:
    links = IdentityLinks(dynamodb, "customers")
    links.save(Link(mark="email:1", customer_id="ada"))

    with pytest.raises(ConflictError):
        links.save(Link(mark="email:1", customer_id="bea"))
    found = links.get_many(["email:1", "email:2"])

    assert {mark: link.customer_id for mark, link in found.items()} == {"email:1": "ada"}
    assert (links.get("email:2"), links.get("email:1")) == (None, found["email:1"])


def test_decisions_are_written_once(dynamodb: Any) -> None:
    log = DecisionsTable(dynamodb, "decisions", Clock(ClockScale(), lambda: NOON), "test")
    first = Decision(
        decision_id="one",
        time=NOON,
        kind=DecisionKind.MOMENT,
        subject_key="somebody",
        choice="started",
        reasons=(Reason("friction", "Made up."),),
    )
    log.record(first)
    log.record(replace(first, choice="withheld"))

    rows = dynamodb.query(
        TableName="decisions", KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": "somebody"}}
    )["Items"]

    assert [row["choice"]["S"] for row in rows] == ["started"]


def test_what_is_due_is_found_by_its_index_in_order(dynamodb: Any) -> None:
    customers = CustomersTable(dynamodb, "customers", Clock(ClockScale(), lambda: NOON))
    for hours, name in ((3, "later"), (1, "soon"), (9, "tomorrow")):
        customers.save(
            "ada", Due(name=name, due_at=NOON + timedelta(hours=hours), playbook="cart_abandonment", key="k")
        )
    partition = int(partition_of("ada").rpartition("#")[2])

    found = DueIndex(dynamodb, "customers").until(partition, NOON + timedelta(hours=4))

    assert [(who, due.name) for who, due in found] == [("ada", "soon"), ("ada", "later")]


@pytest.mark.parametrize(
    ("operation", "asked"),
    [
        ("Scan", {"TableName": "customers"}),
        ("Query", {"TableName": "customers", "FilterExpression": "a = :b"}),
        ("PutItem", {"TableName": "t", "Item": {}, "ConditionExpression": "a < :b"}),
        ("UpdateItem", {"TableName": "customers"}),
    ],
)
def test_what_the_table_does_not_know_it_refuses_a_scan_above_all(operation: str, asked: dict[str, Any]) -> None:
    with pytest.raises(NotAnsweredError):
        TableInMemory().answer(operation, asked)


def test_people_made_after_a_model_are_like_a_real_one_and_nobody_else(models: list[Model]) -> None:
    table = TableInMemory()
    table.fill("customers", population(models, 8))
    with mock_aws(), table.instead_of_moto():
        client = boto3.client("dynamodb", region_name="us-east-1")
        customers = CustomersTable(client, "customers", Clock(ClockScale(), lambda: NOON))
        people = [customers.load(f"p{number * PLACES // 8:07d}") for number in range(8)]
        links = IdentityLinks(client, "customers")
        owners = [links.get(mark) for person in people if person for mark in person.profile.identifiers]

    known = [person for person in people if person is not None]
    assert [link.customer_id for link in owners if link] == [person.customer_id for person in known]
    assert len({person.profile.subject_key for person in known}) == len({person.profile.email for person in known}) == 8
    assert all(person.consent.allows("email") for person in known)
    assert {len(session.tail) for person in known for session in person.sessions.values()} == {2, 3, 5, 8}


def test_an_event_asks_as_much_of_a_table_among_a_thousand_as_among_ten(
    models: list[Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, few in {"PEOPLE": 10, "EVENTS_EACH": 2, "CARTS": 2}.items():
        monkeypatch.setattr(telling, name, few)
    sizes = []
    for many in (10, 1000):
        table = TableInMemory()
        table.fill("customers", population(models, many))
        sizes.append(in_memory(table, many, "test"))

    assert is_level({"in_memory": [summary([told]) for told in sizes], "moto": []})
    assert 1 <= sizes[0].event.requests <= 2
    assert sizes[0].item_bytes == pytest.approx(sizes[1].item_bytes, rel=0.02)
    assert sizes[1].journey.things > 0
    assert sizes[1].journey.usd_per_million > 100


def told(customers: int, *, requests: float = 2.0, cpu_ms: float = 1.5) -> Told:
    found = Found(things=1, requests=requests, read_units=1, write_units=1, usd_per_million=2, cpu_ms=cpu_ms)
    return Told(customers, found, found, 16.0, 700.0)


def test_a_request_more_among_more_customers_is_not_level() -> None:
    small, large = summary([told(1000)]), summary([told(10_000, requests=3.0)])

    assert is_level({"in_memory": [small, summary([told(10_000)])], "moto": []})
    assert not is_level({"in_memory": [small, large], "moto": []})
    assert not is_level({"in_memory": [small], "moto": [large]})


def test_time_that_grows_with_customers_is_told_per_tenfold() -> None:
    rounds = [told(10**power, cpu_ms=level + 0.25 * power) for level in (1.0, 2.0) for power in (3, 4, 5, 6)]

    slope = per_tenfold(rounds)["event"]

    assert slope is not None
    assert (slope.value, slope.series) == (pytest.approx(0.25), 2)
