"""The line of a touch: what its last step asks for, and journeys that began under the definition before it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from attune.adapters.journey_starter import first_run
from attune.adapters.queues import TouchRun, Watch, read_watch
from attune.domain.errors import ThrottledDeliveryError
from attune.domain.journeys import Journey
from tests.support.events import identify, track
from tests.support.state_machine import Execution
from tests.support.world import World

BEFORE = Path(__file__).resolve().parents[1] / "support" / "journey_before_the_line.asl.json"
TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LINE = ["PlanTouch", "WaitUntil", "SendMessage", "WaitForResponse", "ReviewJourney"]


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(TUESDAY_NOON)


def in_trouble(world: World, *troubles: str) -> None:
    traits = {"firstName": "Ada", "email": "ada@example.com", "locale": "en", "timezone": "Europe/London"}
    world.publish(
        identify("ada", world.now, **traits),
        track("ada", "Consent Granted", world.now, channels=["email"]),
        track("ada", "Product Added", world.now),
        *(track("ada", trouble, world.now) for trouble in troubles),
    )


def told(world: World) -> list[tuple[str, str]]:
    return [(row["kind"], row["choice"]) for row in world.decisions("ada") if row["kind"] != "consent"]


def test_a_journey_with_one_email_enters_five_states(world: World) -> None:
    in_trouble(world, "Rage Clicked", "Rage Clicked")

    world.run(timedelta(days=12))

    assert len(world.emails) == 1
    assert world.visited == LINE
    kinds = [kind for kind, _ in told(world)]
    assert kinds == ["moment", "tone", "delay", "contact", "review"]


def test_the_next_touch_is_a_run_of_its_own_under_a_name_that_starts_once(world: World) -> None:
    in_trouble(world, "Form Failed", "Payment Failed")

    world.run(timedelta(days=12))
    [journey] = world.journeys
    asked = [message for message in world.watch_queue.messages if "journey_id" in message]
    for message in asked:
        world.watch_queue.send(message)  # delivered again
    world.run(timedelta(days=1))

    assert len(world.emails) == 2
    assert list(world.executions) == [journey, f"{journey}-2-1"]
    assert world.visited == LINE * 2


def test_a_held_message_keeps_its_plan_and_is_decided_once(world: World) -> None:
    in_trouble(world, "Rage Clicked", "Rage Clicked")
    email = world.sending.delivery.email
    world.sending = replace(world.sending, delivery=replace(world.sending.delivery, email=Busy(email, times=2)))

    world.run(timedelta(days=12))

    [journey] = world.journeys
    assert list(world.executions) == [journey, f"{journey}-1-2", f"{journey}-1-3"]
    assert len(world.emails) == 1
    assert [row["choice"] for row in world.decisions("ada", "contact")] == ["held", "held", "sent"]
    assert len(world.decisions("ada", "tone")) == len(world.decisions("ada", "delay")) == 1


class Busy:
    """A provider that is busy a few times."""

    def __init__(self, provider: Any, *, times: int) -> None:
        self.provider, self.times = provider, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self.provider, name)

    def send(self, *args: Any, **named: Any) -> Any:
        if self.times:
            self.times -= 1
            raise ThrottledDeliveryError("Throttling", "slower")
        return self.provider.send(*args, **named)


def test_who_is_called_for_gets_the_case_of_the_journey_that_asked_and_the_journey_ends(world: World) -> None:
    world.library = replace(world.library, approvals={})
    world._wire()
    in_trouble(world, "Rage Clicked", "Rage Clicked")

    world.run(timedelta(days=12))

    [case] = world.support.messages
    assert case["journey_id"] == world.journeys[0]
    assert world.emails == []
    [journey] = world.customers.load("ada").journeys.values()  # type: ignore[union-attr]
    assert journey.ended_because == "escalated"
    assert world.choices("ada", "escalation") == ["opened"]


def test_a_step_that_tells_what_nobody_knows_fails_the_journey_and_frees_the_customer(world: World) -> None:
    in_trouble(world, "Rage Clicked", "Rage Clicked")
    world.functions["send_message"] = lambda event: {
        "outcome": "surprise",
        "plan": {},
        "trigger": "",
        "wait_until": "2026-11-25T12:00:00Z",
    }

    with pytest.raises(Exception, match="surprise"):
        world.run(timedelta(days=12))

    assert world.choices("ada", "journey") == ["failed"]
    [journey] = world.customers.load("ada").journeys.values()  # type: ignore[union-attr]
    assert journey.ended_because == "step_failed"


@pytest.mark.parametrize("troubles", [("Rage Clicked", "Rage Clicked"), ("Form Failed", "Payment Failed")])
def test_a_journey_of_the_definition_before_finishes_on_these_functions(
    world: World, troubles: tuple[str, ...]
) -> None:
    """It keeps its definition, which asks for words and moment one by one and branches by itself."""
    names = {"ChooseTone": "choose_tone", "ChooseDelay": "choose_delay", "SendMessage": "send_message",
             "ReviewJourney": "review_journey", "Escalate": "escalate"}  # fmt: skip
    text = BEFORE.read_text(encoding="utf-8")
    for state, function in names.items():
        text = text.replace(f"${{{state}Arn}}", function)

    def start_as_before(journey: Journey, customer_id: str) -> None:
        run = first_run(journey, customer_id)
        if run.name in world.executions:
            return
        payload = run.model_dump(exclude={"attempt", "plan"})
        execution = Execution(json.loads(text), payload, lambda name, event: world.functions[name](event))
        world.executions[run.name] = execution
        world._advance(execution)

    world.start = start_as_before  # type: ignore[method-assign]
    world._wire()
    in_trouble(world, *troubles)

    world.run(timedelta(days=12))

    [execution] = world.executions.values()
    assert execution.done
    assert execution.visited[-1] == "Ended"
    assert len(world.emails) == (2 if "Form Failed" in troubles else 1)


def test_the_longest_name_of_a_run_is_one_that_step_functions_takes() -> None:
    names = {"playbook": "p" * 47, "playbook_version": "1.0.0", "key": "k", "customer_id": "c"}
    runs = [TouchRun(journey_id="p" * 47 + "-" + "f" * 32, touch=t, attempt=a, **names) for t, a in [(1, 1), (9, 4321)]]

    assert [len(run.name) for run in runs] == [80, 80]
    assert len({run.name for run in runs}) == 2


def test_the_watch_queue_tells_a_session_from_a_touch() -> None:
    watch = Watch(customer_id="c", session_id="s", playbook="p", key="k", due_at=TUESDAY_NOON)
    run = TouchRun(journey_id="j", customer_id="c", playbook="p", playbook_version="1", key="k", touch=2)

    assert read_watch(watch.model_dump_json()) == watch
    assert read_watch(run.model_dump_json()) == run
