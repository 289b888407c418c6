"""A key that stands twice is told, wherever it stands; what YAML allows stays allowed."""

import pytest

from attune.adapters.yaml_loading import RepeatedKeyError, load_yaml


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: 1\na: 2\n", 2), ("a: 1\nb: {c: 1, c: 2}\n", 2), ("- x: 1\n  y: 2\n  x: 3\n", 3), ("'a': 1\na: 2\n", 2)],
)
def test_a_key_that_stands_twice_is_refused_at_the_second(text, line):
    with pytest.raises(RepeatedKeyError) as caught:
        load_yaml(text)

    assert caught.value.problem_mark is not None
    assert caught.value.problem_mark.line + 1 == line


def test_keys_of_different_places_and_kinds_and_merged_ones_are_no_repeats():
    assert load_yaml("- {a: 1}\n- {a: 2}") == [{"a": 1}, {"a": 2}]
    assert load_yaml("1: a\n'1': b") == {1: "a", "1": "b"}
    assert load_yaml("x: &x {a: 1}\ny: {<<: *x, a: 2}")["y"] == {"a": 2}


def test_where_repeats_are_told_elsewhere_the_last_counts():
    assert load_yaml("a: 1\na: 2\n", repeats_are_told_elsewhere=True) == {"a": 2}
