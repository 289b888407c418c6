"""Draws what `bench.policies.run` found; run by the training environment's interpreter.

Reads {"heartsteps": {...}, "upworthy": {...}, "folder": path} from standard input, writes heartsteps.png and upworthy.png.
"""

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

OURS, OTHERS, BAR = "#1b6ca8", "#8a8f98", "#c2410c"


def colours(names: list[str]) -> list[str]:
    """Return ours in one colour and the others in another."""
    return [OURS if name == "attune" else OTHERS for name in names]


def draw_heartsteps(found: dict[str, Any], path: Path) -> None:
    """Draw effect, sends and annoyances of each policy with their intervals."""
    names = [name for name in found if name != "never"]
    panels = (
        ("effect", "effect on log steps, a point", None),
        ("sent", "sends, of always (bar: at most 0.40)", 0.4),
        ("annoyed", "annoyances, of always (bar: at most 0.40)", 0.4),
    )
    figure, axes = plt.subplots(1, 3, figsize=(12, 3.6), sharey=True)
    for axis, (field, title, bar) in zip(axes, panels, strict=True):
        for place, (name, colour) in enumerate(zip(names, colours(names), strict=True)):
            one = found[name][field]
            axis.plot([one["low"], one["high"]], [place, place], color=colour, linewidth=2)
            axis.plot(one["value"], place, "o", color=colour)
        if bar is None:
            axis.axvline(0, color="black", linewidth=0.8)
        else:
            axis.axvline(bar, color=BAR, linestyle="--", linewidth=1)
            axis.set_xlim(0, 1.05)
        axis.set_title(title, fontsize=10)
    axes[0].set_yticks(range(len(names)), names)
    axes[0].invert_yaxis()
    figure.suptitle("HeartSteps: doubly robust, 95 % intervals over people", fontsize=11)
    finish(figure, path)


def draw_upworthy(tables: dict[str, Any], path: Path) -> None:
    """Draw the gains over an even split, with shares as observed and drawn in."""
    figure, axes = plt.subplots(1, 2, figsize=(12, 3.6), sharey=True, sharex=True)
    titles = {"as_observed": "shares of clicks as observed", "drawn_in": "shares drawn in towards the prior"}
    names = [name for name in next(iter(tables.values())) if name != "even split"]
    for axis, (table, found) in zip(axes, tables.items(), strict=True):
        for place, (name, colour) in enumerate(zip(names, colours(names), strict=True)):
            one = found[name]
            axis.plot([100 * one["low"], 100 * one["high"]], [place, place], color=colour, linewidth=2)
            axis.plot(100 * one["value"], place, "o", color=colour)
        axis.axvline(0, color="black", linewidth=0.8)
        axis.axvline(15, color=BAR, linestyle="--", linewidth=1)
        axis.set_title(titles[table], fontsize=10)
        axis.set_xlabel("more clicks than an even split, % (bar: +15)")
    axes[0].set_yticks(range(len(names)), names)
    axes[0].invert_yaxis()
    figure.suptitle("Upworthy: later tests, 95 % intervals over tests", fontsize=11)
    finish(figure, path)


def finish(figure: Any, path: Path) -> None:
    """Write a figure."""
    for axis in figure.axes:
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(axis="x", alpha=0.25)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def main() -> None:
    """Draw both."""
    request = json.load(sys.stdin)
    folder = Path(request["folder"])
    draw_heartsteps(request["heartsteps"], folder / "heartsteps.png")
    draw_upworthy(request["upworthy"], folder / "upworthy.png")
    print(json.dumps({"written": [str(folder / "heartsteps.png"), str(folder / "upworthy.png")]}))


if __name__ == "__main__":
    main()
