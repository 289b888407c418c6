"""`attune train friction`: what a table may look like, how it is split, and that the file is the library's model."""

import json
import os
import random
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from attune.adapters.dropoff_file import load_dropoff, table_of
from attune.domain.dropoff import DropoffModel
from attune.domain.visits import FEATURES, Visit, features_of
from attune_cli.commands.evaluate import SHIPPED
from attune_cli.errors import CommandError
from attune_cli.main import app
from attune_cli.training import environment
from attune_cli.training.columns import COLUMNS, LEFT_OUT, read_month
from attune_cli.training.judging import without
from attune_cli.training.learning import DEFAULT_SEED, MASKS, SETTINGS, fit_request, plan_for
from attune_cli.training.splits import folds, later_months
from attune_cli.training.visit_table import read_visits

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "data" / "online_shoppers" / "train.csv"
PYTHON = environment.HOME / "bin" / "python"
QUICK = {**SETTINGS, "outer_bags": 2, "max_rounds": 100, "interactions": 4}


def attune(*arguments):
    return CliRunner().invoke(app, ["train", "friction", *map(str, arguments)])


@pytest.fixture(scope="module")
def training_environment():
    """Skip loudly where `make training` was not run; in CI that is a failure."""
    if not PYTHON.exists():
        message = "SKIPPED: there is no environment to train in; run `make training`"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)


def rows(count=600, seed=1):
    chance = random.Random(seed)
    for number in range(count):
        pages, account = chance.randint(1, 60), chance.randint(0, 8)
        yield {
            "Administrative": account,
            "Administrative_Duration": round(account * chance.uniform(0, 60), 2),
            "Informational": chance.randint(0, 3),
            "Informational_Duration": round(chance.uniform(0, 200), 2),
            "ProductRelated": pages,
            "ProductRelated_Duration": round(pages * chance.uniform(5, 70), 4),
            "BounceRates": round(chance.random() / 5, 5),
            "ExitRates": round(chance.random() / 5, 5),
            "Month": ["Feb", "May", "June", "Oct", "Nov"][number % 5],
            "VisitorType": chance.choice(["New_Visitor", "Returning_Visitor", "Returning_Visitor", "Other"]),
            "Weekend": str(chance.random() < 0.2).upper(),
            "Revenue": str(chance.random() < 0.05 + pages / 150 + account / 40).upper(),
        }


def write(path, table, drop=(), **more):
    table = [{**{name: value for name, value in row.items() if name not in drop}, **more} for row in table]
    lines = [",".join(table[0]), *(",".join(map(str, row.values())) for row in table)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("cell", "month"),
    [("Feb", 2), ("June", 6), ("Sep", 9), ("sept", 9), ("September", 9), ("9", 9), ("09", 9), ("9.0", 9), ("DEC.", 12)],
)
def test_a_month_may_be_a_name_or_a_number(cell, month):
    assert read_month(cell) == month


@pytest.mark.parametrize("cell", ["13", "0", "Smarch", "1.5", "Ju"])
def test_what_is_no_month_is_refused(cell):
    with pytest.raises(ValueError):
        read_month(cell)


def test_a_row_is_read_as_the_visit_it_is(tmp_path):
    path = write(
        tmp_path / "v.csv", list(rows(1)), VisitorType="New_Visitor", Weekend="FALSE", Revenue="TRUE", Month="Aug"
    )

    table = read_visits(path)

    [row] = list(rows(1))
    assert table.bought == (True,)
    assert table.visits == (
        Visit(
            account_pages=row["Administrative"],
            account_seconds=row["Administrative_Duration"],
            information_pages=row["Informational"],
            information_seconds=row["Informational_Duration"],
            product_pages=row["ProductRelated"],
            product_seconds=row["ProductRelated_Duration"],
            bounce_rate=row["BounceRates"],
            exit_rate=row["ExitRates"],
            month=8,
            returning=False,
            weekend=False,
        ),
    )


def test_a_missing_column_and_an_empty_cell_are_not_known_and_not_zero(tmp_path):
    path = tmp_path / "v.csv"
    path.write_text("ProductRelated,Month,VisitorType,Revenue\n,NA,Other,1\n0,may,new,0\n", encoding="utf-8-sig")

    table = read_visits(path)

    assert table.visits == (Visit(), Visit(product_pages=0, month=5, returning=False))
    assert "Administrative" in table.missing


def test_page_values_change_nothing_and_the_note_says_why(tmp_path):
    plain = read_visits(write(tmp_path / "a.csv", list(rows(5))))
    with_values = read_visits(write(tmp_path / "b.csv", list(rows(5)), PageValues="not even a number", Browser=2))

    assert with_values.visits == plain.visits
    assert any(note.startswith("PageValues is not used: it holds revenue") for note in with_values.notes)
    assert any(note.startswith("Browser is not used") for note in with_values.notes)


