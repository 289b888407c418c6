"""Escalations killed half-way: support gets one case, under one id."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from attune.adapters.case_messages import read_message
from attune.adapters.queues import EscalationRequest
from attune.domain.customers import Case
from attune.domain.journeys import JourneyStatus
from functions.escalate.escalating import CaseInProgressError, Escalator
from tests.support.crashing import KilledError
from tests.support.events import track
from tests.support.steps import in_journeys
from tests.support.world import VirtualQueue, World

A_MINUTE = timedelta(minutes=1)
TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(TUESDAY_NOON)


@dataclass
class Support:
    """A support queue whose process dies at the first case, before or after it is on the queue."""

    died: bool = False
    after: bool = False
    cases: list[dict[str, Any]] = field(default_factory=list)

    def send(self, message: dict[str, Any], **_: Any) -> None:
        if not self.died and not self.after:
            self.died = True
            raise KilledError
        self.cases.append(message)
        if not self.died:
            self.died = True
            raise KilledError


def request(world: World, number: int = 1) -> str:
    return EscalationRequest(
        customer_id="ada", trigger="asked_for_help", at=world.now, message_id=f"m{number}", text=f"help {number}"
    ).model_dump_json()


@pytest.mark.parametrize("after", [False, True], ids=["before the queue", "after the queue"])
def test_an_escalation_killed_around_the_queue_ends_in_one_case(world, after):
    in_journeys(world)
    support = Support(after=after)
    escalator = Escalator(world.steps, world.library, support, support, VirtualQueue(world), "https://shop.example")  # type: ignore[arg-type]
    with pytest.raises(KilledError):
        escalator.from_queue(request(world))
    world.run(A_MINUTE)

    escalator.from_queue(request(world))
    escalator.from_queue(request(world))

    assert len({case["case_id"] for case in support.cases}) == 1
    assert len(support.cases) == (2 if after else 1)
    assert [case.case_id for case in cases(world)] == [support.cases[0]["case_id"]]
    assert world.choices("ada", "escalation") == ["opened"]


@pytest.mark.parametrize("after", [False, True], ids=["before the queue", "after the queue"])
def test_a_second_request_after_a_crash_means_the_same_case(world, after):
    in_journeys(world)
    support = Support(after=after)
    escalator = Escalator(world.steps, world.library, support, support, VirtualQueue(world), "https://shop.example")  # type: ignore[arg-type]
    with pytest.raises(KilledError):
        escalator.from_queue(request(world, 1))
    world.run(A_MINUTE)

    escalator.from_queue(request(world, 2))
    escalator.from_queue(request(world, 1))

    assert len({case["case_id"] for case in support.cases}) == 1
    assert "help 2" in {case["wrote"] for case in support.cases}
    assert set(cases(world)[0].references) == {"m1", "m2"}


@pytest.mark.parametrize("after", [False, True], ids=["before the queue", "after the queue"])
def test_a_request_goes_on_with_the_case_begun_for_it_though_its_journey_has_ended_since(world, after):
    (journey,) = in_journeys(world)
    support = Support(after=after)
    escalator = Escalator(world.steps, world.library, support, support, VirtualQueue(world), "https://shop.example")  # type: ignore[arg-type]
    with pytest.raises(KilledError):
        escalator.from_queue(request(world))
    world.run(A_MINUTE)
    running = world.customers.load("ada").journeys[journey.journey_id]
    world.customers.save("ada", replace(running, status=JourneyStatus.ENDED, ended_because="expired"))

    escalator.from_queue(request(world))
    escalator.from_queue(request(world))

    (case,) = cases(world)
    assert {told["case_id"] for told in support.cases} == {case.case_id}
    assert (case.about, case.queued) == (journey.journey_id, True)
    (opened,) = world.decisions(kind="escalation")
    assert (opened["choice"], opened["journey_id"], json.loads(opened["inputs"])["case_id"]) == (
        "opened",
        journey.journey_id,
        case.case_id,
    )


def test_a_request_that_comes_while_its_case_is_on_the_way_comes_again_instead_of_sending_it_twice(world):
    in_journeys(world)
    support = Support(after=False)
    escalator = Escalator(world.steps, world.library, support, support, VirtualQueue(world), "https://shop.example")  # type: ignore[arg-type]
    with pytest.raises(KilledError):
        escalator.from_queue(request(world))

    with pytest.raises(CaseInProgressError, match="come again"):
        escalator.from_queue(request(world))

    assert support.cases == []


def cases(world: World) -> list[Case]:
    ada = world.customers.load("ada")
    assert ada is not None
    return list(ada.cases.values())


def test_the_case_of_somebody_in_trouble_can_be_read_by_who_pulls_it_with_every_reason_in_words(world):
    world.publish(
        track("ada", "Product Added", world.now),
        *(track("ada", "Form Failed", world.now) for _ in range(3)),
        track("ada", "Message Replied", world.now, text="I need help: the form refuses me", channel="email"),
    )
    world.run(A_MINUTE)

    [message] = world.support.messages
    case = read_message(json.dumps(message))
    assert "form_failures" in {why.term for why in case.friction_reasons}
    assert all(why.sentence.endswith(".") for why in case.friction_reasons)
    assert case.wrote == "I need help: the form refuses me"
