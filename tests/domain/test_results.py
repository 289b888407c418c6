"""What messages did against none: found where it is there, not claimed where it is not, and never told of few people."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.learning.intervals import difference
from attune.domain.results.effects import ALL, TELLING_FROM
from attune.domain.results.intervals import Part, standardise
from attune.domain.results.log import Spent
from attune.domain.results.measures import results_of
from attune.domain.results.people import Measure
from attune.domain.results.prices import cost_of
from tests.support.report_history import DEFLECTED, LIFT, SINCE, UNTIL, Quarter
from tests.support.results import decision, results_from

COUNTS = st.integers(1, 60).flatmap(lambda people: st.tuples(st.integers(0, people), st.just(people)))
PARTS = st.lists(st.builds(lambda one, other: Part(*one, *other), COUNTS, COUNTS), min_size=1, max_size=5)


def effect(results, measure, playbook=ALL):
    (found,) = [one for one in results.effects if (one.measure, one.playbook) == (measure, playbook)]
    return found


@pytest.fixture(scope="module")
def quarter():
    return results_of(Quarter(4, 5000, holdout=0.3).rows, {}, since=SINCE, now=UNTIL)


def test_what_messages_do_is_found_within_its_interval(quarter):
    ordered, case = effect(quarter, Measure.ORDERED), effect(quarter, Measure.CASE)

    assert ordered.found.low < LIFT < ordered.found.high
    assert ordered.is_claimed
    assert case.found.low < -DEFLECTED < case.found.high
    assert case.is_claimed


def test_what_messages_do_not_change_is_not_claimed(quarter):
    assert not effect(quarter, Measure.SEEN_AGAIN).is_claimed


def test_a_person_counts_once_however_many_playbooks_wrote():
    rows = [
        decision("ada", "moment", "started", days=day, playbook=name) for day, name in ((0, "a"), (1, "b"), (2, "a"))
    ]
    found = results_from(rows)

    assert [effect(found, Measure.ORDERED, name).of_treated for name in (ALL, "a", "b")] == [1, 1, 1]


def test_an_order_that_was_taken_back_is_none_and_two_orders_are_an_order_again():
    rows = [decision(who, "moment", "started") for who in ("ada", "ben")]
    rows += [
        decision("ada", "outcome", "ordered", days=1, order="1"),
        decision("ada", "outcome", "order_taken_back", days=2, order="1"),
    ]
    rows += [decision("ben", "outcome", "ordered", days=number, order=str(number)) for number in (1, 2)]
    found = results_from(rows)

    assert effect(found, Measure.ORDERED).treated == 1
    assert effect(found, Measure.ORDERED_AGAIN).treated == 1


def test_the_same_order_told_twice_is_one():
    rows = [decision("ada", "moment", "started"), *[decision("ada", "outcome", "ordered", days=1, order="1")] * 2]

    assert effect(results_from(rows), Measure.ORDERED_AGAIN).treated == 0


def test_who_could_not_have_been_held_out_is_on_no_side():
    rows = [
        decision("ada", "moment", "started", why="service"),
        decision("ben", "moment", "handed_over"),
        decision("cem", "moment", "calm"),
    ]

    assert effect(results_from(rows), Measure.ORDERED).of_treated == 0


def test_who_was_answered_lately_waits_and_is_not_counted_as_lost():
    found = results_from([decision("ada", "moment", "started", days=55)])

    assert (effect(found, Measure.ORDERED).of_treated, effect(found, Measure.ORDERED).waiting) == (0, 1)


def test_each_playbook_waits_as_long_as_its_own_journeys_may_take():
    rows = [
        decision("ada", "moment", "started", days=55, playbook="quick"),
        decision("ben", "moment", "started", days=55, playbook="slow"),
    ]
    found = results_from(rows, windows={"quick": timedelta(days=3), "slow": timedelta(days=40)})

    assert effect(found, Measure.ORDERED, "quick").of_treated == 1
    assert effect(found, Measure.ORDERED, "slow").waiting == 1


@pytest.mark.parametrize(("days", "seen"), [(6, 0), (8, 1), (27, 1), (29, 0)])
def test_coming_back_is_a_visit_or_an_order_from_the_second_to_the_fourth_week(days, seen):
    rows = [decision("ada", "moment", "holdout"), decision("ada", "moment", "calm", days=days, journey="later")]

    assert effect(results_from(rows), Measure.SEEN_AGAIN).held_out == seen


def test_dry_runs_count_nothing():
    found = results_from([{**decision("ada", "moment", "started"), "dry_run": dry} for dry in (True, "true")])

    assert effect(found, Measure.ORDERED).of_treated == 0
    assert not found.log.moments


@pytest.mark.parametrize(("held_out", "is_told"), [(TELLING_FROM - 1, False), (TELLING_FROM, True)])
def test_a_side_of_too_few_people_is_not_compared(held_out, is_told):
    rows = [decision(f"t{number}", "moment", "started") for number in range(200)]
    rows += [decision(f"h{number}", "moment", "holdout") for number in range(held_out)]

    assert (effect(results_from(rows), Measure.ORDERED).found is not None) == is_told


def test_people_at_a_level_that_the_other_side_does_not_have_are_left_out_and_told_of():
    rows = [decision(f"t{number}", "moment", "started") for number in range(30)]
    rows += [decision(f"h{number}", "moment", "holdout") for number in range(30)]
    rows += [decision(f"x{number}", "moment", "started", level="low") for number in range(50)]
    found = effect(results_from(rows), Measure.ORDERED)

    assert found.left_out == 50
    assert found.of_treated == 80


def test_a_side_with_an_easier_time_looks_no_better():
    """Nobody is helped; the answered had an easier time than the held out, as after a change of who is held out."""
    easy, hard = Part(400, 1000, 40, 100), Part(5, 100, 50, 1000)
    plain = difference((easy.treated + hard.treated, 1100), (easy.held_out + hard.held_out, 1100))
    found = standardise([easy, hard])

    assert plain[1] > 0.2
    assert found.low < 0 < found.high
    assert abs(found.value) < 1e-9


@given(PARTS)
def test_a_difference_lies_in_its_interval_and_all_of_it_between_less_and_more_than_everybody(parts):
    found = standardise(parts)

    assert -1 <= found.low <= found.value + 1e-9
    assert found.value <= found.high + 1e-9 <= 1 + 2e-9
    assert found.value == pytest.approx(found.treated.value - found.held_out.value)


@given(PARTS)
def test_changing_sides_changes_the_sign_and_nothing_else(parts):
    turned = [Part(one.held_out, one.of_held_out, one.treated, one.of_treated) for one in parts]
    found, other = standardise(parts), standardise(turned)

    assert (other.value, other.low, other.high) == pytest.approx((-found.value, -found.high, -found.low))


@given(COUNTS, COUNTS)
def test_one_stratum_is_compared_as_experiments_compare(treated, held_out):
    found = standardise([Part(*treated, *held_out)])

    assert (found.value, found.low, found.high) == pytest.approx(difference(treated, held_out))


@pytest.mark.parametrize("lift", [0.0, 0.06])
def test_intervals_of_90_percent_hold_the_truth_about_nine_times_in_ten(lift):
    """Four playbooks at three levels, one in ten held out, shares from 3 to 30 percent: many small strata."""
    draw = Random(5)
    hit, tries = 0, 400
    for _ in range(tries):
        parts = []
        for size in (600, 300, 120, 60):
            for chance in (0.3, 0.12, 0.03):
                held = size // 10
                parts.append(
                    Part(
                        sum(draw.random() < chance + lift for _ in range(size - held)),
                        size - held,
                        sum(draw.random() < chance for _ in range(held)),
                        held,
                    )
                )
        found = standardise(parts)
        hit += found.low <= lift <= found.high

    assert 0.87 <= hit / tries <= 0.97


def test_a_week_without_most_of_the_mix_tells_no_share():
    rows = [decision(f"t{number}", "moment", "started", level="high") for number in range(40)]
    rows += [decision(f"u{number}", "moment", "started", days=7, level="low") for number in range(40)]

    assert [week.treated for week in results_from(rows).weeks] == [None, None]


def test_the_weeks_of_a_steady_quarter_look_alike(quarter):
    shares = [week.treated.value for week in quarter.weeks if week.treated]

    assert len(shares) >= 6
    assert max(shares) - min(shares) < 0.08


def test_the_cost_is_counts_times_prices():
    spent = Spent(moments=10, journeys=4, touches=5, emails=3, texts=2, notes=1)
    found = cost_of(spent)

    assert found.running == pytest.approx((6 * 1.72 + 4 * 0.28 + 5 * 141.40) / 1e6)
    assert found.sending == pytest.approx(3e-4 + 0.02)
    assert cost_of(replace(spent, texts=0)).total < found.total
