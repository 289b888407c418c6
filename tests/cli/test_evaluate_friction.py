"""`attune evaluate friction`: the measures, checked against arithmetic done by hand, and the report."""

import json
import math
import os
import random
import re
import subprocess
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from attune.adapters.dropoff_file import dropoff_text, load_dropoff
from attune_cli.commands.evaluate import SHIPPED
from attune_cli.main import app
from attune_cli.training.columns import COLUMNS, LEFT_OUT
from attune_cli.training.environment import HOME
from attune_cli.training.metrics import (
    average_precision,
    brier,
    calibration_error,
    log_loss,
    quality,
    roc_auc,
)

HEADER = "ProductRelated,ProductRelated_Duration,Month,VisitorType,Weekend,Revenue"


def attune(*arguments):
    return CliRunner().invoke(app, ["evaluate", "friction", *map(str, arguments)])


def table_at(path, rows=400, months=("Feb", "Oct", "Nov"), seed=1):
    chance = random.Random(seed)
    lines = [HEADER]
    for _ in range(rows):
        pages = chance.randint(1, 60)
        visitor = chance.choice(["New_Visitor", "Returning_Visitor", "Other"])
        bought = chance.random() < pages / 120
        lines.append(f"{pages},{pages * 40.5},{chance.choice(months)},{visitor},{chance.random() < 0.2},{bought}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_measures_are_those_of_arithmetic():
    bought = [True, False, True, False]
    chances = [0.8, 0.6, 0.35, 0.1]

    assert roc_auc(bought, chances) == 3 / 4
    assert average_precision(bought, chances) == pytest.approx((1 + 2 / 3) / 2)
    assert brier(bought, chances) == pytest.approx((0.04 + 0.36 + 0.4225 + 0.01) / 4)
    assert log_loss(bought, chances) == pytest.approx(-math.log(0.8 * 0.4 * 0.35 * 0.9) / 4)
    assert calibration_error(bought, chances) == pytest.approx((0.2 + 0.6 + 0.65 + 0.1) / 4)


def test_ties_count_a_half_in_the_ranking_and_share_their_precision():
    assert roc_auc([True, False], [0.5, 0.5]) == 0.5
    assert average_precision([True, False, False], [0.5, 0.5, 0.5]) == pytest.approx(1 / 3)


def test_calibration_is_judged_bin_by_bin():
    bought = [True] * 3 + [False] * 7 + [True] * 8 + [False] * 2
    chances = [0.3] * 10 + [0.6] * 10

    assert calibration_error(bought, chances) == pytest.approx(0.1)
    assert calibration_error([True, False], [0.51, 0.49]) == pytest.approx(0.49)
    assert calibration_error([True, False] * 10, [0.5] * 20, equal_mass=True) == pytest.approx(0)
    assert calibration_error([True], [1.0]) == 0


SKLEARN = """
import json, sys
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score
bought, chances = json.load(sys.stdin)
measures = {"roc_auc": roc_auc_score, "pr_auc": average_precision_score, "log_loss": log_loss, "brier": brier_score_loss}
print(json.dumps({name: measure(bought, chances) for name, measure in measures.items()}))
"""


def test_measures_are_scikit_learns():
    python = HOME / "bin" / "python"
    if not python.exists():
        message = "SKIPPED: there is no scikit-learn to compare with; run `make training`"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    chance = random.Random(7)
    chances = [round(chance.uniform(0.01, 0.99), 2) for _ in range(2_000)]  # rounded, so that many are equal
    bought = [chance.random() < p / 2 for p in chances]

    answered = subprocess.run(
        [str(python), "-c", SKLEARN], input=json.dumps([bought, chances]), capture_output=True, text=True, check=True
    )

    ours, theirs = asdict(quality(bought, chances)), json.loads(answered.stdout)
    assert {name: ours[name] for name in theirs} == pytest.approx(theirs, abs=1e-9)


def test_one_certain_mistake_is_not_endless():
    assert log_loss([True], [0.0]) == pytest.approx(-math.log(1e-15))


def test_one_outcome_alone_has_no_ranking():
    measured = quality([False, False], [0.1, 0.2])

    assert (measured.roc_auc, measured.pr_auc, measured.bought) == (None, None, 0)
    assert measured.brier == pytest.approx(0.025)


def test_nothing_cannot_be_measured():
    with pytest.raises(ValueError, match="at least one"):
        quality([], [])


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=60))
def test_measures_stay_within_their_bounds(pairs):
    bought, chances = zip(*pairs, strict=True)
    measured = quality(bought, chances)

    assert 0 <= measured.brier <= 1
    assert 0 <= measured.calibration_error <= 1
    assert 0 <= measured.calibration_error_equal_mass <= 1
    assert measured.log_loss >= 0
    assert measured.roc_auc is None or 0 <= measured.roc_auc <= 1
    assert measured.pr_auc is None or 0 < measured.pr_auc <= 1 + 1e-12


