"""What was found, as Markdown tables."""

from collections.abc import Sequence
from typing import Any

RATES = "| Events a second | Way | Events | p50, ms | p95, ms | Worst, ms | p50 beside bare | p95 beside bare | CPU ms an event: local AWS, functions | Lost, twice, left over |"


def rates_table(runs: Sequence[dict[str, Any]]) -> str:
    """Return the runs, each beside the bare one of its rate."""
    lines = [RATES, "|" + "---|" * 10]
    bare = {one["rate"]: one for one in runs if one["way"] == "bare"}
    for one in runs:
        beside = bare.get(one["rate"])
        ratios = [f"{one[key] / beside[key]:.1f}" if beside else "" for key in ("p50_ms", "p95_ms")]
        cells = [
            f"{one['rate']:g}",
            one["way"],
            *(one[key] for key in ("events", "p50_ms", "p95_ms", "worst_ms")),
            *ratios,
        ]
        lines.append(
            f"| {' | '.join(map(str, cells))} | {one['aws_cpu_ms']}, {one['functions_cpu_ms']} | {_losses(one)} |"
        )
    return "\n".join(lines)


def cases_told(runs: Sequence[dict[str, Any]]) -> str:
    """Return how soon cases lay on support's queue, at each rate of cries for help."""
    told = [
        "After a cry for help at {rate:g} a second its case lies on support's queue within {0} ms (half of them), {1} ms (95 %), "
        "{2} ms (the slowest).".format(*one["case_ms"], **one)
        for one in runs
        if one["case_ms"]
    ]
    return "\n".join(told)


def switches_told(switched: Sequence[dict[str, Any]]) -> str:
    """Return how soon a function that had just read the switches went by what was switched since."""
    return "\n".join(
        f"Switched {one['to']}, a warm function goes by it after {one['seconds']:.1f} s." for one in switched
    )


def soak_table(soak: dict[str, Any]) -> str:
    """Return what a soak did to latency and to memory."""
    lines = [
        f"| {soak['minutes']:g} minutes | Events a second | Events | p50, ms | p95 by third, ms | Lost, twice, left over |",
        "|" + "---|" * 6,
    ]
    for one in soak["runs"]:
        thirds = ", ".join(map(str, one["p95_ms_by_third"]))
        lines.append(
            f"| {one['way']} | {one['rate']:g} | {one['events']} | {one['p50_ms']} | {thirds} | {_losses(one)} |"
        )
    lines += ["", "| Function | Processes | MiB | MiB an hour, 95 % |", "|---|---|---|---|"]
    lines += [
        f"| {name} | {one['series']} | {one['mib']:.0f} | {_slope(one)} |" for name, one in soak["memory"].items()
    ]
    if soak["all"]:
        lines.append(f"| all | {soak['all']['series']} | | {_slope(soak['all'])} |")
    first, last = soak["local_aws_mib"]
    return "\n".join([*lines, "", f"The local AWS itself went from {first:.0f} to {last:.0f} MiB."])


def _losses(run: dict[str, Any]) -> str:
    return f"{run['lost']}, {run['twice']}, {sum(run['left_over'].values())}"


def _slope(one: dict[str, float]) -> str:
    return f"{one['value']:+.1f} ({one['low']:+.1f} to {one['high']:+.1f})"
