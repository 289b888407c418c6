"""Model files: what is written is what is read, and a damaged one is refused with the place."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.adapters.dropoff_file import dropoff_text, load_dropoff
from attune.domain.dropoff import BinnedFeature, DropoffModel, DropoffModelError, DropoffTable, ScoredTerm

SHIPPED = Path(__file__).resolve().parents[2] / "templates" / "friction" / "dropoff.json"
SMALL = DropoffModel(
    version="dropoff-small",
    tables=(
        DropoffTable(
            "without_rates",
            (),
            1.7,
            (BinnedFeature("product_pages", (1.5, 10.0), (5.5,)), BinnedFeature("returning", (0.5,), (0.5,))),
            (ScoredTerm((0,), (0.0, 0.8, 0.1, -0.4)), ScoredTerm((0, 1), tuple(n / 7 for n in range(9)))),
        ),
    ),
    months=(2, 11),
    trained_on={"sha256": "ab", "rows": 3},
    metrics={"kept_apart": {"all_columns": {"roc_auc": 0.7}}},
)


def test_what_is_written_is_what_is_read(tmp_path):
    path = tmp_path / "model.json"
    path.write_text(dropoff_text(SMALL), encoding="utf-8")

    assert load_dropoff(path) == SMALL


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=4, max_size=4))
def test_no_digit_of_a_score_is_lost(tmp_path_factory, scores):
    table = SMALL.tables[0]
    changed = DropoffTable(table.name, (), 0.1, table.features, (ScoredTerm((0,), tuple(scores)),))
    path = tmp_path_factory.mktemp("model") / "model.json"
    path.write_text(dropoff_text(DropoffModel(version="v", tables=(changed,))), encoding="utf-8")

    assert load_dropoff(path).tables == (changed,)


def damaged(path, change):
    data = json.loads(dropoff_text(SMALL))
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def set_at(*keys):
    *way, last, value = keys

    def change(data):
        for key in way:
            data = data[key]
        data[last] = value

    return change


TABLE = ("tables", 0)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (set_at("format", 2), "format is 2, this code reads 1"),
        (set_at("version", ""), "the file: a text 'version' expected"),
        (set_at("tables", []), "the last one must need nothing"),
        (set_at("tables", {}), "a list 'tables' expected"),
        (set_at(*TABLE, []), "tables[0]: an object expected, found list"),
        (set_at(*TABLE, "needs", ["exit_rate"]), "tables[0].needs: not among its features: exit_rate"),
        (set_at(*TABLE, "needs", ["returning"]), "the last one must need nothing"),
        (set_at(*TABLE, "intercept", None), "tables[0].intercept: a finite number expected, found None"),
        (set_at(*TABLE, "intercept", True), "tables[0].intercept: a finite number expected, found True"),
        (set_at(*TABLE, "intercept", float("nan")), "tables[0].intercept: a finite number expected, found nan"),
        (set_at(*TABLE, "features", 0, "name", "mouse_speed"), "'mouse_speed' is no feature of a visit"),
        (set_at(*TABLE, "features", 0, "edges", [2, 1]), "tables[0].features[0].edges: must grow"),
        (set_at(*TABLE, "terms", 0, "features", [2]), "tables[0].terms[0].features: one or two positions among 2"),
        (set_at(*TABLE, "terms", 0, "features", []), "tables[0].terms[0].features: one or two positions"),
        (set_at(*TABLE, "terms", 0, "scores", [1, 2]), "tables[0].terms[0].scores: 4 numbers expected"),
        (set_at(*TABLE, "terms", 1, "scores", [1, 2]), "tables[0].terms[1].scores: 9 numbers expected"),
        (set_at(*TABLE, "terms", 0, "scores", 2, "x"), "tables[0].terms[0].scores[2]: a finite number expected"),
        (
            set_at(*TABLE, "terms", [{"features": [0, 1], "scores": [0] * 9}, {"features": [0], "scores": [0] * 4}]),
            "tables[0].terms: those of one feature must come before the pairs",
        ),
        (set_at("months", [13]), "months: numbers from 1 to 12 expected, found [13]"),
        (set_at("metrics", 1), "metrics: an object expected, found int"),
    ],
)
def test_a_damaged_file_is_refused_with_its_name_and_the_place(tmp_path, change, told):
    path = damaged(tmp_path / "model.json", change)

    with pytest.raises(DropoffModelError) as refused:
        load_dropoff(path)

    assert str(refused.value).startswith(f"{path}: ")
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "cannot be read: No such file"), (b"{", "this is not JSON"), (b"\xff", "this is not JSON in UTF-8"), (b"[]", "an object expected")],
)  # fmt: skip
def test_a_file_that_is_no_model_is_refused_with_its_name(tmp_path, content, told):
    path = tmp_path / "model.json"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(DropoffModelError) as refused:
        load_dropoff(path)

    assert str(path) in str(refused.value)
    assert told in str(refused.value)


def test_the_shipped_model_is_whole_small_and_says_where_it_comes_from():
    model = load_dropoff(SHIPPED)

    assert [table.name for table in model.tables] == ["complete", "live", "partial"]
    assert SHIPPED.stat().st_size <= 200_000
    assert model.trained_on["rows"] == 8_631
    assert len(model.trained_on["sha256"]) == 64


def test_the_shipped_models_companion_has_not_seen_the_later_months():
    companion = load_dropoff(SHIPPED.with_name("dropoff.earlier_months.json"))

    assert max(companion.trained_on["months"]) == 10
