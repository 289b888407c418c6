"""Cases of two customers who become one: support keeps them all, and none comes back once it is over."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from attune.adapters.queues import EscalationRequest
from attune.domain.journeys import JourneyStatus
from tests.support.becoming_one import VISITOR, ada_and_a_visitor, become_one, stored
from tests.support.events import track
from tests.support.world import World


@pytest.fixture
def world() -> Iterator[World]:
    with ada_and_a_visitor() as made:
        yield made


def asks(world: World, customer_id: str, message_id: str) -> None:
    request = EscalationRequest(
        customer_id=customer_id, trigger="asked_for_help", at=world.now, message_id=message_id, text="Please help me"
    )
    world.escalations.send(request)
    world.run(timedelta(seconds=1))


@pytest.mark.parametrize("hers_is_resolved", [True, False])
def test_both_cases_of_two_who_become_one_stay_with_support(world, hers_is_resolved):
    for journey in stored(world, VISITOR).journeys.values():
        world.customers.save(VISITOR, replace(journey, status=JourneyStatus.ENDED))
    asks(world, "ada", "m-1")
    if hers_is_resolved:
        world.customers.save("ada", replace(stored(world).cases["direct"], resolved_at=world.now))
    asks(world, VISITOR, "m-2")
    theirs = stored(world, VISITOR).cases["direct"].case_id

    become_one(world)
    become_one(world)

    ada = stored(world)
    assert [case.case_id for case in ada.cases.values()].count(theirs) == 1
    assert {case.about.partition("~")[0] for case in ada.cases.values()} == {"direct"}
    assert len(ada.cases) == 2
    resolved = track("ada", "Case Resolved", world.now, case_id=theirs, agent_id="sam")
    asks(world, "ada", "m-3")
    joined = [case.case_id for case in stored(world).cases.values() if "m-3" in case.references]
    assert joined == ([theirs] if hers_is_resolved else [stored(world).cases["direct"].case_id])
    world.publish(resolved)
    assert stored(world).has_open_case is not hers_is_resolved
    asks(world, "ada", "m-2")
    assert [case.references.count("m-2") for case in stored(world).cases.values()].count(1) == 1


def test_a_case_that_was_resolved_and_opened_again_after_a_merge_does_not_come_back_as_it_was_before(world):
    for journey in stored(world, VISITOR).journeys.values():
        world.customers.save(VISITOR, replace(journey, status=JourneyStatus.ENDED))
    asks(world, VISITOR, "m-1")
    become_one(world)
    world.customers.save("ada", replace(stored(world).cases["direct"], resolved_at=world.now))
    asks(world, "ada", "m-2")
    again = stored(world).cases["direct"]
    world.customers.save("ada", replace(again, resolved_at=world.now))

    world.identities.heal(VISITOR)

    seen = world.customers.load(VISITOR)
    assert [case.case_id for case in seen.cases.values()] == [again.case_id]
    assert not seen.has_open_case