def test_every_feature_has_a_column_and_nothing_that_stays_out_has_one():
    assert {column.field for column in COLUMNS} == {feature.name for feature in FEATURES}
    assert {column.name for column in COLUMNS} & set(LEFT_OUT) == set()


HEADER = "ProductRelated,ExitRates,Month,Weekend,Revenue"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            f"{HEADER}\n1,0.1,May,TRUE,maybe\n",
            "line 2, column Revenue: 'maybe' is not TRUE (ended with an order) or FALSE",
        ),
        (f"{HEADER}\n1,0.1,May,TRUE,\n", "line 2, column Revenue: '' is not TRUE"),
        (
            f"{HEADER}\n1,0.1,May,TRUE,1\nmany,0.1,May,TRUE,1\n",
            "line 3, column ProductRelated: 'many' is not a number of pages",
        ),
        (f"{HEADER}\n-1,0.1,May,TRUE,1\n", "line 2, column ProductRelated: '-1' is not a number of pages, 0 or more"),
        (f"{HEADER}\n1_000,0.1,May,TRUE,1\n", "line 2, column ProductRelated: '1_000' is not a number of pages"),
        (f"{HEADER}\n1,12.5,May,TRUE,1\n", "line 2, column ExitRates: '12.5' is not a share between 0 and 1"),
        (f"{HEADER}\n1,inf,May,TRUE,1\n", "line 2, column ExitRates: 'inf' is not a share"),
        (
            f"{HEADER}\n1,0.1,Mai,TRUE,1\n",
            "line 2, column Month: 'Mai' is not a month such as Feb, June, September or 9",
        ),
        (f"{HEADER}\n1,0.1,May,perhaps,1\n", "line 2, column Weekend: 'perhaps' is not TRUE or FALSE"),
        (f"{HEADER}\n1,0.1,May,TRUE\n", "line 2: 5 cells expected as in the header, found 4"),
        (f"{HEADER}\n", "there are no rows below the header"),
        ("", "this file is empty"),
        ("ProductRelated,Weekend\n1,TRUE\n", "there is no column Revenue"),
        ("ProductRelated,Weekend,Revenu\n1,TRUE,1\n", "is Revenue meant?"),
        ("ProductRelated;Weekend;Revenue\n1;TRUE;1\n", "not with ';'"),
        ("Weekend,Revenue\nTRUE,1\n", "at least 2 columns beside Revenue"),
        ("Weekend,Weekend,Revenue\nTRUE,TRUE,1\n", "column Weekend is there twice"),
        (f"{HEADER}\n" + "x,0.1,May,TRUE,1\n" * 9, "and 4 more"),
    ],
)
def test_a_table_that_cannot_be_used_says_what_is_wrong_where_and_what_is_right(tmp_path, text, told):
    path = tmp_path / "visits.csv"
    path.write_text(text, encoding="utf-8")

    result = attune(path, "--out", tmp_path / "model.json")

    assert result.exit_code == 2
    assert str(path) in result.stderr
    assert told in result.stderr
    assert not (tmp_path / "model.json").exists()


@pytest.mark.parametrize(("raw", "told"), [(b"\xff\xfe", "not UTF-8"), (b'a,b\n"x', "not CSV")])
def test_a_file_that_is_no_table_is_refused(tmp_path, raw, told):
    (tmp_path / "v.csv").write_bytes(raw)

    result = attune(tmp_path / "v.csv", "--out", tmp_path / "model.json")

    assert (result.exit_code, told in result.stderr) == (2, True)


def test_too_few_orders_are_refused(tmp_path):
    path = write(tmp_path / "v.csv", list(rows(120)), Revenue="FALSE")

    result = attune(path, "--out", tmp_path / "model.json")

    assert result.exit_code == 2
    assert "0 of 120 visits ended with an order: at least 50 of each are needed" in result.stderr


@pytest.mark.parametrize(("out", "told"), [("", "cannot be written"), ("gone/model.json", "is no folder")])
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_fitted(tmp_path, out, told):
    result = attune(write(tmp_path / "v.csv", list(rows(300))), "--out", tmp_path / out)

    assert (result.exit_code, told in result.stderr) == (2, True)


def test_without_the_environment_the_way_to_it_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "find_spec", lambda name: None)

    with pytest.raises(CommandError, match="interpret-core") as refused:
        environment.training_python(tmp_path)

    assert refused.value.hint == "make training"


