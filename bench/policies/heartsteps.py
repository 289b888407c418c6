"""Policies on the HeartSteps trial: how much of the effect of always sending is left, with how many sends and annoyances.

    python -m bench.policies.heartsteps [PATH] [--json]

PATH is a suggestions.csv of the trial's form. Effects are doubly robust, on log steps in the 30 minutes after, against never
sending; the trial sent with a known chance of 0.6. Intervals are by bootstrap over people. No figure of the policy is fitted
to the effects: the only thing learnt is how often a fresh suggestion is found good.
"""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from attune_cli.judging.estimators import DRAWS, Estimate, effective_sample_size, interval, resampled, sums_by_person
from attune_cli.judging.outcome_model import folds_of
from bench.policies import heartsteps_policies as policies
from bench.policies.heartsteps_data import SEND_CHANCE, SLOTS, Point, read_points
from bench.policies.regression import fit, predict
from bench.policies.training_python import ask

SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "heartsteps" / "suggestions.csv"
MOST_SENT = MOST_ANNOYED = 0.40
LEAST_KEPT = 0.90
OURS, LIBRARY = "attune", "MABWiser, linear TS"
LIBRARY_DRAWS, LIBRARY_SPREAD = 20, 0.5
"""How often the library is asked at each point, and the width of its draws (its alpha)."""

POLICIES: Mapping[str, Callable[[Sequence[Point]], list[float]]] = {
    "never": policies.never,
    "always": policies.always,
    "random, 1 in 3": policies.one_in_three,
    "first 14 days": policies.first_days,
    OURS: policies.attune,
    "attune, own history": policies.attune_own_history,
}


@dataclass(frozen=True)
class Found:
    """What a policy did in the trial: effect for each available point, and its shares of what always sending does."""

    effect: Estimate
    kept: Estimate
    sent: Estimate
    annoyed: Estimate
    ahead_of_bar: Estimate
    effective_sample_size: float


def library(points: Sequence[Point]) -> list[float] | None:
    """Return the chances to send of MABWiser's linear Thompson sampling, taught the log steps of other people."""
    folds = folds_of([point.person for point in points])
    tired = policies.weights(points)
    features = [
        [1.0, point.slot / 5, point.before / 5, point.day / 42, weight / 20]
        for point, weight in zip(points, tired, strict=True)
    ]
    request = {
        "features": features,
        "folds": [folds[point.person] for point in points],
        "sent": [int(point.sent) for point in points],
        "outcomes": [point.outcome for point in points],
        "draws": LIBRARY_DRAWS,
        "alpha": LIBRARY_SPREAD,
    }
    answered = ask("mabwiser_runs.py", {"suggestions": request})
    return answered["chances"] if answered is not None else None


def compare(
    points: Sequence[Point], chosen: Mapping[str, list[float]], *, seed: int = 1, draws: int = DRAWS
) -> dict[str, Found]:
    """Return what each policy, as chances to send at each point, would have done."""
    gains = send_gains(points)
    people = [point.person for point in points]
    found = {}
    for name, chances in chosen.items():
        rows = [
            (1.0, gain, chance * gain, chance, *_annoyances(point, chance))
            for point, gain, chance in zip(points, gains, chances, strict=True)
        ]
        sums = sums_by_person(people, rows)
        whole = _shares([sum(column) for column in zip(*sums, strict=True)])
        samples = [_shares(total) for total in resampled(sums, seed=seed, draws=draws)]
        values = [interval(value, [sample[n] for sample in samples]) for n, value in enumerate(whole)]
        weights = [
            (chance if point.sent else 1 - chance) / (SEND_CHANCE if point.sent else 1 - SEND_CHANCE)
            for point, chance in zip(points, chances, strict=True)
        ]
        found[name] = Found(*values, effective_sample_size(weights))
    return found


def send_gains(points: Sequence[Point]) -> list[float]:
    """Return for each point the doubly robust score of sending against not sending, from models of other people."""
    folds = folds_of([point.person for point in points])
    gains = [0.0] * len(points)
    for fold in sorted(set(folds.values())):
        others = [point for point in points if folds[point.person] != fold]
        model = fit([_features(point, sent=point.sent) for point in others], [point.outcome for point in others])
        for number, point in enumerate(points):
            if folds[point.person] == fold:
                gains[number] = _gain(point, model)
    return gains


