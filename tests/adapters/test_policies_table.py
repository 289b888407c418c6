"""The policies table: one arm's outcomes at three levels, and what they make one believe."""

from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from attune.adapters.policies_table import PoliciesTable, levels_of, read_counts, write_counts
from attune.domain.learning.beliefs import DEFAULT_PRIOR, HALF_LIFE, Beta, Counts, pooled_belief
from attune.domain.learning.policy import POLICY_VERSION
from tests.support.builders import NOON
from tests.support.tables import create_tables

CONTEXT = "sms#phone#morning#workday#high"
NOTHING = Counts(as_of=NOON)


@pytest.fixture
def dynamodb():
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        create_tables(client)
        yield client


def learn(dynamodb, key: str, arm: str, counts: Counts, version: int = 1) -> None:
    item = {"pk": {"S": key}, "sk": {"S": arm}, **write_counts(counts, version=version)}
    dynamodb.put_item(TableName="policies", Item=item)


def load(dynamodb, touch: int = 1, context: str = CONTEXT, now=NOON):
    return PoliciesTable(dynamodb, "policies").load("cart", touch, context, now=now)


def test_an_outcome_counts_in_its_context_its_playbook_and_everywhere():
    assert levels_of("cart", 1, CONTEXT) == ("*#*#*", "cart#1#*", f"cart#1#{CONTEXT}")
    assert levels_of("cart", 2, "words#sms#phone#high") == (
        "*#*#words#*",
        "cart#2#words#*",
        "cart#2#words#sms#phone#high",
    )


def test_what_was_learnt_here_is_read_with_what_was_learnt_elsewhere(dynamodb):
    everywhere, book, here = Counts(30, 200, 5, NOON), Counts(12, 80, 2, NOON), Counts(7.5, 10, 1, NOON)
    for key, counts in zip(levels_of("cart", 1, CONTEXT), (everywhere, book, here), strict=True):
        learn(dynamodb, key, "24h", counts)

    policy = load(dynamodb)

    assert policy.beliefs == {"24h": pooled_belief([everywhere, book, here])}
    assert policy.belief("48h") == DEFAULT_PRIOR


def test_a_context_nobody_was_in_yet_borrows(dynamodb):
    book = Counts(12, 80, 0, NOON)
    learn(dynamodb, "cart#1#*", "24h", book)

    assert load(dynamodb, context="email#laptop#night#weekend#low").beliefs == {
        "24h": pooled_belief([NOTHING, book, NOTHING])
    }
    assert load(dynamodb, touch=2).beliefs == {}


def test_a_new_playbook_borrows_from_delays_of_the_same_length(dynamodb):
    everywhere = Counts(40, 160, 0, NOON)
    learn(dynamodb, "*#*#*", "24h", everywhere)

    policy = PoliciesTable(dynamodb, "policies").load("brand_new", 1, CONTEXT, now=NOON)

    assert policy.beliefs == {"24h": pooled_belief([everywhere, NOTHING, NOTHING])}


def test_texts_do_not_borrow_from_delays(dynamodb):
    learn(dynamodb, "cart#1#*", "same_name", Counts(50, 0, 0, NOON))
    learn(dynamodb, "*#*#words#*", "offer_help", Counts(3, 0, 0, NOON))

    assert set(load(dynamodb, context="words#sms#phone#high").beliefs) == {"offer_help"}


def test_what_was_learnt_fades_until_it_is_read(dynamodb):
    learn(dynamodb, f"cart#1#{CONTEXT}", "24h", Counts(8, 16, 0, NOON))

    assert load(dynamodb, now=NOON + HALF_LIFE).beliefs["24h"] == Beta(1 + 4, 9 + 8)


def test_the_version_says_what_learning_the_choice_stood_on(dynamodb):
    assert load(dynamodb).version == f"{POLICY_VERSION}@0"

    learn(dynamodb, "cart#1#*", "24h", NOTHING, version=7)
    learn(dynamodb, f"cart#1#{CONTEXT}", "24h", NOTHING, version=5)

    assert load(dynamodb).version == f"{POLICY_VERSION}@7"


def test_counts_are_read_as_they_were_written():
    counts = Counts(1 / 3, 1e-9, 12_345.678, NOON + timedelta(seconds=1))

    assert read_counts(write_counts(counts, version=3)) == counts


def test_an_item_that_says_little_is_read_as_far_as_it_goes():
    assert read_counts({"pk": {"S": "p"}, "sk": {"S": "24h"}, "helped": {"N": "2"}}) == Counts(2)
