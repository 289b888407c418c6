"""What the drop-off model may see of a visit, and how it is said."""

import math
from dataclasses import fields

import pytest

from attune.domain.visits import FEATURES, Visit, features_of

ALLOWED = {
    "account_pages",
    "account_seconds",
    "information_pages",
    "information_seconds",
    "product_pages",
    "product_seconds",
    "bounce_rate",
    "exit_rate",
    "month",
    "returning",
    "weekend",
}
"""Everything that may be learnt from. Typing rhythm, pointer movements, voice, face, health, hardship, protected traits and
what stands in for them (region, browser, where somebody came from) are not in here and never will be."""


def test_only_allowed_features_exist():
    assert {feature.name for feature in FEATURES} == ALLOWED
    assert {field.name for field in fields(Visit)} == ALLOWED
    assert len(FEATURES) == len(ALLOWED)


def test_a_visit_of_which_nothing_is_known_has_no_value_for_anything():
    assert features_of(Visit()) == dict.fromkeys(ALLOWED)


def test_zero_and_unknown_are_different():
    assert features_of(Visit(product_pages=0))["product_pages"] == 0
    assert features_of(Visit())["product_pages"] is None


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -1.0])
def test_what_cannot_have_been_measured_is_not_known(wrong):
    assert features_of(Visit(product_seconds=wrong))["product_seconds"] is None


def told(name, value):
    return next(feature for feature in FEATURES if feature.name == name).told(value)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("account_pages", 0, "opened no pages of their account"),
        ("account_pages", 1, "opened 1 page of their account"),
        ("product_pages", 12, "looked at 12 pages of products"),
        ("product_seconds", 45, "spent 45 s on products"),
        ("product_seconds", 59.7, "spent 60 s on products"),
        ("information_seconds", 240, "spent 4 min reading about the shop"),
        ("product_seconds", 5400, "spent 1.5 h on products"),
        ("exit_rate", 0.034, "saw pages that are the last of a visit in 3.4%"),
        ("month", 11, "it is November"),
        ("returning", True, "has been here before"),
        ("returning", False, "is here for the first time"),
        ("weekend", False, "it is a working day"),
        ("product_pages", None, "pages of products not known"),
    ],
)
def test_a_value_is_said_in_plain_words(name, value, sentence):
    assert told(name, value) == sentence


def test_every_feature_has_words_for_known_and_unknown_values():
    for feature in FEATURES:
        for value in (None, 0 if feature.unit != "month" else 1, 1):
            words = feature.told(value)
            assert words
            assert "{" not in words
