"""Power and false alarms of watching fairness, on days whose truth is known: `python -m bench.fairness`."""

import argparse
import json
import platform
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from attune.adapters.fairness_file import load_fairness
from attune.domain.fairness.judging import FairnessDay, Verdict, judge
from attune.domain.fairness.limits import FairnessRules, Measure, level_of_look
from attune.domain.fairness.rates import share
from bench.fairness.worlds import People, World, cells_of, draw

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
MONDAY = datetime(2026, 11, 23, 6, 15, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
FALSE_ALARMS_BAR, POWER_BAR = 0.05, 0.8


def fair_worlds() -> Iterator[tuple[str, World]]:
    """Yield worlds in which nobody is treated differently for their group."""
    fair = World()
    yield "fair", fair
    yield "fair, outcomes of a person correlated (0.7)", replace(fair, correlation=0.7)
    by_trouble = fair.rates | {Measure.OFFER: (0.05, 0.2, 0.5), Measure.ESCALATION: (0.02, 0.1, 0.3)}
    yield (
        "fair, but one group is in trouble more often",
        replace(fair, rates=by_trouble, in_trouble=(1.0, 2.0, 6.0)),
    )
    many = (1200, 500, 300, 200, 150, 120, 110, 100, 60, 30, 12)
    yield "fair, eleven groups of 12 to 1,200, harm is rare", replace(fair, sizes=dict.fromkeys(fair.sizes, many))


def unfair_worlds(gap: float) -> Iterator[tuple[str, World]]:
    """Yield worlds with one gap between two groups of 1,000."""
    fair = World()
    for base in (0.05, 0.2, 0.45):
        rates = fair.rates | {Measure.OFFER: (base, base, base)}
        yield (
            f"offers, {base:.0%} against {base + gap:.0%}",
            replace(fair, rates=rates, unfair=Measure.OFFER, gap=gap),
        )
    yield "silence, 15% against 25%", replace(fair, unfair=Measure.SILENCE, gap=gap)
    yield "escalations, 10% against 20%", replace(fair, unfair=Measure.ESCALATION, gap=gap)
    yield "harm, 2% against 6%", replace(fair, unfair=Measure.HARM, gap=0.04)
    yield "informal tone, 50% against 40%", replace(fair, unfair=Measure.TONE, gap=gap)
    yield "delay, 6 hours longer on 30", replace(fair, unfair=Measure.DELAY, gap=0.2)
    trouble = fair.rates | {Measure.OFFER: (0.1, 0.2, 0.4)}
    yield (
        "offers, 10 points, correlated, and in trouble more often",
        replace(fair, rates=trouble, unfair=Measure.OFFER, gap=gap, correlation=0.7, in_trouble=(1.0, 2.0, 3.0)),
    )


def alarms(world: World, rules: FairnessRules, days: int, *, seed: int, like_for_like: bool = True) -> tuple[int, int]:
    """Return on how many simulated days a weekly and a daily look raised an alarm; of an unfair world, the right one."""
    chance = Random(seed)  # noqa: S311 - nothing secret hangs on it
    weekly = daily = 0
    for _ in range(days):
        cells = cells_of(draw(world, chance), rules, like_for_like=like_for_like)
        if _found(judge(cells, rules, MONDAY), world):
            # What a daily look finds, the weekly one would have found: its level is higher.
            weekly += 1
            daily += _found(judge(cells, rules, TUESDAY), world)
    return weekly, daily


def _found(day: FairnessDay, world: World) -> bool:
    gaps = day.those(Verdict.GAP)
    if world.unfair is None:
        return bool(gaps)
    return any((gap.measure, gap.dimension) == (world.unfair, world.unfair_by) for gap in gaps)


def months(world: World, rules: FairnessRules, number: int, *, seed: int, begins: int = 0) -> list[int | None]:
    """Return for each simulated month on which of its 28 daily looks the first alarm came.

    Each day as many people leave the window as enter it; an unfair world is fair until look `begins`.
    """
    chance = Random(seed)  # noqa: S311 - nothing secret hangs on it
    before = replace(world, unfair=None)
    firsts: list[int | None] = []
    for _ in range(number):
        pool = draw(before, chance) + draw(world if begins == 0 else before, chance) + draw(world, chance)
        firsts.append(_first_alarm(pool, world, rules, begins))
    return firsts


def _first_alarm(pool: People, world: World, rules: FairnessRules, begins: int) -> int | None:
    a_day = world.people / rules.window_days
    start = world.people if begins == 0 else 0
    for look in range(rules.window_days):
        first = start + round(look * a_day)
        window = pool.window(first, world.people)
        if _found(judge(cells_of(window, rules), rules, MONDAY + timedelta(days=look)), world):
            return look
    return None


def main() -> None:
    """Simulate, print the figures, and end with 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=1000, help="simulated days for each figure")
    parser.add_argument("--months", type=int, default=100, help="simulated months of daily looks")
    parser.add_argument("--gap", type=float, default=0.10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rules, begun = load_fairness(TEMPLATES), time.process_time()
    rows = [*_looks(rules, given), *_months(rules, given)]
    if given.json:
        print(json.dumps(rows, indent=2))
    else:
        _print(rows, rules, time.process_time() - begun)
    if not all(row["ok"] for row in rows):
        raise SystemExit(1)


def _looks(rules: FairnessRules, given: argparse.Namespace) -> Iterator[dict[str, object]]:
    for name, world in fair_worlds():
        yield from _both(name, alarms(world, rules, given.days, seed=given.seed), given.days, bars=(True, True))
        if world.in_trouble != (1.0, 1.0, 1.0):
            few = max(20, given.days // 10)
            crude, _ = alarms(world, rules, few, seed=given.seed, like_for_like=False)
            yield _row(f"{name}: not like for like", crude, few, fair=None)
    for name, world in unfair_worlds(given.gap):
        few = max(1, given.days // 2)
        yield from _both(name, alarms(world, rules, few, seed=given.seed + 1), few, bars=(False, None))


def _both(
    name: str, found: tuple[int, int], days: int, *, bars: tuple[bool | None, bool | None]
) -> Iterator[dict[str, object]]:
    for label, count, fair in zip(("weekly look", "daily look"), found, bars, strict=True):
        yield _row(f"{name}: {label}", count, days, fair=fair)


def _months(rules: FairnessRules, given: argparse.Namespace) -> Iterator[dict[str, object]]:
    number, few = given.months, max(1, given.months // 2)
    fair = months(World(), rules, number, seed=given.seed + 2)
    yield _row("fair, 28 daily looks: any alarm", sum(one is not None for one in fair), number, fair=True)
    there = months(World(unfair=Measure.OFFER, gap=given.gap), rules, few, seed=given.seed + 3)
    for days in (1, 8, 28):
        found = sum(one is not None and one < days for one in there)
        yield _row(f"offers, gap of 10 points there all the time: within {days} looks", found, few, fair=None)


def _row(name: str, count: int, of: int, *, fair: bool | None) -> dict[str, object]:
    """Return a figure, and whether its bar is met: at most 5 % in fair worlds, at least 80 % else; None has no bar."""
    rate = count / of
    ok = fair is None or (rate <= FALSE_ALARMS_BAR if fair else rate >= POWER_BAR)
    interval = share(count, of)
    return {"name": name, "alarms": count, "of": of, "rate": rate, "low": interval.low, "high": interval.high, "ok": ok}


def _print(rows: Sequence[dict[str, object]], rules: FairnessRules, seconds: float) -> None:
    print(f"{platform.python_version()}, {platform.machine()}, {seconds:.0f} s of CPU")
    print(f"levels: weekly {level_of_look(rules, MONDAY):.3%}, daily {level_of_look(rules, TUESDAY):.4%}")
    for row in rows:
        told = f"{row['rate']:7.2%} ({row['low']:.1%} to {row['high']:.1%})"
        print(f"{row['name']:78} {told}{'' if row['ok'] else '  MISSED'}")


if __name__ == "__main__":
    main()
