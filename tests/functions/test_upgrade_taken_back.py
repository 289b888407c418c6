"""The way back: what this version writes can be read by the one before it, and by itself once a later one was taken back."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from moto import mock_aws

from attune.domain.sessions import Session
from tests.support.events import identify, track
from tests.support.upgraded import reads_before, upgraded
from tests.support.world import World

NEW_KINDS: set[str] = set()
"""Kinds of row that the version before does not know, and passes over."""


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield upgraded()


def rows(world: World) -> list[dict[str, Any]]:
    found = world.dynamodb.get_paginator("scan").paginate(TableName="customers").build_full_result()["Items"]
    return [row for row in found if row["pk"]["S"].startswith("CUSTOMER#")]


def kind_of(row: dict[str, Any]) -> str:
    return row["sk"]["S"].partition("#")[0]


def test_what_this_version_writes_has_the_form_that_the_version_before_reads(world: World) -> None:
    reads = {kind: Draft202012Validator(schema) for kind, schema in reads_before().items()}
    world.publish(identify("new", world.now, email="new@example.com", timezone="Europe/London", locale="en"))
    world.publish(track("new", "Consent Granted", world.now, channels=["email"], source="checkout"))
    world.publish(track("new", "Product Added", world.now))
    world.publish(track("waiting", "Order Completed", world.now, order_id="o-1"))
    world.run(timedelta(days=30))

    written = rows(world)
    assert {kind_of(row) for row in written} >= {"PROFILE", "CONSENT", "CONTACTS", "SESSION", "JOURNEY", "CASE"}
    assert {kind_of(row) for row in written} - set(reads) <= NEW_KINDS
    for row in written:
        if kind_of(row) in reads:
            problems = [error.message for error in reads[kind_of(row)].iter_errors(json.loads(row["data"]["S"]))]
            assert problems == [], (row["sk"], problems)


def test_a_kind_of_row_that_a_later_version_made_is_passed_over_and_left_alone(world: World) -> None:
    later = {"pk": {"S": "CUSTOMER#waiting"}, "sk": {"S": "TELEPATHY#1"}, "version": {"N": "1"}, "data": {"S": "{}"}}
    world.dynamodb.put_item(TableName="customers", Item=later)

    world.run(timedelta(days=30))

    assert world.choices("waiting", "contact")[:1] == ["sent"]
    assert later in rows(world)


def test_a_field_that_a_later_version_added_is_passed_over(world: World) -> None:
    for row in rows(world):
        data = {**json.loads(row["data"]["S"]), "of_a_later_version": {"deep": [1, 2]}}
        world.dynamodb.put_item(TableName="customers", Item={**row, "data": {"S": json.dumps(data)}})

    customer = world.customers.load("waiting")
    assert customer is not None
    assert isinstance(next(iter(customer.sessions.values())), Session)
    world.run(timedelta(days=30))
    assert world.choices("waiting", "contact")[:1] == ["sent"]
