"""Evidence from the log's stream: whatever is delivered, in any order and number, leaves the same items."""

from datetime import timedelta

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from attune.adapters.clock import Clock
from attune.adapters.evidence_table import EvidenceTable
from attune.domain.clock import ClockScale
from attune.domain.learning.evidence import assemble
from functions.learn_policy.learning import Learner
from tests.support.builders import NOON
from tests.support.learning import decision, stream, told_of
from tests.support.tables import create_tables

STORY = [
    *told_of("cart-1", arms=("24h", "48h"), outcomes={(2, "ordered"): "o1", (0, "order_taken_back"): "o1"}),
    *told_of("cart-2", held_out=True, arms=(), outcomes={(0, "replied"): 1}),
    *told_of("cart-3", outcomes={(1, "not_helpful"): 1}),
]


def fresh(dynamodb):
    return EvidenceTable(dynamodb, "policies", Clock(ClockScale(), lambda: NOON))


def items(dynamodb):
    rows = dynamodb.scan(TableName="policies")["Items"]
    return sorted(rows, key=lambda row: (row["pk"]["S"], row["sk"]["S"]))


@pytest.fixture
def dynamodb():
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        create_tables(client)
        yield client


def test_each_piece_is_one_item_kept_by_the_day_its_journey_began(dynamodb):
    told = Learner(fresh(dynamodb)).learn(stream(STORY))

    kept = items(dynamodb)
    assert told == len(kept) == len(STORY)
    assert {row["pk"]["S"].rpartition("#")[0] for row in kept} == {"_evidence#cart#2026-11-24"}
    assert len({row["pk"]["S"] for row in kept}) > 1, "journeys are spread over shards"
    assert fresh(dynamodb).pieces("cart", NOON.date())
    assert len(assemble(fresh(dynamodb).pieces("cart", NOON.date()))) == 3


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_order_and_number_of_deliveries_leaves_the_same_items(data):
    records = stream(STORY)
    again = data.draw(st.lists(st.sampled_from(records), max_size=10))
    arrived = data.draw(st.permutations([*records, *again]))
    cut = data.draw(st.integers(0, len(arrived)))
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        create_tables(client)
        Learner(fresh(client)).learn(records)
        expected = items(client)
        client.delete_table(TableName="policies")
        for name in ("customers", "decisions"):
            client.delete_table(TableName=name)
        create_tables(client)
        for batch in (arrived[:cut], arrived[cut:], arrived[: cut // 2]):
            Learner(fresh(client)).learn(batch)

        assert items(client) == expected


def test_what_is_no_news_and_no_evidence_is_not_kept(dynamodb):
    [record, *_] = stream(STORY)
    others = stream([decision("consent", "withdrawn", NOON, journey="")])

    learnt = Learner(fresh(dynamodb)).learn([{**record, "eventName": "MODIFY"}, {"eventName": "REMOVE"}, *others])

    assert (learnt, items(dynamodb)) == (0, [])


def test_a_batch_of_a_hundred_decisions_is_a_handful_of_writes(dynamodb):
    calls = []
    dynamodb.meta.events.register("before-call.dynamodb.*", lambda model, **_: calls.append(model.name))
    story = [one for number in range(25) for one in told_of(f"cart-{number}")]

    Learner(fresh(dynamodb)).learn(stream(story))

    assert calls == ["BatchWriteItem"] * 4


def test_evidence_that_comes_late_marks_its_day_until_it_is_counted(dynamodb):
    evidence = fresh(dynamodb)
    late = decision(
        "outcome", "ordered", NOON, journey="cart-1", touch=1, journey_since=NOON.isoformat(), order="o", late=True
    )
    Learner(evidence).learn(stream([late]))
    [(day, token)] = evidence.late_days("cart").items()

    evidence.forget_late("cart", day, "another mark")
    still = evidence.late_days("cart")
    evidence.forget_late("cart", day, token)

    assert (day, still, evidence.late_days("cart")) == (NOON.date(), {day: token}, {})


def test_items_expire_after_everything_that_could_still_come_late(dynamodb):
    Learner(fresh(dynamodb)).learn(stream(STORY))

    least = (NOON + timedelta(days=10 + 28 + 60)).timestamp()
    assert all(int(row["expires_at"]["N"]) > least for row in items(dynamodb))
