"""Draws what `bench.throughput` found; run by the training environment's interpreter.

Reads what it found, with the `folder` to draw into, from standard input; writes bench-throughput.svg and bench-soak.svg.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

mpl.rcParams.update({"svg.hashsalt": "attune", "font.size": 9, "axes.titlesize": 10})
COLOURS = {"bare": "#8a8f98", "consent, log not read": "#7fb3d9", "consent": "#1b6ca8", "help": "#c2410c"}
SECOND = 1000
LABELS = {
    "bare": "a handler that puts a row",
    "consent, log not read": "consent, nobody reads the log",
    "consent": "consent: queue, ingest, log",
    "help": "cry for help: two queues, a case, log",
}


def draw_rates(runs: list[dict[str, Any]], path: Path) -> None:
    """Draw median and p95 of every way over the rate."""
    figure, axis = plt.subplots(figsize=(7.2, 3.8))
    ways = list(dict.fromkeys(one["way"] for one in runs))
    for place, way in enumerate(ways):
        of_way = [one for one in runs if one["way"] == way]
        shift = 1 + 0.035 * (place - (len(ways) - 1) / 2)  # side by side, so that none hides another
        rates = [one["rate"] * shift for one in of_way]
        middle, high = ([one[key] for one in of_way] for key in ("p50_ms", "p95_ms"))
        axis.vlines(rates, middle, high, color=COLOURS[way], linewidth=1.5)
        axis.plot(rates, middle, "o-", color=COLOURS[way], linewidth=1, label=LABELS[way])
        axis.plot(rates, high, "_", color=COLOURS[way], markersize=9, markeredgewidth=2)
    axis.set_xscale("log")
    axis.set_yscale("log")
    rates = sorted({one["rate"] for one in runs})
    axis.set_xticks(rates, [f"{rate:g}" for rate in rates])
    axis.minorticks_off()
    ticks = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000]
    low, high = min(one["p50_ms"] for one in runs), max(one["p95_ms"] for one in runs)
    axis.set_yticks([tick for tick in ticks if low / 2 <= tick <= high * 2])
    axis.yaxis.set_major_formatter(lambda value, _: f"{value:g} ms" if value < SECOND else f"{value / 1000:g} s")
    axis.set_xlabel("events a second")
    axis.set_title("From PutEvents to the recorded decision, on the local AWS: median (dot) and p95 (bar)", loc="left")
    axis.legend(frameon=False, fontsize=8)
    finish(figure, path)


def draw_soak(soak: dict[str, Any], path: Path) -> None:
    """Draw the size of every process of a function over time."""
    lines: dict[tuple[str, int], list[tuple[float, float]]] = defaultdict(list)
    for one in soak["samples"]:
        if one["function"] in soak["memory"]:
            lines[one["function"], one["pid"]].append((one["minute"], one["mib"]))
    figure, axis = plt.subplots(figsize=(7.2, 3.8))
    colours = dict(zip(soak["memory"], plt.get_cmap("tab10").colors, strict=False))
    for (name, _), points in sorted(lines.items()):
        axis.plot(*zip(*points, strict=True), color=colours[name], linewidth=1.2)
    for name, colour in colours.items():
        axis.plot([], [], color=colour, label=name)
    axis.set_ylim(bottom=0)
    axis.set_xlim(0, soak["minutes"])
    axis.set_xlabel("minutes")
    axis.set_ylabel("resident memory of a process, MiB")
    events = sum(one["events"] for one in soak["runs"])
    axis.set_title(
        f"{events:,} events in {soak['minutes']:g} minutes: one line for each process of a function", loc="left"
    )
    axis.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    finish(figure, path)


def finish(figure: Any, path: Path) -> None:
    """Write a figure."""
    for axis in figure.axes:
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(axis="y", alpha=0.25)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None}, facecolor="white")
    plt.close(figure)


def main() -> None:
    """Draw what there is."""
    request = json.load(sys.stdin)
    folder, written = Path(request["folder"]), []
    for name, found, draw in (("throughput", "runs", draw_rates), ("soak", "soak", draw_soak)):
        if request[found]:
            path = folder / f"bench-{name}.svg"
            draw(request[found], path)
            written.append(str(path))
    print(json.dumps({"written": written}))


if __name__ == "__main__":
    main()
