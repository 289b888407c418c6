"""Many senders at once, some dying at every point: no cap is ever exceeded, no message is lost from the books."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from attune.domain.contacts import ContactState
from attune.domain.playbook_rules import Limits
from tests.support.ledger_races import FATES, GENEROUS, prepare, race
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(TUESDAY_NOON)


LIMITS = st.builds(
    lambda day, week, sms: Limits(
        per_day=day, per_week=max(day, week), sms_per_day=sms, sms_per_week=7, playbook_per_day=9, playbook_per_week=9
    ),
    st.integers(1, 6),
    st.integers(1, 9),
    st.integers(1, 5),
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    limits=LIMITS, journeys=st.integers(2, 10), seed=st.integers(0, 10**6), fates=st.sampled_from([("fine",), FATES])
)
def test_no_cap_is_exceeded_and_nothing_is_lost_wherever_senders_die(limits, journeys, seed, fates):
    with mock_aws():
        world = World(TUESDAY_NOON)
        ready = prepare(world.steps, "ada", journeys)

        run = race(
            world.steps,
            world.delivery,
            customer_id="ada",
            journeys=ready,
            limits=limits,
            fates=fates,
            seed=seed,
            writers=20,
        )

    states = [contact.state for contact in run.ledger.contacts]
    assert run.over_a_cap() == []
    assert run.unaccounted() == []
    assert len({contact.contact_id for contact in run.ledger.contacts}) == len(states)
    assert ContactState.RESERVED not in states
    if fates == ("fine",):
        room = min(limits.per_day, limits.per_week, limits.sms_per_day, journeys)
        assert states.count(ContactState.SENT) + states.count(ContactState.UNCERTAIN) == len(run.taken) == room


def test_sixty_four_writers_with_room_for_all_make_sixty_four_contacts(world):
    ready = prepare(world.steps, "ada", 64)

    run = race(world.steps, world.delivery, customer_id="ada", journeys=ready, limits=GENEROUS, again=1)

    assert len(run.taken) == 64
    assert {contact.state for contact in run.ledger.contacts} == {ContactState.SENT}
    assert len(run.ledger.contacts) == 64
    assert run.outcomes == {"sent": 64, "at last sent": 64}
    assert run.writes["written"] == 128
