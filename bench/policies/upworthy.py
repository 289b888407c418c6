"""Policies on Upworthy's copy tests: how many more clicks than an even split of the impressions.

    python -m bench.policies.upworthy [PATH] [--tests N] [--json]

PATH is arms.csv.gz (or .csv) of the archive's form. Tests of suspect weeks are left out. The prior is learnt from the tests
of the earlier half of the weeks, and the later half is played: impressions come in rounds, each arm is clicked with the
share of clicks that it really had. That share is partly luck, and a policy that finds the luckiest arm is paid for luck: the
second table plays the same tests with shares drawn in to what the prior makes of them. Intervals are by bootstrap over
tests. MABWiser plays the same tests.
"""

import argparse
import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path
from random import Random

from attune.domain.learning.beliefs import Beta, empirical_prior
from attune.domain.learning.policy import Policy
from attune_cli.judging.estimators import DRAWS, Estimate, interval, resampled
from bench.policies.training_python import ask

SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "upworthy" / "arms.csv.gz"
ROUNDS = 40
TESTS = 400
LEAST_GAIN = 0.15
GREEDY_SHARE = 0.9
EVEN, OURS, LIBRARY = "even split", "attune", "MABWiser, Thompson sampling"

type Shares = Callable[[Sequence[int], Sequence[int]], Sequence[float]]
"""From impressions and clicks of each arm so far to the shares of the next round."""


