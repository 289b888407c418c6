"""`attune evaluate policy`: estimates checked by hand and against simulated truth, and logs that cannot tell."""

import csv
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from attune_cli.judging.estimators import Weighed, effective_sample_size, estimate
from attune_cli.judging.judging import FEWEST_EFFECTIVE, FEWEST_PEOPLE
from attune_cli.judging.outcome_model import Means, cross_fitted, folds_of
from attune_cli.judging.rows import LoggedChoice
from attune_cli.main import app

TRUTH = {"24h": 0.3, "48h": 0.2, "72h": 0.1}
LOGGED = {"24h": 0.2, "48h": 0.3, "72h": 0.5}


def attune(*arguments):
    return CliRunner().invoke(app, ["evaluate", "policy", *map(str, arguments)])


def table_at(path, rows, columns=("person", "channel", "action", "probability", "reward", "harm")):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def simulated(people=300, seed=1, truth=TRUTH, logged=LOGGED):
    chance = random.Random(seed)
    for person in range(people):
        for _ in range(chance.randint(1, 8)):
            action = chance.choices(list(logged), list(logged.values()))[0]
            yield {
                "person": f"p{person}",
                "channel": chance.choice(["sms", "email"]),
                "action": action,
                "probability": logged[action],
                "reward": int(chance.random() < truth[action]),
                "harm": int(chance.random() < 0.05),
            }


def weighed(weight: float, outcome: float, person: str = "p", predicted: float = 0.5, policy: float = 0.6) -> Weighed:
    return Weighed(person=person, weight=weight, outcome=outcome, predicted=predicted, predicted_for_policy=policy)


def test_the_estimates_are_those_of_arithmetic():
    found = estimate([weighed(2, 1), weighed(0, 1), weighed(0.5, 0), weighed(1, 1)])

    assert found.ipw.value == pytest.approx((2 + 0 + 0 + 1) / 4)
    assert found.snipw.value == pytest.approx(3 / 3.5)
    assert found.doubly_robust.value == pytest.approx(0.6 + (2 * 0.5 + 0 - 0.5 * 0.5 + 0.5) / 4)
    assert found.logged.value == pytest.approx(3 / 4)
    assert found.gain.value == pytest.approx(found.doubly_robust.value - found.logged.value)


def test_the_effective_sample_size_is_that_of_kish():
    assert effective_sample_size([1.0] * 50) == pytest.approx(50)
    assert effective_sample_size([100.0, 1.0, 1.0]) == pytest.approx(102**2 / 10_002)
    assert effective_sample_size([0.0, 0.0]) == 0


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=50), st.floats(0.1, 10))
def test_an_effective_sample_is_between_one_and_all_and_has_no_scale(weights, factor):
    found = effective_sample_size(weights)

    assert 1 - 1e-9 <= found <= len(weights) + 1e-9
    assert effective_sample_size([weight * factor for weight in weights]) == pytest.approx(found)


