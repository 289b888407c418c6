"""Who does not answer is left in peace: the touch is withheld, the log says why, and the journey goes on to its review."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from moto import mock_aws

from attune.adapters.policies_table import write_counts
from attune.domain.contacts import Contact, ContactState, Ledger
from attune.domain.learning.beliefs import Counts
from tests.support.events import identify, track
from tests.support.world import World

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(NOON)


def before(days: float) -> Contact:
    return Contact(
        contact_id=f"old#{days}",
        playbook="another",
        journey_id="old",
        touch=1,
        channel="email",
        message="m",
        at=NOON - timedelta(days=days),
        state=ContactState.SENT,
    )


def in_trouble(world: World, *, unanswered: tuple[float, ...]) -> None:
    traits = {"firstName": "Ada", "email": "ada@example.com", "locale": "en", "timezone": "Europe/London"}
    world.publish(identify("ada", world.now, **traits))
    world.publish(track("ada", "Consent Granted", world.now, channels=["email"], source="checkout"))
    if unanswered:
        world.customers.save("ada", Ledger(tuple(before(days) for days in unanswered)))
    world.publish(track("ada", "Product Added", world.now))
    for _ in range(3):
        world.publish(track("ada", "Page Reloaded", world.now))
    world.publish(track("ada", "Form Failed", world.now))


def hardly_helps(world: World) -> None:
    counts = write_counts(Counts(4, 2000, 0, NOON), version=1)
    for arm in ("12h", "24h", "48h", "72h"):
        for level in ("*#*#*", *(f"cart_abandonment#{touch}#*" for touch in (1, 2, 3))):
            world.dynamodb.put_item(TableName="policies", Item={"pk": {"S": level}, "sk": {"S": arm}, **counts})


def test_a_touch_is_withheld_from_who_did_not_answer_and_the_log_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("attune.domain.learning.policy.EVEN_SHARE", 0.0)  # nothing is tried out in this test
    hardly_helps(world)
    in_trouble(world, unanswered=(9, 8, 7, 6, 5, 4))

    world.run(timedelta(days=12))

    delay = world.decisions("ada", "delay")[0]
    assert (delay["choice"], delay["reason_code"]) == ("none", "fatigue")
    assert {o["name"]: o["probability"] for o in json.loads(delay["options"])}["none"] > 0.9
    inputs = json.loads(delay["inputs"])
    assert inputs["unanswered"] == 6
    assert inputs["contact_at"] == ""
    assert {row["reason_code"] for row in world.decisions("ada", "contact")} == {"fatigue"}
    assert set(world.choices("ada", "contact")) == {"withheld"}
    assert set(world.choices("ada", "review")) == {"next_touch", "end"}  # all in one instant
    assert world.emails == []


def test_who_was_left_in_peace_gets_the_first_touch_however_little_it_helps(world: World) -> None:
    hardly_helps(world)
    in_trouble(world, unanswered=())

    world.run(timedelta(days=12))

    first = world.decisions("ada", "delay")[0]
    assert first["choice"] in {"24h", "48h", "72h"}
    assert "none" not in {option["name"] for option in json.loads(first["options"])}
    assert len(world.emails) >= 1
