"""The drop-off model: lookups and a sum, with reasons that are the score."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.dropoff import (
    BASELINE,
    BinnedFeature,
    DropoffModel,
    DropoffModelError,
    DropoffTable,
    ScoredTerm,
    sigmoid,
)
from attune.domain.visits import Visit

PAGES = BinnedFeature("product_pages", (1.5, 10.5), (5.5,))
BEFORE = BinnedFeature("returning", (0.5,), (0.5,))
RATE = BinnedFeature("exit_rate", (0.05,), ())
LIVE = DropoffTable(
    "without_rates",
    (),
    1.7,
    (PAGES, BEFORE),
    (
        ScoredTerm((0,), (0.01, 0.8, 0.1, -0.4)),
        ScoredTerm((1,), (0.02, -0.3, 0.05)),
        # rows: pages not known, few, many; columns: not known, new, returning
        ScoredTerm((0, 1), (0.0, 0.11, 0.12, 0.21, 0.22, 0.23, 0.31, 0.32, -0.33)),
    ),
)
WITH_RATES = DropoffTable("with_rates", ("exit_rate",), 1.6, (PAGES, RATE), (ScoredTerm((1,), (0.0, -0.2, 0.6)),))
MODEL = DropoffModel(version="test-1", tables=(WITH_RATES, LIVE), months=(2, 11))


def contributions(visit):
    return {term.name: term.contribution for term in MODEL.explain(visit).terms}


def test_each_term_is_looked_up_in_its_bins_and_the_sum_is_the_logit():
    reading = MODEL.explain(Visit(product_pages=10, returning=True))

    assert contributions(Visit(product_pages=10, returning=True)) == {
        BASELINE: 1.7,
        "product_pages": 0.1,
        "returning": 0.05,
        "product_pages & returning": -0.33,
    }
    assert reading.logit == pytest.approx(1.52, abs=1e-12)
    assert reading.risk == pytest.approx(1 / (1 + math.exp(-1.52)), abs=1e-12)
    assert reading.intent == pytest.approx(1 - reading.risk, abs=1e-12)
    assert (reading.model_version, reading.table.name) == ("test-1", "without_rates")


@pytest.mark.parametrize(("pages", "score"), [(0, 0.8), (1.4, 0.8), (1.5, 0.1), (10.5, -0.4), (9999, -0.4)])
def test_a_value_at_an_edge_is_in_the_bin_above_it(pages, score):
    assert contributions(Visit(product_pages=pages))["product_pages"] == score


def test_what_is_not_known_has_scores_of_its_own_and_is_not_zero():
    assert contributions(Visit()) == {
        BASELINE: 1.7,
        "product_pages": 0.01,
        "returning": 0.02,
        "product_pages & returning": 0.0,
    }
    assert contributions(Visit(returning=False))["product_pages & returning"] == 0.11
    assert contributions(Visit(product_pages=0))["product_pages & returning"] == 0.21


def test_a_visit_with_rates_is_read_in_the_table_that_needs_them():
    assert MODEL.explain(Visit(exit_rate=0.2, product_pages=3)).table.name == "with_rates"
    assert contributions(Visit(exit_rate=0.2)) == {BASELINE: 1.6, "exit_rate": 0.6}


def test_a_month_that_nobody_has_data_of_reads_like_one_that_is_not_known():
    seasons = DropoffTable(
        "seasons", (), 1.0, (BinnedFeature("month", (6.5,), ()),), (ScoredTerm((0,), (0.0, 0.3, -0.3)),)
    )
    model = DropoffModel(version="test-3", tables=(seasons,), months=(2, 11))

    assert [model.explain(Visit(month=month)).logit for month in (2, 11, 1, 12, None)] == [1.3, 0.7, 1.0, 1.0, 1.0]


def test_a_model_without_a_table_for_the_visit_says_so():
    with pytest.raises(DropoffModelError, match="test-2: no table is for visits"):
        DropoffModel(version="test-2", tables=(WITH_RATES,)).explain(Visit())


visits = st.builds(
    Visit,
    product_pages=st.none() | st.floats(0, 1e6),
    exit_rate=st.none() | st.floats(0, 1),
    returning=st.none() | st.booleans(),
    month=st.none() | st.integers(1, 12),
)


@given(visits)
def test_contributions_sum_to_the_logit_exactly_and_every_reason_has_a_sentence(visit):
    reading = MODEL.explain(visit)

    assert sum(term.contribution for term in reading.terms) == reading.logit
    assert 0 < reading.risk < 1
    assert reading.risk + reading.intent == pytest.approx(1, abs=1e-12)
    for term in reading.terms:
        assert term.sentence.endswith(".")
        assert term.sentence[0].isupper()


@given(visits)
def test_the_same_visit_always_gives_the_same_reading(visit):
    assert MODEL.explain(visit) == MODEL.explain(visit)


@pytest.mark.parametrize(
    ("visit", "name", "sentence"),
    [
        (Visit(), BASELINE, "Before anything else is known, 85% of visits end without an order."),
        (
            Visit(product_pages=1),
            "product_pages",
            "Looked at 1 page of products: such visits end without an order more often.",
        ),
        (
            Visit(product_pages=20),
            "product_pages",
            "Looked at 20 pages of products: such visits end without an order less often.",
        ),
        (
            Visit(product_pages=20, returning=True),
            "product_pages & returning",
            ("Looked at 20 pages of products and has been here before, taken together: "
            "such visits end without an order less often."),
        ),
        (Visit(), "product_pages & returning", ("Pages of products not known and whether they have been here before "
            "not known, taken together: makes no difference.")),
    ],
)  # fmt: skip
def test_a_reason_is_a_sentence_for_a_support_agent(visit, name, sentence):
    told = {term.name: term.sentence for term in MODEL.explain(visit).terms}

    assert told[name] == sentence


@pytest.mark.parametrize("logit", [-1000.0, -30.0, 0.0, 30.0, 1000.0])
def test_no_log_odds_overflow(logit):
    assert 0 <= sigmoid(logit) <= 1
    assert sigmoid(logit) + sigmoid(-logit) == pytest.approx(1, abs=1e-12)
