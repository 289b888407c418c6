"""Many senders at once against the local AWS's own DynamoDB: no cap is exceeded, nothing is lost from the books."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from botocore.config import Config

from attune.domain.contacts import ContactState
from attune.domain.playbook_rules import Limits
from tests.e2e.conftest import Deployed
from tests.support.ledger_races import FATES, GENEROUS, prepare, race, wired

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
"""Inside contact hours whenever the tests run; the tables know no clock."""


@pytest.mark.parametrize(
    ("limits", "journeys", "fates", "seed"),
    [
        (Limits(), 16, ("fine",), 1),
        (
            Limits(per_day=4, per_week=5, sms_per_day=4, sms_per_week=5, playbook_per_day=4, playbook_per_week=4),
            16,
            FATES,
            2,
        ),
        (GENEROUS, 24, FATES, 3),
    ],
)
def test_no_cap_is_exceeded_and_nothing_is_lost_wherever_senders_die(
    deployed: Deployed, limits: Limits, journeys: int, fates: tuple[str, ...], seed: int
) -> None:
    client = deployed.aws.session().client("dynamodb", config=Config(max_pool_connections=32))
    tables = {"customers": deployed.outputs["CustomersTable"], "decisions": deployed.outputs["DecisionsTable"]}
    steps, delivery = wired(client, **tables, now=TUESDAY_NOON)
    customer_id = f"race-{uuid4().hex}"
    ready = prepare(steps, customer_id, journeys)

    run = race(
        steps, delivery, customer_id=customer_id, journeys=ready, limits=limits, fates=fates, seed=seed, writers=32
    )

    states = [contact.state for contact in run.ledger.contacts]
    assert run.over_a_cap() == []
    assert run.unaccounted() == []
    assert ContactState.RESERVED not in states
    assert run.taken
