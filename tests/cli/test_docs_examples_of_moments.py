"""The example stories of the moments other than a cart come true."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from moto import mock_aws

from tests.support.events import envelope
from tests.support.moments import TUESDAY_NOON, sent
from tests.support.world import World

EVENTS = Path(__file__).resolve().parents[2] / "examples" / "events"


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(TUESDAY_NOON)


@pytest.mark.parametrize(
    ("story", "days", "first"),
    [
        ("payment_failed", 1, "payment_help"),
        ("delivery_late", 1, "delivery_delay_notice"),
        ("form_refused", 2, "form_help"),
        ("prices_to_and_fro", 3, "pricing_questions"),
        ("wrong_page", 2, "search_help"),
        ("stalled_set_up", 5, "onboarding_help"),
        ("parcel_arrived", 13, "purchase_followup"),
        ("trip_noted", 20, ""),
    ],
)
def test_each_story_leads_to_its_moments_first_message(world: World, story: str, days: int, first: str) -> None:
    lines = [json.loads(line) for line in (EVENTS / f"{story}.ndjson").read_text(encoding="utf-8").splitlines()]
    for line in lines:
        world.deliver(envelope({**line, "timestamp": world.now.isoformat()}))
        world.run(timedelta(seconds=50))

    world.run_days(days)

    assert sent(world, lines[0]["userId"])[:1] == ([first] if first else [])
    assert bool(world.support.messages) is (story == "trip_noted")