def test_folds_are_dealt_fairly_and_equal_visits_stay_together(tmp_path):
    table = read_visits(
        write(tmp_path / "v.csv", [row for row in rows(300) for _ in range(1 + row["Administrative"] // 8)])
    )

    dealt = folds(table, seed=3)

    assert sorted(row for fold in dealt for row in fold) == list(range(len(table.visits)))
    assert max(map(len, dealt)) - min(map(len, dealt)) <= 2
    bought = [sum(table.bought[row] for row in fold) for fold in dealt]
    assert max(bought) - min(bought) <= 4
    home = {}
    for number, fold in enumerate(dealt):
        for row in fold:
            assert home.setdefault(table.visits[row], number) == number
    assert Counter(table.visits).most_common(1)[0][1] > 1
    assert folds(table, seed=3) == dealt
    assert folds(table, seed=4) != dealt


def test_later_months_are_the_last_two_of_four_or_more():
    assert later_months([11, 2, 3, 12, 2]) == (11, 12)
    assert later_months([1, 2, 3]) == ()


def test_the_companion_never_learns_from_later_months(tmp_path):
    table = read_visits(write(tmp_path / "v.csv", list(rows(400))))
    plan = plan_for(table, seed=1)

    [job] = [job for job in plan.jobs() if job["id"] == "live/earlier"]

    assert plan.later == (10, 11)
    assert {table.visits[row].month for row in job["rows"]} == {2, 5, 6}


def test_no_fold_learns_from_its_own_rows(tmp_path):
    table = read_visits(write(tmp_path / "v.csv", list(rows(400))))
    plan = plan_for(table, seed=1)

    for number, fold in enumerate(plan.folds):
        jobs = [job for job in plan.jobs() if job["id"].endswith(f"/fold{number}")]
        assert len(jobs) == 3
        for job in jobs:
            assert set(job["rows"]).isdisjoint(fold)
            assert len(job["rows"]) + len(fold) == 400


COMPARE = """
import json, sys
sys.path.insert(0, sys.argv[1])
import numpy as np
from fitting import exported, fit
request = json.load(sys.stdin)
for job in request["jobs"]:
    machine = fit(request, job)
    places = [request["features"].index(name) for name in job["features"]]
    asked = np.array(request["asked"], dtype=float)[:, places]
    left = machine.predict_proba(asked)[:, 1].tolist()
    print(json.dumps({"id": job["id"], "table": exported(machine), "left": left}))
"""


def fitted_by_the_library(request):
    """Fit the jobs of a request in the training environment; return table and probabilities of the rows asked, by job."""
    answered = subprocess.run(
        [str(PYTHON), "-c", COMPARE, str(environment.FITTING.parent)],
        input=json.dumps(request), capture_output=True, text=True, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    for line in answered.stdout.splitlines():
        found = json.loads(line)
        yield found["id"], found["table"], found["left"]


HIDDEN = [(), ("month",), ("returning", "weekend"), ("account_pages", "product_seconds"), ("exit_rate", "bounce_rate")]


def some_hidden(visits):
    """Return the visits, of four in five of which something is not known."""
    return [without(visit, HIDDEN[number % len(HIDDEN)]) for number, visit in enumerate(visits)]


def furthest(table, months, visits, left):
    """Return how far our probabilities are from the library's, at most."""
    model = DropoffModel(version="v", tables=(table,), months=months)
    return max(abs(model.explain(visit).risk - theirs) for visit, theirs in zip(visits, left, strict=True))


def test_the_exported_tables_are_the_librarys_model_also_where_values_are_missing(tmp_path, training_environment):
    table = read_visits(write(tmp_path / "v.csv", list(rows(500))))
    asked = some_hidden(table.visits)
    names = [feature.name for feature in FEATURES]
    jobs = [
        {"id": "masked", "features": names, "rows": list(range(500)), "masks": MASKS},
        {"id": "plain", "features": ["product_pages", "month", "returning"], "rows": list(range(400)), "masks": []},
    ]
    request = fit_request(table, jobs, seed=1) | {
        "asked": [list(features_of(v).values()) for v in asked],
        "settings": QUICK,
    }

    distances = [
        furthest(table_of({**exported, "name": name, "needs": []}, name), table.months, asked, left)
        for name, exported, left in fitted_by_the_library(request)
    ]

    assert len(distances) == 2
    assert max(distances) < 1e-6


@pytest.mark.skipif(not REAL.exists(), reason=f"SKIPPED: {REAL} is not here")
def test_the_shipped_model_is_what_its_rows_and_seed_give_and_the_librarys_on_every_row(training_environment):
    shipped = load_dropoff(SHIPPED)
    table = read_visits(REAL)
    seed = shipped.trained_on["seed"]
    asked = [*table.visits, *some_hidden(table.visits)]
    jobs = [job for job in plan_for(table, seed=seed).jobs() if job["id"].endswith("/all")]
    request = fit_request(table, jobs, seed=seed) | {"asked": [list(features_of(v).values()) for v in asked]}

    fitted = list(fitted_by_the_library(request))

    assert seed == DEFAULT_SEED
    assert [name for name, *_ in fitted] == [f"{table.name}/all" for table in shipped.tables]
    for own, (name, exported, left) in zip(shipped.tables, fitted, strict=True):
        assert table_of({**exported, "name": own.name, "needs": list(own.needs)}, name) == own
        assert furthest(replace(own, needs=()), shipped.months, asked, left) < 1e-6


@pytest.fixture(scope="module")
def trained(tmp_path_factory, training_environment):
    """Train on a small table, quickly, twice with the same seed."""
    folder = tmp_path_factory.mktemp("trained")
    write(folder / "visits.csv", list(rows(600)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("attune_cli.training.learning.SETTINGS", QUICK)
        results = [attune(folder / "visits.csv", "--out", folder / f"{name}.json") for name in ("one", "two")]
    return folder, results


def test_training_writes_a_model_and_its_companion_and_says_how_good_they_are(trained):
    folder, (result, _) = trained
    model = load_dropoff(folder / "one.json")
    companion = load_dropoff(folder / "one.earlier_months.json")

    assert result.exit_code == 0, result.stderr
    assert "on rows kept apart" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 110
    assert set(model.metrics["kept_apart"]) >= {"all_columns", "as_seen_live", "month_unknown"}
    assert model.metrics["kept_apart"]["all_columns"]["rows"] == 600
    assert model.metrics["forward_in_time"]["all_columns"]["months"] == [10, 11]
    assert model.trained_on["sha256"] == read_visits(folder / "visits.csv").sha256
    assert (model.trained_on["rows"], companion.trained_on["rows"]) == (600, 360)
    assert model.trained_on["library"].startswith("interpret-core ")
    assert model.metrics["kept_apart"]["all_columns"]["roc_auc"] > 0.6


def test_the_same_seed_gives_the_same_file(trained):
    folder, _ = trained

    assert (folder / "one.json").read_bytes() == (folder / "two.json").read_bytes()
    assert (folder / "one.earlier_months.json").read_bytes() == (folder / "two.earlier_months.json").read_bytes()


def test_a_month_that_nobody_has_data_of_reads_like_an_unknown_one(trained):
    folder, _ = trained
    model = load_dropoff(folder / "one.json")
    visit = {"product_pages": 5, "product_seconds": 100, "returning": True, "weekend": False}

    unknown = model.explain(Visit(**visit)).logit

    assert model.explain(Visit(**visit, month=1)).logit == unknown
    assert model.explain(Visit(**visit, month=4)).logit == unknown
    assert model.explain(Visit(**visit, month=11)).logit != unknown


def test_a_table_without_rates_gives_a_model_without_the_table_for_them(tmp_path, monkeypatch, training_environment):
    monkeypatch.setattr("attune_cli.training.learning.SETTINGS", QUICK)
    path = write(tmp_path / "v.csv", list(rows(400)), drop=("BounceRates", "ExitRates", "Month"))

    result = attune(path, "--out", tmp_path / "model.json")

    assert result.exit_code == 0, result.stderr
    model = load_dropoff(tmp_path / "model.json")
    assert [table.name for table in model.tables] == ["live", "partial"]
    assert set(model.metrics["kept_apart"]) == {"all_columns"}
    assert not (tmp_path / "model.earlier_months.json").exists()
    assert "too few months to look forward in time" in result.stderr


def test_a_fit_that_fails_is_told_with_the_end_of_its_log(tmp_path, monkeypatch, training_environment):
    monkeypatch.setattr("attune_cli.training.learning.SETTINGS", {"outer_bags": 2, "no_such_setting": 1})

    result = attune(write(tmp_path / "v.csv", list(rows(300))), "--out", tmp_path / "model.json")

    assert result.exit_code == 1
    assert "fitting failed" in result.stderr
    assert "no_such_setting" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "model.json").exists()


def test_the_columns_are_in_the_help():
    text = " ".join(attune("--help").stdout.split())

    for column in COLUMNS:
        assert column.name in text
    assert "PageValues" in text


@pytest.mark.skipif(not REAL.exists(), reason=f"SKIPPED: {REAL} is not here")
def test_the_shipped_model_knows_its_rows():
    table = read_visits(REAL)
    trained_on = load_dropoff(SHIPPED).trained_on

    assert (trained_on["sha256"], trained_on["rows"], trained_on["bought"]) == (table.sha256, 8_631, sum(table.bought))