@dataclass(frozen=True)
class CopyTest:
    """One test: when, and impressions and clicks of each arm."""

    name: str
    week: int
    impressions: tuple[int, ...]
    clicks: tuple[int, ...]

    @property
    def rates(self) -> tuple[float, ...]:
        """The shares of clicks that the arms really had."""
        return tuple(clicks / shown for clicks, shown in zip(self.clicks, self.impressions, strict=True))

    def rounds(self) -> list[int]:
        """Return the impressions of each round; together they are all there were."""
        total = sum(self.impressions)
        return [total * (n + 1) // ROUNDS - total * n // ROUNDS for n in range(ROUNDS)]


def read_tests(path: Path) -> list[CopyTest]:
    """Read the tests of unsuspected weeks with at least two arms that were shown, in order of time."""
    arms: dict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
    packed = path.read_bytes()
    text = (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode()
    for row in csv.DictReader(StringIO(text, newline="")):
        shown = int(float(row["impressions"]))
        if row["randomization_suspect"] != "True" and shown > 0:
            key = (int(float(row["test_week"])), row["clickability_test_id"])
            arms[key].append((shown, int(float(row["clicks"]))))
    return [
        CopyTest(name, week, tuple(shown for shown, _ in found), tuple(clicks for _, clicks in found))
        for (week, name), found in sorted(arms.items())
        if len(found) > 1
    ]


def halves(tests: Sequence[CopyTest]) -> tuple[list[CopyTest], list[CopyTest]]:
    """Return the tests of the earlier weeks and those of the later ones, about as many."""
    middle = tests[len(tests) // 2].week
    return [test for test in tests if test.week < middle], [test for test in tests if test.week >= middle]


def play(test: CopyTest, rates: Sequence[float], shares: Shares, random: Random) -> float:
    """Return the clicks that a policy gets in a test."""
    shown, clicked = [0] * len(rates), [0] * len(rates)
    for impressions in test.rounds():
        for arm, number in enumerate(shared_out(impressions, shares(shown, clicked), random)):
            shown[arm] += number
            clicked[arm] += random.binomialvariate(number, rates[arm])
    return float(sum(clicked))


def shared_out(number: int, shares: Sequence[float], random: Random) -> list[int]:
    """Draw how many of `number` fall to each share."""
    left, rest = number, 1.0
    drawn = []
    for share in shares[:-1]:
        part = random.binomialvariate(left, min(1.0, share / rest)) if left and rest > 0 else 0
        drawn.append(part)
        left, rest = left - part, rest - share
    return [*drawn, left]


def attune(prior: Beta) -> Shares:
    """Share out as Attune's policy chooses, with a prior of other tests."""

    def shares(shown: Sequence[int], clicked: Sequence[int]) -> list[float]:
        names = [str(number) for number in range(len(shown))]
        beliefs = {
            name: Beta(prior.helped + clicks, prior.did_not + tries - clicks)
            for name, tries, clicks in zip(names, shown, clicked, strict=True)
        }
        return list(Policy(beliefs).probabilities(names).values())

    return shares


def greedy(shown: Sequence[int], clicked: Sequence[int]) -> list[float]:
    """Give most to the arm with the best share so far, and the rest to all."""
    best = max(range(len(shown)), key=lambda arm: (clicked[arm] + 1) / (shown[arm] + 2))
    return [GREEDY_SHARE * (arm == best) + (1 - GREEDY_SHARE) / len(shown) for arm in range(len(shown))]


def compare(
    tests: Sequence[CopyTest], truth: Callable[[CopyTest], Sequence[float]], prior: Beta, *, seed: int
) -> dict[str, list[float]]:
    """Return the clicks of each policy in each test."""
    fixed: Mapping[str, Shares] = {
        EVEN: lambda shown, _: [1 / len(shown)] * len(shown),
        "always the first arm": lambda shown, _: [1.0] + [0.0] * (len(shown) - 1),
        "greedy, 10 % even": greedy,
        "attune, no prior": attune(Beta()),
        OURS: attune(prior),
    }
    clicks = {}
    for name, shares in fixed.items():
        random = Random(seed)  # noqa: S311 - a reproducible game is the point
        clicks[name] = [play(test, truth(test), shares, random) for test in tests]
    random = Random(seed)  # noqa: S311 - as above
    clicks["a random arm for all"] = [sum(test.impressions) * random.choice(list(truth(test))) for test in tests]
    games = [{"rates": list(truth(test)), "rounds": test.rounds()} for test in tests]
    answered = ask("mabwiser_runs.py", {"copy_tests": games, "number_of_rounds": ROUNDS, "seed": seed})
    if answered is not None:
        clicks[LIBRARY] = answered["clicks"]
    clicks["the best arm, known beforehand"] = [sum(test.impressions) * max(truth(test)) for test in tests]
    return clicks


def gains(clicks: Mapping[str, Sequence[float]], *, against: str, seed: int = 1) -> dict[str, Estimate]:
    """Return how many more clicks each policy has than one of them, as a share of that one's."""
    base = clicks[against]
    found = {}
    for name, mine in clicks.items():
        sums = list(zip(mine, base, strict=True))
        samples = [ours / theirs - 1 for ours, theirs in resampled(sums, seed=seed, draws=DRAWS)]
        found[name] = interval(sum(mine) / sum(base) - 1, samples)
    return found


def show(title: str, clicks: Mapping[str, Sequence[float]]) -> dict[str, Estimate]:
    """Print one table; return the gains over an even split."""
    print(title)
    found = gains(clicks, against=EVEN)
    for name, gain in found.items():
        print(f"  {name:<34}{sum(clicks[name]):>10,.0f} clicks {gain.value:>+8.1%} [{gain.low:+.1%}, {gain.high:+.1%}]")
    if LIBRARY in clicks:
        lead = gains(clicks, against=LIBRARY)[OURS]
        print(f"  {OURS} against {LIBRARY}: {lead.value:+.2%} [{lead.low:+.2%}, {lead.high:+.2%}]")
    return found


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--tests", type=int, default=TESTS, help="how many of the later tests to play; 0 for all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    earlier, later = halves(read_tests(options.table))
    prior = empirical_prior((c, n) for test in earlier for c, n in zip(test.clicks, test.impressions, strict=True))
    if 0 < options.tests < len(later):
        later = Random(options.seed).sample(later, options.tests)  # noqa: S311 - a reproducible sample
    real = compare(later, lambda test: test.rates, prior, seed=options.seed)
    careful = compare(later, lambda test: drawn_in(test, prior), prior, seed=options.seed)
    if options.json:
        tables = {"as_observed": real, "drawn_in": careful}
        found = {name: {p: asdict(g) for p, g in gains(c, against=EVEN).items()} for name, c in tables.items()}
        print(json.dumps({"prior": asdict(prior), "tests": len(later), "gains_over_even": found}, indent=2))
        return
    print(
        f"Upworthy: {len(later):,} later tests; prior of {len(earlier):,} earlier ones: {prior.mean:.4f} held as {prior.evidence:,.0f}"
    )
    found = show("shares of clicks as observed:", real)
    show("shares drawn in towards the prior:", careful)
    ours = found[OURS].value
    print(f"at least +15 % clicks over an even split: {'met' if ours >= LEAST_GAIN else 'MISSED'} ({ours:+.1%})")
    if LIBRARY in found:
        level = gains(real, against=LIBRARY)[OURS]
        print(f"at least level with the library: {'met' if level.value >= 0 else 'MISSED'} ({level.value:+.2%})")


def drawn_in(test: CopyTest, prior: Beta) -> list[float]:
    """Return the shares of clicks that are expected of a test's arms: observed and prior together."""
    return [
        Beta(prior.helped + c, prior.did_not + n - c).mean for c, n in zip(test.clicks, test.impressions, strict=True)
    ]


if __name__ == "__main__":
    main()