def test_the_report_as_json_has_every_measure(tmp_path):
    table = table_at(tmp_path / "visits.csv")

    result = attune(table, "--json")
    found = json.loads(result.stdout)

    assert result.exit_code == 0
    assert {"roc_auc", "pr_auc", "log_loss", "brier", "calibration_error", "rows", "bought", "model_version"} <= set(
        found
    )
    assert found["rows"] == 400
    assert found["model_version"] == load_dropoff(SHIPPED).version
    assert set(found["by_month"]) == {"2", "10", "11"}
    assert sum(month["rows"] for month in found["by_month"].values()) == 400
    assert found["forward_in_time"]["months"] == [11]
    assert max(found["forward_in_time"]["trained_on_months"]) == 10
    assert found["forward_in_time"]["rows"] == found["by_month"]["11"]["rows"]
    assert found["trained_on_these_rows"] is False
    assert "warning" not in result.stderr


def test_the_measures_of_the_report_are_those_of_the_model(tmp_path):
    from attune_cli.training.visit_table import read_visits  # noqa: PLC0415 - only this test reads the table itself

    table = read_visits(table_at(tmp_path / "visits.csv"))
    model = load_dropoff(SHIPPED)
    expected = asdict(quality(table.bought, [model.explain(visit).intent for visit in table.visits]))

    found = json.loads(attune(tmp_path / "visits.csv", "--json").stdout)

    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=5e-5)


def test_rows_that_the_model_was_trained_on_are_pointed_out(tmp_path):
    from attune_cli.training.visit_table import read_visits  # noqa: PLC0415 - only this test reads the table itself

    path = table_at(tmp_path / "visits.csv")
    model = load_dropoff(SHIPPED)
    same = replace(model, trained_on={**model.trained_on, "sha256": read_visits(path).sha256})
    (tmp_path / "model.json").write_text(dropoff_text(same), encoding="utf-8")

    result = attune(path, "--model", tmp_path / "model.json", "--json")

    assert "these are the rows it was trained on" in result.stderr
    assert json.loads(result.stdout)["trained_on_these_rows"] is True
    assert json.loads(result.stdout)["forward_in_time"] is None
    assert json.loads(result.stdout)["kept_apart"] == model.metrics["kept_apart"]
    assert "on rows kept apart (5 folds" in attune(path, "--model", tmp_path / "model.json").stdout


def test_people_get_tables_that_fit_110_columns(tmp_path):
    result = attune(table_at(tmp_path / "visits.csv"))

    assert result.exit_code == 0
    for heading in ("ROC AUC", "calibration", "by month", "November", "forward in time", "as seen live"):
        assert heading in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 110


def test_a_table_without_months_is_judged_as_a_whole(tmp_path):
    path = tmp_path / "visits.csv"
    path.write_text("ProductRelated,Weekend,Revenue\n3,TRUE,TRUE\n1,FALSE,FALSE\n", encoding="utf-8")

    found = json.loads(attune(path, "--json").stdout)

    assert (found["by_month"], found["forward_in_time"], found["rows"]) == ({}, None, 2)


@pytest.mark.parametrize(
    ("arguments", "told"), [(["gone.csv"], "gone.csv"), (["ok.csv", "--model", "no.json"], "no.json")]
)
def test_a_file_that_is_not_there_is_named(tmp_path, monkeypatch, arguments, told):
    monkeypatch.chdir(tmp_path)
    table_at(Path("ok.csv"), rows=10)

    result = attune(*arguments)

    assert result.exit_code == 2
    assert f"{told}: this file cannot be read: No such file or directory" in result.stderr


CARD = (Path(__file__).resolve().parents[2] / "docs" / "models" / "dropoff.md").read_text(encoding="utf-8")
MEASURES = ("roc_auc", "pr_auc", "log_loss", "brier", "calibration_error", "calibration_error_equal_mass")


def test_the_model_card_has_the_figures_that_the_shipped_model_was_measured_with():
    metrics = load_dropoff(SHIPPED).metrics
    expected = [
        f"| {view.replace('_', ' ')} | {' | '.join(f'{measured[name]:.4f}' for name in MEASURES)} |"
        for view, measured in (*metrics["kept_apart"].items(), *metrics["forward_in_time"].items())
    ]

    told = re.findall(r"^\| [a-z ]+(?: \| 0\.\d{4}){6} \|$", CARD, re.MULTILINE)

    assert told == expected


def test_the_shipped_model_meets_the_bars_on_rows_kept_apart():
    measured = load_dropoff(SHIPPED).metrics["kept_apart"]["all_columns"]

    assert measured["roc_auc"] >= 0.775
    assert measured["log_loss"] <= 0.365
    assert measured["brier"] <= 0.116
    assert measured["calibration_error"] <= 0.02
    assert measured["calibration_error_equal_mass"] <= 0.02


def test_the_model_card_names_every_column_that_is_read_and_every_one_that_is_not():
    for name in (*(column.name for column in COLUMNS), *LEFT_OUT):
        assert f"`{name}`" in CARD
