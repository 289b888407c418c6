"""A customer, and a visitor on her device of whom nobody knows yet that it is her."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from moto import mock_aws

from attune.adapters.identities import Identities
from attune.adapters.identity_links import IdentityLinks
from attune.adapters.merges import Merges
from attune.domain.customers import Customer
from tests.support.events import identify
from tests.support.steps import in_journeys
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
VISITOR = "anon:d1"


@contextmanager
def ada_and_a_visitor() -> Iterator[World]:
    """Ada is known, and somebody on her device, not yet known to be her, is in a journey."""
    with mock_aws():
        made = World(TUESDAY_NOON)
        made.publish(identify("ada", made.now, firstName="Ada"))
        in_journeys(made, customer_id=VISITOR)
        yield made


def become_one(world: World, customers: Any = None) -> None:
    """Let the visitor turn out to be Ada; `customers` is the table as whoever merges them has it."""
    merges = Merges(customers or world.customers, world.decisions_table)
    identities = Identities(IdentityLinks(world.dynamodb, "customers"), merges, "a key for tests")
    merging = replace(world.ingest, identities=identities)
    world.ingest, ingest = merging, world.ingest
    try:
        world.publish(identify("ada", world.now) | {"anonymousId": "d1"})
    finally:
        world.ingest = ingest


def stored(world: World, customer_id: str = "ada") -> Customer:
    """Return a customer as stored under exactly this id."""
    customer = world.customers.load_unmerged(customer_id)
    assert customer is not None
    return customer
