"""Draws what `bench.growth` found; run by the training environment's interpreter.

Reads what it found, with the `folder` to draw into, from standard input; writes bench-growth.svg.
"""

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

mpl.rcParams.update({"svg.hashsalt": "attune", "font.size": 9, "axes.titlesize": 10})
OURS = "#1b6ca8"
PANELS = (
    ("event", "cpu_ms", "an event: processor time, ms"),
    ("event", "requests", "an event: requests to DynamoDB"),
    ("journey", "cpu_ms", "a journey: processor time, ms"),
    ("journey", "usd_per_million", "a million journeys: USD"),
)


def draw(found: dict[str, Any], path: Path) -> None:
    """Draw the medians over the number of customers, every round as a small dot."""
    figure, axes = plt.subplots(2, 2, figsize=(7.2, 4.6), sharex=True)
    for axis, (story, key, title) in zip(axes.flat, PANELS, strict=True):
        axis.plot(
            [one["customers"] for one in found["rounds"]],
            [one[story][key] for one in found["rounds"]],
            ".",
            color=OURS,
            alpha=0.35,
        )
        axis.plot(
            [one["customers"] for one in found["in_memory"]],
            [one[story][key] for one in found["in_memory"]],
            "o-",
            color=OURS,
            linewidth=1.2,
        )
        axis.set_xscale("log")
        axis.set_ylim(0, 1.35 * max(one[story][key] for one in found["rounds"]))
        axis.set_title(title, loc="left")
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(axis="y", alpha=0.25)
    for axis in axes[1]:
        sizes = [one["customers"] for one in found["in_memory"]]
        axis.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axis.minorticks_off()
        axis.set_xlabel("customers in the table")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None}, facecolor="white")
    plt.close(figure)


def main() -> None:
    """Draw it."""
    request = json.load(sys.stdin)
    path = Path(request["folder"]) / "bench-growth.svg"
    draw(request, path)
    print(json.dumps({"written": [str(path)]}))


if __name__ == "__main__":
    main()