def test_intervals_draw_people_and_not_choices():
    """Twenty choices of one person who always says the same are one piece of evidence."""
    apart = [weighed(1, n % 2, person=f"p{n}") for n in range(200)]
    together = [weighed(1, (n // 20) % 2, person=f"p{n // 20}") for n in range(200)]

    one, other = estimate(apart), estimate(together)

    assert one.ipw.value == other.ipw.value == 0.5
    assert other.ipw.high - other.ipw.low > 3 * (one.ipw.high - one.ipw.low)


def test_the_same_seed_gives_the_same_interval():
    rows = [weighed(1, n**0.5, person=f"p{n}") for n in range(60)]

    assert estimate(rows, seed=4) == estimate(rows, seed=4)
    assert estimate(rows, seed=4) != estimate(rows, seed=5)


def test_a_wrong_model_is_corrected_by_true_probabilities():
    """Doubly robust: predictions that are nonsense cost precision, not truth."""
    chance = random.Random(3)
    rows = []
    for n in range(4000):
        action = chance.choices(list(LOGGED), list(LOGGED.values()))[0]
        reward = float(chance.random() < TRUTH[action])
        weight = (action == "24h") / LOGGED[action]
        rows.append(weighed(weight, reward, person=f"p{n}", predicted=0.9, policy=0.9))

    found = estimate(rows, draws=200)

    assert found.doubly_robust.low < TRUTH["24h"] < found.doubly_robust.high
    assert abs(found.doubly_robust.value - TRUTH["24h"]) < 0.06


def test_a_model_never_sees_the_person_it_is_asked_about():
    choices = [
        LoggedChoice(person=name, context="c", action="a", options=("a",), probability=1, reward=value)
        for name, value in (("ada", 1.0), ("ben", 0.0), ("kim", 0.0))
    ]
    folds = folds_of(["ada", "ben", "kim"], folds=3)
    models = cross_fitted(choices, lambda choice: choice.reward, folds)

    assert models[folds["ada"]].predict("c", "a") == 0
    assert models[folds["ben"]].predict("c", "a") == pytest.approx(0.5)


def test_what_was_never_seen_is_predicted_from_what_is_alike():
    means = Means()
    for reward in (1, 1, 0, 0):
        means.add(
            LoggedChoice(person="p", context="sms", action="24h", options=(), probability=1, reward=reward), reward
        )

    assert means.predict("email", "24h") == means.predict("email", "48h") == pytest.approx(0.5)
    assert Means().predict("sms", "24h") == 0


def test_the_true_value_lies_in_the_interval(tmp_path):
    table = table_at(tmp_path / "log.csv", simulated())

    found = json.loads(attune(table, "--policy", "always:24h", "--json").stdout)

    for name in ("ipw", "snipw", "doubly_robust"):
        assert found["reward"][name]["low"] < TRUTH["24h"] < found["reward"][name]["high"]
    assert found["reward"]["gain"]["low"] > 0
    assert found["people"] == 300
    assert 100 < found["effective_sample_size"] < found["choices"]


def test_the_learnt_policy_beats_the_log_where_arms_differ_and_claims_nothing_where_they_do_not(tmp_path):
    differ = table_at(tmp_path / "differ.csv", simulated(people=600))
    alike = table_at(tmp_path / "alike.csv", simulated(people=600, truth=dict.fromkeys(TRUTH, 0.2)))

    better, same = attune(differ), attune(alike)

    assert better.exit_code == same.exit_code == 0
    assert "higher than logged" in better.stdout
    assert "no difference shown" in same.stdout
    assert "higher than logged" not in same.stdout


def test_every_estimate_has_its_interval_and_fits_110_columns(tmp_path):
    result = attune(table_at(tmp_path / "log.csv", simulated()), "--policy", "even")

    told = [line for line in result.stdout.splitlines() if "IPW" in line or "doubly robust" in line or "logged" in line]
    assert len(told) == 10
    assert all("[" in line and "]" in line for line in told)
    assert max(map(len, result.stdout.splitlines())) <= 110


def test_a_policy_may_be_a_table_of_probabilities(tmp_path):
    table = table_at(tmp_path / "log.csv", simulated())
    (tmp_path / "mine.json").write_text(json.dumps({"*": LOGGED}), encoding="utf-8")

    found = json.loads(attune(table, "--policy", tmp_path / "mine.json", "--json").stdout)

    assert found["reward"]["ipw"] == pytest.approx(found["reward"]["logged"])
    assert found["effective_sample_size"] == pytest.approx(found["choices"])


def test_options_say_what_was_permitted(tmp_path):
    rows = [{**row, "options": "24h|48h|72h"} for row in simulated()]
    rows += [
        {
            "person": f"q{n}",
            "channel": "sms",
            "action": "72h",
            "probability": 1,
            "reward": 0,
            "harm": 0,
            "options": "72h",
        }
        for n in range(200)
    ]
    columns = ("person", "channel", "action", "probability", "reward", "harm", "options")

    found = json.loads(attune(table_at(tmp_path / "log.csv", rows, columns), "--policy", "always:24h", "--json").stdout)

    assert found["unseen"] == 0
    assert found["mean_weight"] == pytest.approx(1, abs=0.15)


def test_without_persons_every_choice_counts_alone_and_the_reader_is_told(tmp_path):
    result = attune(
        table_at(tmp_path / "log.csv", simulated(), ("action", "probability", "reward")), "--policy", "even", "--json"
    )

    assert "every choice counts as a person of its own" in result.stderr
    found = json.loads(result.stdout)
    assert found["people"] == found["choices"]
    assert found["harm"] is None


def refused(tmp_path, rows, *arguments):
    result = attune(table_at(tmp_path / "log.csv", rows), *arguments)
    assert result.exit_code == 1
    assert result.stdout == ""
    return result.stderr


def test_a_policy_that_rests_on_few_choices_is_refused(tmp_path):
    rare = {"24h": 0.0005, "48h": 0.4995, "72h": 0.5}
    rows = [
        *simulated(people=400, logged=rare),
        {"person": "z", "channel": "sms", "action": "24h", "probability": 0.0005, "reward": 1, "harm": 0},
    ]
    rows.append({**rows[-1], "channel": "email"})

    told = refused(tmp_path, rows, "--policy", "even")

    assert "the effective sample size is" in told
    assert f"at least {FEWEST_EFFECTIVE:.0f} are needed" in told


def test_a_policy_that_does_what_was_never_done_is_refused(tmp_path):
    rows = [row for row in simulated(people=500) if not (row["channel"] == "sms" and row["action"] == "24h")]

    told = refused(tmp_path, rows, "--policy", "always:24h")

    assert "no support" in told
    assert "was never done in such a context" in told


def test_a_log_about_few_people_is_refused(tmp_path):
    rows = [{**row, "person": f"p{n % 9}"} for n, row in enumerate(simulated())]

    assert f"at least {FEWEST_PEOPLE}" in refused(tmp_path, rows, "--policy", "even")


def test_probabilities_that_cannot_be_right_are_refused(tmp_path):
    rows = [{**row, "probability": row["probability"] / 3} for row in simulated()]

    assert "the weights have the mean" in refused(tmp_path, rows, "--policy", "even")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"probability": "0"}, "log.csv:2: probability is 0"),
        ({"probability": "1.5"}, "log.csv:2: probability is 1.5"),
        ({"probability": "often"}, "log.csv:2: probability is 'often', which is no number"),
        ({"reward": "nan"}, "log.csv:2: reward is 'nan', which is not finite"),
        ({"reward": ""}, "log.csv:2: reward is '', which is no number"),
        ({"action": ""}, "log.csv:2: action is empty"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path, change, problem):
    rows = list(simulated(people=20))
    rows[0] |= change

    result = attune(table_at(tmp_path / "log.csv", rows), "--policy", "even")

    assert result.exit_code == 2
    assert problem in result.stderr


@pytest.mark.parametrize(
    ("policy", "problem"),
    [
        ("best", "there is no policy 'best'"),
        ("always:96h", "'96h' is an option of no choice in this log"),
        ("gone.json", "gone.json: this file cannot be read"),
        ("text.json", "text.json: this is not JSON"),
        ("list.json", "list.json: this is no table of contexts"),
        ("half.json", "the probabilities of context '*' are not at least 0 with the sum 1"),
        ("other.json", "there is no row for context"),
    ],
)
def test_a_policy_that_cannot_be_used_is_named(tmp_path, monkeypatch, policy, problem):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.json").write_text("always")
    (tmp_path / "list.json").write_text("[1]")
    (tmp_path / "half.json").write_text('{"*": {"24h": 0.5}}')
    (tmp_path / "other.json").write_text('{"elsewhere": {"24h": 1.0}}')

    result = attune(table_at(tmp_path / "log.csv", simulated(people=20)), "--policy", policy)

    assert result.exit_code == 2
    assert problem in result.stderr


def test_missing_columns_are_named(tmp_path):
    (tmp_path / "log.csv").write_text("person,action\na,b\n")

    result = attune(tmp_path / "log.csv")

    assert result.exit_code == 2
    assert "there is no column probability, reward" in result.stderr