def _gain(point: Point, model: Sequence[float]) -> float:
    sent, not_sent = (predict(model, _features(point, sent=choice)) for choice in (True, False))
    if point.sent:
        return sent - not_sent + (point.outcome - sent) / SEND_CHANCE
    return sent - not_sent - (point.outcome - not_sent) / (1 - SEND_CHANCE)


def _features(point: Point, *, sent: bool) -> list[float]:
    week = point.day / 7
    centred = sent - SEND_CHANCE
    return [
        *(float(point.slot == slot) for slot in SLOTS),
        point.before,
        week,
        point.before * week,
        centred,
        centred * week,
        centred * point.before,
    ]


def _annoyances(point: Point, chance: float) -> tuple[float, float]:
    """Return, each weighted by the trial's chance, the annoyance of the policy and that of always sending."""
    annoyance = point.annoyed / SEND_CHANCE
    return chance * annoyance, annoyance


def _shares(total: Sequence[float]) -> tuple[float, float, float, float, float]:
    points, always, effect, sent, annoyed, all_annoyed = total
    return (
        effect / points,
        effect / always if always else 0.0,
        sent / points,
        annoyed / all_annoyed if all_annoyed else 0.0,
        (effect - LEAST_KEPT * always) / points,
    )


def by_fold(points: Sequence[Point], chances: Sequence[float]) -> list[dict[str, float]]:
    """Return effect, sends and annoyance in each of five groups of people, none of which the figures of the others saw."""
    gains, folds = send_gains(points), folds_of([point.person for point in points])
    told = []
    for fold in sorted(set(folds.values())):
        rows = [
            (1.0, gain, chance * gain, chance, *_annoyances(point, chance))
            for point, gain, chance in zip(points, gains, chances, strict=True)
            if folds[point.person] == fold
        ]
        total = [sum(column) for column in zip(*rows, strict=True)]
        effect, _, sent, annoyed, _ = _shares(total)
        told.append({"always": total[1] / total[0], "effect": effect, "sent": sent, "annoyed": annoyed})
    return told


def show(found: Mapping[str, Found], folds: Sequence[Mapping[str, float]], points: Sequence[Point]) -> None:
    """Print the table and the bars."""
    people = len({point.person for point in points})
    print(f"HeartSteps: {len(points):,} available points of {people} people; log steps, 95 % intervals over people")
    print(f"{'policy':<22}{'effect a point':>26}{'of always':>11}{'sends':>23}{'annoyances':>23}{'ess':>7}")
    for name, one in found.items():
        print(
            f"{name:<22}{_cell(one.effect, 3):>26}{one.kept.value:>11.2f}{_cell(one.sent, 2):>23}"
            f"{_cell(one.annoyed, 2):>23}{one.effective_sample_size:>7.0f}"
        )
    print("an effect whose interval includes 0 is no effect that was shown")
    ours = found[OURS]
    print(f"{OURS} less 0.9 times always, a point: {_cell(ours.ahead_of_bar, 3)}")
    print(
        f"at least 90 % of the effect of always: {_verdict(met=ours.kept.value >= LEAST_KEPT)} ({ours.kept.value:.2f})"
    )
    print(f"at most 40 % of the sends: {_verdict(met=ours.sent.value <= MOST_SENT)} ({ours.sent.value:.2f})")
    print(
        f"at most 40 % of the annoyances: {_verdict(met=ours.annoyed.value <= MOST_ANNOYED)} ({ours.annoyed.value:.2f})"
    )
    print("by five groups of people (always, attune, sends, annoyances):")
    for one in folds:
        print(f"  {one['always']:>7.3f}{one['effect']:>8.3f}{one['sent']:>7.2f}{one['annoyed']:>7.2f}")


def _cell(estimate: Estimate, digits: int) -> str:
    return f"{estimate.value:.{digits}f} [{estimate.low:.{digits}f}, {estimate.high:.{digits}f}]"


def _verdict(*, met: bool) -> str:
    return "met" if met else "MISSED"


def main() -> None:
    """Compare the policies and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    points = read_points(options.table)
    chosen = {name: policy(points) for name, policy in POLICIES.items()}
    theirs = library(points)
    if theirs is not None:
        chosen[LIBRARY] = theirs
    found = compare(points, chosen)
    folds = by_fold(points, chosen[OURS])
    if options.json:
        print(json.dumps({"policies": {name: asdict(one) for name, one in found.items()}, "by_fold": folds}, indent=2))
    else:
        show(found, folds, points)


if __name__ == "__main__":
    main()
