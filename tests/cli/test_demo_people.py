"""What people in the demo say, whenever the shop opens."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from moto import mock_aws

from attune.adapters.playbook_files import load_playbooks
from attune_cli.cdk import ROOT
from attune_cli.demo.cast import cast
from attune_cli.demo.people import AGO, AHEAD, Person, as_told, track, with_days
from attune_cli.demo.playing import as_made, requests
from tests.support.events import identify
from tests.support.events import track as said
from tests.support.world import World

OPENS_LATE = datetime(2027, 3, 2, 10, tzinfo=UTC)


def test_a_day_to_come_is_counted_from_when_it_is_told() -> None:
    call = with_days(track("Note Recorded", topic="trip"), date=timedelta(days=10))

    assert as_told(call, OPENS_LATE)["properties"] == {"topic": "trip", "date": "2027-03-12"}


def test_nobody_in_the_cast_names_a_day_that_is_over_when_the_shop_opens_late() -> None:
    people = cast(load_playbooks(ROOT / "templates"))
    told = [as_told(call, OPENS_LATE) for one in people for act in one.acts for call in act.calls]
    days = [call["properties"][name] for call in told for name in ("date", "new_date") if name in call["properties"]]

    assert len(days) >= 2
    assert min(days) > OPENS_LATE.date().isoformat()
    assert all(AGO not in call and AHEAD not in call for call in told)


def test_nobody_does_two_things_at_one_time_that_a_slow_machine_could_pull_apart() -> None:
    for one in cast(load_playbooks(ROOT / "templates")):
        assert len({act.after for act in one.acts}) == len(one.acts), one.name


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(datetime(2026, 11, 24, 12, tzinfo=UTC))


def farid() -> Person:
    return next(one for one in cast(load_playbooks(ROOT / "templates")) if one.name == "Farid")


@pytest.mark.parametrize("lag", [timedelta(0), timedelta(minutes=5), timedelta(hours=3)])
def test_four_carts_of_one_bad_hour_are_four_journeys_however_slowly_they_arrive(world: World, lag: timedelta) -> None:
    (act,) = farid().acts
    who, consents = farid().customer_id, {"channels": ["sms", "email"], "source": "sign-up"}
    world.publish(
        identify(who, world.now - timedelta(days=1), **farid().traits),
        said(who, "Consent Granted", world.now - timedelta(days=1), **consents),
    )
    sent = list(requests(as_made(farid(), act.calls, world.now, itertools.count(1))))
    assert max(map(len, sent)) <= 10
    for request in sent:
        world.publish(*(dict(call) for call in request))
        world.run(lag)
    world.run(timedelta(days=14))

    assert world.choices(who, "moment") == ["started"] * 4
    assert world.choices(who, "escalation") == []
    assert "frequency_cap" in {row["reason_code"] for row in world.decisions(who, "contact")}
