"""The benchmarks of the policy: their arithmetic on made-up trials, and their bars on the real ones where they are there."""

import csv
import json
import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from attune.domain.learning.beliefs import Beta
from attune_cli.errors import CommandError
from bench.policies import heartsteps, heartsteps_policies, open_bandit, upworthy
from bench.policies.heartsteps_data import BEGIN, SEND_CHANCE, Point, read_points
from bench.policies.regression import fit, predict

ROOT = Path(__file__).resolve().parents[2]


def real(path: Path) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not path.exists(), reason=f"SKIPPED: {path} is not here")


def trial(people: int = 40, points: int = 150, *, effect: float = 0.0, seed: int = 1) -> list[Point]:
    """Return a trial in which a suggestion adds `effect`, and two in three are found good."""
    chance = random.Random(seed)
    made = []
    for person in range(people):
        for number in range(points):
            sent = chance.random() < SEND_CHANCE
            before = chance.gauss(3, 1)
            made.append(
                Point(
                    person=f"p{person:02}",
                    at=BEGIN + timedelta(days=number / 5),
                    day=float(number // 5),
                    slot=number % 5 + 1,
                    sent=sent,
                    outcome=before / 2 + effect * sent + chance.gauss(0, 1),
                    before=before,
                    welcome=sent and chance.random() < 2 / 3,
                    annoyed=sent and chance.random() < 0.1,
                )
            )
    return made


def test_least_squares_finds_the_line_that_made_the_points():
    rows = [[1.0, x / 7, x * x / 50] for x in range(40)]
    found = fit(rows, [2 - 3 * a + 0.5 * b for _, a, b in rows])

    assert found == pytest.approx([2, -3, 0.5], abs=0.02)
    assert predict(found, [1, 0, 0]) == pytest.approx(2, abs=0.02)


def test_least_squares_of_nothing_is_refused():
    with pytest.raises(ValueError, match="nothing to fit"):
        fit([], [])


def test_an_effect_that_is_there_is_found_and_one_that_is_not_is_not_claimed():
    for effect in (0.5, 0.0):
        points = trial(effect=effect)
        found = heartsteps.compare(points, {"always": [1.0] * len(points), "half": [0.5] * len(points)}, draws=300)

        assert found["always"].effect.low < effect < found["always"].effect.high
        assert found["always"].effect.excludes_zero == (effect > 0)
        assert found["half"].kept.value == pytest.approx(0.5)
        assert found["half"].annoyed.value == pytest.approx(0.5)
        assert found["always"].sent.value == 1


def test_our_policy_looks_at_what_was_before_and_never_at_what_came_after():
    points = trial(people=2)
    changed = [
        *points[:100],
        *(Point(**{**vars(p), "sent": not p.sent, "outcome": 9.0}) for p in points[100:150]),
        *points[150:],
    ]

    first, second = heartsteps_policies.attune(points), heartsteps_policies.attune(changed)

    assert first[:101] == second[:101]
    assert first[150:] == second[150:]


def test_our_policy_sends_at_first_and_holds_back_where_nobody_answers():
    points = [Point(**{**vars(p), "sent": True, "welcome": False}) for p in trial(people=1)]

    chances = heartsteps_policies.attune(points)

    assert chances[0] == 1
    assert max(chances[40:]) < 0.1


def test_the_fresh_belief_counts_what_fatigue_left_of_each_chance():
    found = heartsteps_policies.fresh_belief(trial(people=5))

    assert found.helped == sum(point.welcome for point in trial(people=5))
    assert found.mean > 2 / 3


@real(heartsteps.SAMPLE)
def test_the_belief_of_the_policy_is_that_of_the_answers():
    found = heartsteps_policies.fresh_belief(read_points(heartsteps.SAMPLE))

    assert found.helped == heartsteps_policies.FRESH.helped
    assert found.did_not == pytest.approx(heartsteps_policies.FRESH.did_not, abs=0.5)


@real(heartsteps.SAMPLE)
def test_on_heartsteps_most_of_the_effect_is_left_with_a_third_of_the_sends():
    points = read_points(heartsteps.SAMPLE)
    chosen = {name: heartsteps.POLICIES[name](points) for name in ("always", heartsteps.OURS)}

    ours = heartsteps.compare(points, chosen)[heartsteps.OURS]

    assert ours.kept.value >= heartsteps.LEAST_KEPT
    assert ours.sent.value <= heartsteps.MOST_SENT
    assert ours.annoyed.value <= heartsteps.MOST_ANNOYED
    assert ours.effect.excludes_zero
    assert ours.sent.low < ours.sent.value < ours.sent.high


@real(heartsteps.SAMPLE)
def test_the_heartsteps_command_takes_another_file_of_the_form(tmp_path):
    with heartsteps.SAMPLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    half = {name for number, name in enumerate(sorted({row["user.index"] for row in rows})) if number % 2}
    with (tmp_path / "others.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(row for row in rows if row["user.index"] in half)

    command = [sys.executable, "-m", "bench.policies.heartsteps", str(tmp_path / "others.csv"), "--json"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout)

    assert set(heartsteps.POLICIES) <= set(told["policies"])
    assert 0 < told["policies"]["attune"]["sent"]["value"] < 1


def test_impressions_are_shared_out_without_losing_one():
    chance = random.Random(2)
    for shares in ([1.0], [0.5, 0.5], [0.0, 1.0], [0.2, 0.0, 0.8]):
        drawn = [upworthy.shared_out(1000, shares, chance) for _ in range(50)]
        assert {sum(parts) for parts in drawn} == {1000}
        for place, share in enumerate(shares):
            assert sum(parts[place] for parts in drawn) / 50_000 == pytest.approx(share, abs=0.02)


def test_a_test_is_played_with_all_its_impressions():
    test = upworthy.CopyTest("t", 201401, (1000, 1013), (10, 30))

    assert sum(test.rounds()) == 2013
    assert upworthy.play(test, (0.0, 1.0), lambda shown, _: [0.0, 1.0], random.Random(1)) == 2013


def test_suspect_weeks_and_single_arms_stay_out(tmp_path):
    lines = ["clickability_test_id,impressions,clicks,test_week,randomization_suspect"]
    lines += [
        "a,100,1,201501,False",
        "a,100,2,201501,False",
        "b,100,1,201330,True",
        "b,100,1,201330,True",
        "c,50,1,201502,False",
    ]
    (tmp_path / "arms.csv").write_text("\n".join(lines), encoding="utf-8")

    assert [test.name for test in upworthy.read_tests(tmp_path / "arms.csv")] == ["a"]


@real(upworthy.SAMPLE)
def test_on_upworthy_our_policy_has_many_more_clicks_than_an_even_split():
    earlier, later = upworthy.halves(upworthy.read_tests(upworthy.SAMPLE))
    assert max(test.week for test in earlier) < min(test.week for test in later)
    prior = upworthy.empirical_prior((c, n) for t in earlier for c, n in zip(t.clicks, t.impressions, strict=True))
    tests = random.Random(3).sample(later, 120)
    chance = random.Random(3)

    even = [sum(test.impressions) * sum(test.rates) / len(test.rates) for test in tests]
    ours = [upworthy.play(test, test.rates, upworthy.attune(prior), chance) for test in tests]
    gain = upworthy.gains({"even": even, "ours": ours}, against="even")["ours"]

    assert gain.value >= upworthy.LEAST_GAIN
    assert gain.low > 0


def test_a_prior_is_drawn_in():
    test = upworthy.CopyTest("t", 1, (100, 100), (0, 10))

    assert upworthy.drawn_in(test, Beta(5, 95)) == pytest.approx([0.025, 0.075])


@real(open_bandit.SAMPLE)
def test_the_published_figures_of_open_bandit_are_found_again():
    logged = open_bandit.read_impressions(open_bandit.SAMPLE / "random_all.csv.gz")
    other = open_bandit.read_impressions(open_bandit.SAMPLE / "bts_all.csv.gz")

    found = open_bandit.judged(logged, open_bandit.shares_of(other)).reward

    assert (open_bandit.mean_reward(logged), open_bandit.mean_reward(other)) == (0.0038, 0.0042)
    assert found.ipw.value == pytest.approx(0.0046, abs=0.0002)
    assert found.snipw.value == pytest.approx(0.0049, abs=0.0001)
    assert found.doubly_robust.value == pytest.approx(0.0047, abs=0.0002)
    assert found.ipw.low < 0.0042 < found.ipw.high
    assert not found.gain.excludes_zero


@real(open_bandit.SAMPLE)
def test_a_log_with_an_effective_sample_of_two_is_refused():
    women = open_bandit.read_impressions(open_bandit.SAMPLE / "bts_women.csv.gz")
    items = women.choices[0].options

    with pytest.raises(CommandError, match=r"the effective sample size is 2\.1"):
        open_bandit.judged(women, dict.fromkeys(items, 1 / len(items)))
