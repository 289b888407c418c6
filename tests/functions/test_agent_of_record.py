"""Whoever looks after a customer gets their cases, and their moments where the playbook says so."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws
from typer.testing import CliRunner

from attune_cli.commands import support
from attune_cli.errors import CommandError
from attune_cli.main import app
from tests.support.events import identify, track
from tests.support.steps import in_journeys
from tests.support.support_desk import SupportDesks
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLAYBOOK = "cart_abandonment"


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(TUESDAY_NOON)


@pytest.fixture
def desks(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SupportDesks:
    in_journeys(world)
    desks = SupportDesks(world, tmp_path)
    monkeypatch.setattr(support, "chosen_stage", lambda *_: None)
    monkeypatch.setattr(support, "desk_of", lambda _, *, agent_id, lease_minutes: desks.of(agent_id))
    return desks


def looked_after_by(world: World, agent: str, customer_id: str = "ada", **traits: Any) -> None:
    world.publish(identify(customer_id, world.now, agentOfRecord=agent, **traits))


def gets_stuck(world: World, *, handed_over: bool) -> None:
    playbook = world.steps.playbooks[PLAYBOOK]
    switched = replace(playbook.escalation, agent_of_record=handed_over)
    world.steps.playbooks[PLAYBOOK] = replace(playbook, escalation=switched)  # type: ignore[index]
    world.publish(track("ada", "Product Added", world.now, cart_id="cart-1"))
    world.publish(track("ada", "Form Failed", world.now, cart_id="cart-1"))
    world.run(HOUR)


def pull(*words: str) -> str:
    result = CliRunner().invoke(app, ["support", "pull", *words], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.output


def test_a_moment_goes_to_the_agent_who_asked_to_be_involved_instead_of_a_journey(world):
    looked_after_by(world, "sam", firstName="Ada", locale="en", timezone="Europe/London")
    gets_stuck(world, handed_over=True)

    [case] = world.support.messages
    assert (case["trigger"], case["assigned_to"]) == ("agent_of_record", "sam")
    assert world.choices("ada", "moment") == ["handed_over"]
    assert not world.executions


def test_by_default_somebody_with_an_agent_gets_a_journey_like_everybody(world):
    looked_after_by(world, "sam", firstName="Ada", locale="en", timezone="Europe/London")
    gets_stuck(world, handed_over=False)

    assert world.choices("ada", "moment") == ["started"]
    assert world.support.messages == []


def test_without_an_agent_the_switch_changes_nothing(world):
    gets_stuck(world, handed_over=True)

    assert world.choices("ada", "moment") == ["started"]


def test_what_is_added_to_a_case_keeps_it_with_whom_it_was_given(desks):
    looked_after_by(desks.world, "sam")
    desks.ask_for_help()
    desks.world.now += timedelta(minutes=5)
    looked_after_by(desks.world, "kim")
    desks.ask_for_help(message_id="m2", text="Are you there?")

    assert [case["assigned_to"] for case in desks.world.support.messages] == ["sam", "sam"]
    assert desks.case().assigned_to == "sam"


def test_an_agent_who_comes_while_the_case_is_open_gets_it_where_it_was_nobodys(desks):
    desks.ask_for_help()
    desks.world.now += timedelta(minutes=5)
    looked_after_by(desks.world, "kim")
    desks.ask_for_help(message_id="m2", text="Are you there?")

    assert [case["assigned_to"] for case in desks.world.support.messages] == ["", "kim"]


def test_an_agent_sees_their_own_cases_and_others_still_find_theirs_at_once(desks):
    looked_after_by(desks.world, "sam")
    mine = desks.ask_for_help()
    in_journeys(desks.world, 1, "bo")
    desks.ask_for_help("bo")
    theirs = desks.case("bo").case_id

    seen = pull("--mine", "Sam")
    assert mine in seen
    assert theirs not in seen
    # Nothing was kept from anybody: both lie there for whoever looks next.
    everybody = pull()
    assert mine in everybody
    assert theirs in everybody
    assert "no case is waiting for kim" in pull("--mine", "kim")


def test_the_next_free_case_is_never_one_that_waits_for_somebody_else(desks):
    looked_after_by(desks.world, "sam")
    mine = desks.ask_for_help()

    with pytest.raises(CommandError, match="no case is waiting"):
        desks.of("kim").claim()
    assert desks.of("sam").claim().case.case_id == mine


def test_somebody_else_may_take_a_case_by_its_id_when_its_agent_is_away(desks):
    looked_after_by(desks.world, "sam")
    mine = desks.ask_for_help()

    assert desks.of("kim").claim(mine).case.assigned_to == "sam"
    assert desks.case().claimed_by == "kim"


def test_the_agents_name_is_in_no_decision(desks):
    looked_after_by(desks.world, "sam-the-agent")
    desks.ask_for_help()

    assert "sam-the-agent" not in str(desks.world.decisions())
