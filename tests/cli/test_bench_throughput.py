"""The benchmark of the deployed stage: its arithmetic, and that its events lead to the decisions it waits for."""

import subprocess
import sys
from datetime import UTC, datetime
from itertools import pairwise
from random import Random
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from bench.throughput.measuring import Run
from bench.throughput.processes import MIB, YOUNG_SECONDS, Sample, cpu_seconds, lines_of, take_samples
from bench.throughput.publishing import publish
from bench.throughput.reporting import cases_told, rates_table
from bench.throughput.slopes import slope_of, t_quantile
from bench.throughput.soaking import by_third
from bench.throughput.ways import BARE, CONSENT, HELP, calls_of, make_known
from bench.throughput.written import written_at
from tests.support.events import envelope
from tests.support.world import World

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def run(**changed) -> Run:
    usual = {
        "way": "consent",
        "rate": 10.0,
        "events": 20,
        "seconds": tuple(number / 100 for number in range(1, 21)),
        "lost": 0,
        "twice": 0,
        "left_over": {},
        "cpu_seconds": (0.2, 0.1),
    }
    return Run(**usual | changed)


@pytest.mark.parametrize("way", [CONSENT, HELP], ids=lambda way: way.name)
def test_every_event_of_a_way_leads_to_exactly_the_decision_that_is_waited_for(way) -> None:
    with mock_aws():
        world = World(NOON)
        people = make_known(world.customers, ["ada", "bea", "cyd"])
        expected, calls = calls_of(way, people, 3, "turn-1")
        for made in calls:
            world.deliver(envelope(made() | {"timestamp": world.now.isoformat()}))
        world.run(world.now - NOON)

        recorded = [row["decision_id"] for row in world.decisions(kind=way.about)]

    assert sorted(recorded) == sorted(expected)


def test_people_take_turns_and_a_bare_row_bears_the_name_of_its_message() -> None:
    expected, calls = calls_of(BARE, [SimpleNamespace(customer_id=name) for name in "ab"], 3, "turn-2")

    assert [made()["userId"] for made in calls] == ["a", "b", "a"]
    assert expected == [made()["messageId"] for made in calls] == ["turn-2-0", "turn-2-1", "turn-2-2"]


class Bus:
    """A bus that refuses some messages."""

    def __init__(self, refuses: int = 0) -> None:
        self.refuses, self.taken = refuses, []

    def put_events(self, *, Entries):  # noqa: N803 - as boto3 calls it
        if self.refuses:
            self.refuses -= 1
            return {"FailedEntryCount": 1}
        self.taken += Entries
        return {"FailedEntryCount": 0}


def test_events_are_due_at_the_rate_whatever_each_takes() -> None:
    bus = Bus()

    due = publish(bus, "bus", [lambda: {"type": "track"}] * 4, rate=200)

    assert [later - first for first, later in pairwise(due)] == pytest.approx([0.005] * 3, abs=1e-6)
    assert len(bus.taken) == 4


def test_an_event_that_the_bus_refuses_is_not_passed_over() -> None:
    with pytest.raises(RuntimeError, match="did not take 2 of 3"):
        publish(Bus(refuses=2), "bus", [lambda: {"type": "track"}] * 3, rate=1000)


def test_percentiles_are_values_that_were_seen() -> None:
    assert (run().percentile(0.5), run().percentile(0.95), run().percentile(1)) == (0.10, 0.19, 0.20)
    assert run().as_data()["aws_cpu_ms"] == 10.0


@pytest.mark.parametrize("wrong", [{"lost": 1}, {"twice": 1}, {"left_over": {"queue": 2}}])
def test_a_run_is_whole_only_if_nothing_is_lost_twice_or_left_over(wrong) -> None:
    assert run().is_whole
    assert not run(**wrong).is_whole


def test_a_run_that_gets_slower_shows_it_by_thirds() -> None:
    assert by_third(run(seconds=(0.1, 0.1, 0.2, 0.2, 0.4, 0.4))) == [100, 200, 400]
    assert by_third(run(seconds=(0.1,))) == [100, 100, 100]


