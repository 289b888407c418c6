"""The arithmetic of judging, on the Open Bandit sample: what `attune evaluate policy` says beside the published figures.

    python -m bench.policies.open_bandit [FOLDER] [--json]

The random policy's log of the campaign "all" is asked what the Thompson sampling policy would have earned, taken as the
shares of items that it showed in its own log; what it really earned is known. The log of "women" by Thompson sampling is
asked about an even share of all items, which it cannot tell: the effective sample size is 2.
"""

import argparse
import csv
import gzip
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from attune_cli.errors import CommandError
from attune_cli.judging.estimators import Estimate
from attune_cli.judging.judging import Judgement, judge
from attune_cli.judging.outcome_model import folds_of
from attune_cli.judging.rows import ChoiceLog, LoggedChoice

SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "obd_small"
PUBLISHED = {"IPW": "0.0046 [0.0016, 0.0096]", "self-normalised IPW": "0.0049", "doubly robust": "0.0047"}


def read_impressions(path: Path) -> ChoiceLog:
    """Read one log of the sample: an impression is a choice of an item, with its chance and whether it was clicked."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    items = tuple(sorted({row["item_id"] for row in rows}, key=int))
    return ChoiceLog(
        tuple(
            LoggedChoice(
                person=str(number),
                context="",
                action=row["item_id"],
                options=items,
                probability=float(row["propensity_score"]),
                reward=float(row["click"]),
            )
            for number, row in enumerate(rows)
        )
    )


def shares_of(log: ChoiceLog) -> Mapping[str, float]:
    """Return how often each item was chosen."""
    counts = Counter(choice.action for choice in log.choices)
    return {item: number / len(log.choices) for item, number in counts.items()}


def judged(log: ChoiceLog, shares: Mapping[str, float]) -> Judgement:
    """Judge a policy that takes each item with a fixed chance."""
    return judge(log, lambda _: shares, folds_of([choice.person for choice in log.choices]))


def mean_reward(log: ChoiceLog) -> float:
    """Return the share of clicks of a log."""
    return sum(choice.reward for choice in log.choices) / len(log.choices)


def main() -> None:
    """Judge, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    random = read_impressions(options.folder / "random_all.csv.gz")
    sampling = read_impressions(options.folder / "bts_all.csv.gz")
    found = judged(random, shares_of(sampling))
    women = read_impressions(options.folder / "bts_women.csv.gz")
    items = women.choices[0].options
    try:
        judged(women, dict.fromkeys(items, 1 / len(items)))
        refused = ""
    except CommandError as error:
        refused = str(error)
    if options.json:
        print(json.dumps({"judgement": asdict(found), "really": mean_reward(sampling), "refused": refused}, indent=2))
        return
    show(found, really=mean_reward(sampling), logged=mean_reward(random))
    print(
        f"'women' by Thompson sampling, asked about an even share: {f'refused: {refused}' if refused else 'NOT REFUSED'}"
    )


def show(found: Judgement, *, really: float, logged: float) -> None:
    """Print the estimates beside what was published and what is true."""
    print(
        f"Open Bandit, 'all': {found.choices:,} impressions, effective sample size {found.effective_sample_size:,.0f}"
    )
    print(f"  clicks of the random log {logged:.4f}, of Thompson sampling in truth {really:.4f}")
    estimates: dict[str, Estimate] = {
        "IPW": found.reward.ipw,
        "self-normalised IPW": found.reward.snipw,
        "doubly robust": found.reward.doubly_robust,
    }
    for name, one in estimates.items():
        print(f"  {name:<22}{one.value:.4f} [{one.low:.4f}, {one.high:.4f}]   published {PUBLISHED[name]}")
    gain = found.reward.gain
    shown = "" if gain.excludes_zero else ": no difference shown"
    print(f"  doubly robust less logged: {gain.value:+.4f} [{gain.low:+.4f}, {gain.high:+.4f}]{shown}")


if __name__ == "__main__":
    main()