def test_a_table_puts_every_way_beside_the_bare_one_of_its_rate() -> None:
    bare, ours = run(way="bare", seconds=(0.01,)), run(seconds=(0.04,))
    slower = run(seconds=(0.08,), rate=30.0)

    lines = rates_table([one.as_data() for one in (bare, ours, slower)]).splitlines()

    assert "| 10 | consent | 20 | 40 | 40 | 40 | 4.0 | 4.0 |" in lines[3]
    assert "| 30 | consent | 20 | 80 | 80 | 80 |  |  |" in lines[4]


def test_the_time_of_a_write_is_read_from_the_local_number_and_from_no_other() -> None:
    now = 1_795_000_000.5

    assert written_at(f"{1_795_000_000_250:020d}{7:010d}", now) == 1_795_000_000.25
    with pytest.raises(ValueError, match="does not begin with a time"):
        written_at("111000000000012345678901234567890", now)


@given(st.floats(-50, 50), st.lists(st.floats(-100, 100), min_size=1, max_size=4))
def test_a_straight_line_has_its_slope_whatever_the_levels(slope: float, levels: list[float]) -> None:
    series = {number: [(x, level + slope * x) for x in range(6)] for number, level in enumerate(levels)}

    found = slope_of(series)

    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((slope,) * 3, abs=1e-6)
    assert found.series == len(levels)


def test_the_interval_of_a_slope_holds_the_truth_as_often_as_it_says() -> None:
    draw = Random(1)
    held = 0
    for _ in range(400):
        found = slope_of({0: [(x, 3 * x + draw.gauss(0, 1)) for x in range(8)]})
        held += found is not None and found.low <= 3 <= found.high

    assert 0.92 <= held / 400 <= 0.98


def test_too_few_points_say_nothing() -> None:
    assert slope_of({}) is None
    assert slope_of({0: [(0, 1), (1, 2), (2, 3)]}) is None
    assert slope_of({0: [(1, 1)] * 6}) is None


@pytest.mark.parametrize(("freedom", "expected"), [(4, 2.776), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980)])
def test_students_quantiles_are_those_of_the_tables(freedom: int, expected: float) -> None:
    assert t_quantile(0.975, freedom) == pytest.approx(expected, abs=0.012)


def test_a_process_is_looked_at_by_medians_once_it_is_grown() -> None:
    sizes = [10, 10, 10, 10, 30, 31, 90, 32, 40]
    samples = [
        Sample(at=300.0 + 30 * place, pid=7, function="ingest_events", rss=size * MIB)
        for place, size in enumerate(sizes)
    ]
    beside_the_spike = [Sample(at=486.0 + second, pid=7, function="ingest_events", rss=31 * MIB) for second in range(3)]

    lines = lines_of([*samples, *beside_the_spike])

    assert [size for _, size in lines[7]] == [30, 31, 31, 32, 40]
    assert lines[7][0][0] == (300.0 + YOUNG_SECONDS) / 3600


def test_processes_of_nobody_take_nothing() -> None:
    nobody = 2**22  # above any process number of Linux

    assert take_samples(nobody, {}, 0.0) == []
    assert cpu_seconds(nobody, {}) == (0.0, 0.0)


WORKS = "import time\nwhile time.process_time() < 0.4: pass"
LETS_WORK = f"""
import os, subprocess, sys
subprocess.run([sys.executable, "-c", {WORKS!r}], env={{**os.environ, "AWS_LAMBDA_FUNCTION_NAME": "ingest"}}, check=True)
print("it has ended", flush=True)
sys.stdin.read()
"""


def test_a_function_whose_process_has_ended_took_its_processor_time_all_the_same() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LETS_WORK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as local_aws:
        assert local_aws.stdout is not None
        assert local_aws.stdout.readline()
        own, functions = cpu_seconds(local_aws.pid, {})
        local_aws.communicate()

    assert functions >= 0.3
    assert own < functions


def test_how_soon_cases_lay_on_the_queue_is_told_where_there_were_any() -> None:
    consents = run()
    cries = run(way="help", rate=5.0, cases=tuple(number / 10 for number in range(1, 21)))

    told = cases_told([one.as_data() for one in (consents, cries)])

    assert len(told.splitlines()) == 1
    assert "at 5 a second" in told
    assert "within 1000 ms (half of them), 1900 ms (95 %), 2000 ms (the slowest)" in told
