"""What events and journeys cost among a thousand, ten thousand, a hundred thousand and a million customers.

    python -m bench.growth [--customers 1000,10000,100000,1000000] [--rounds 4] [--moto 1000] [--json FILE] [--plots FOLDER]

The same stories, told by the real functions over a table in memory with so many customers in it (docs/benchmarks.md), in rounds
that take turns; and over moto's tables for the sizes given there. A million customers take 3 GB. Ends with 1 if a request is
made at one size that is not made at another.
"""

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from bench.growth.population import population
from bench.growth.table import TableInMemory
from bench.growth.telling import Told, in_memory, made_models, on_moto
from bench.policies.training_python import ask
from bench.throughput.slopes import Slope, slope_of

PLOTS = Path(__file__).with_name("plots.py")
PAGE = os.sysconf("SC_PAGE_SIZE")
COUNTS = ("requests", "read_units", "write_units", "usd_per_million")


def main() -> None:
    """Measure, print, and draw where asked to."""
    given = _arguments()
    os.environ |= {"AWS_DEFAULT_REGION": "us-east-1", "AWS_REGION": "us-east-1"}
    load = os.getloadavg()[0]
    rounds = measured(given.customers, given.rounds)
    models = made_models()
    on_motos = [on_moto(models, many, "moto") for many in given.moto]
    found = {
        "load": [load, os.getloadavg()[0]],
        "memory_mib": round(_memory() / 1024**2),
        "in_memory": [summary([told for told in rounds if told.customers == many]) for many in given.customers],
        "moto": [summary([told]) for told in on_motos],
        "rounds": [asdict(told) for told in rounds],
        "per_tenfold": {story: vars(slope) if slope else None for story, slope in per_tenfold(rounds).items()},
    }
    print(
        f"\nload of the machine at first and at last: {found['load'][0]:.1f}, {found['load'][1]:.1f}\n\n{table(found)}"
    )
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if given.plots:
        ask(PLOTS, {**found, "folder": str(given.plots)})
    sys.exit(not is_level(found))


def measured(sizes: Sequence[int], rounds: int) -> list[Told]:
    """Tell the stories at every size, in rounds that take turns."""
    models, tables = made_models(), {}
    for many in sizes:
        began = time.monotonic()
        tables[many] = TableInMemory()
        tables[many].fill("customers", population(models, many))
        _say(f"{many:,} customers in memory ({time.monotonic() - began:.0f} s)")
    found = []
    for turn in range(rounds + 1):  # the first is a warm-up and is not counted
        for many, held in sorted(tables.items(), reverse=turn % 2 == 0):  # who comes first finds a colder machine
            began = time.monotonic()
            told = in_memory(held, many, f"r{turn}")
            _say(
                f"round {turn}, {many:,} customers: {told.event.cpu_ms:.2f} ms an event ({time.monotonic() - began:.0f} s)"
            )
            found += [told] if turn else []
    return found


def summary(rounds: Sequence[Told]) -> dict[str, Any]:
    """Return the medians of some rounds at one size."""
    stories = {"event": [told.event for told in rounds], "journey": [told.journey for told in rounds]}
    return {
        "customers": rounds[0].customers,
        "look_requests": median(told.look_requests for told in rounds),
        "item_bytes": median(told.item_bytes for told in rounds if told.item_bytes) if rounds[0].item_bytes else None,
        **{
            name: {key: median(getattr(one, key) for one in found) for key in (*COUNTS, "cpu_ms")}
            for name, found in stories.items()
        },
    }


def per_tenfold(rounds: Sequence[Told]) -> dict[str, Slope | None]:
    """Return by how many ms the processor time moves where there are ten times as many customers, round by round."""
    numbers = {
        id(told): sum(one.customers == told.customers for one in rounds[:place]) for place, told in enumerate(rounds)
    }
    return {
        story: slope_of(
            {
                turn: [
                    (math.log10(told.customers), getattr(told, story).cpu_ms)
                    for told in rounds
                    if numbers[id(told)] == turn
                ]
                for turn in set(numbers.values())
            }
        )
        for story in ("event", "journey")
    }


def is_level(found: dict[str, Any]) -> bool:
    """Whether what is asked of tables is the same at all sizes: also on moto, but for journeys, which it tells fewer of."""
    every = {(one["event"]["requests"], one["look_requests"]) for one in (*found["in_memory"], *found["moto"])}
    return len(every) == len({one["journey"]["requests"] for one in found["in_memory"]}) == 1


def table(found: dict[str, Any]) -> str:
    """Return what was found as Markdown: events, journeys, and by how much the processor time moves."""
    lines = []
    for story in ("event", "journey"):
        more = ["Bytes of an item written", "Hourly look, requests"] if story == "event" else []
        heads = ["Customers", f"Requests, {story}", "Read units", "Write units", "USD for a million", "CPU, ms", *more]
        lines += [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
        for where, sizes in (("", found["in_memory"]), (" (moto)", found["moto"])):
            for one in sizes:
                cells = [f"{one[story][key]:.2f}" for key in (*COUNTS, "cpu_ms")]
                if more:
                    cells += [f"{one['item_bytes']:.0f}" if one["item_bytes"] else "", f"{one['look_requests']:g}"]
                lines.append(f"| {one['customers']:,}{where} | {' | '.join(cells)} |")
        lines.append("")
    for story, slope in found["per_tenfold"].items():
        if slope:
            lines.append(
                f"\nTen times as many customers: {slope['value']:+.3f} ms for {story} ({slope['low']:+.3f} to {slope['high']:+.3f})."
            )
    return "\n".join([*lines, f"\nMemory of all: {found['memory_mib']:,} MiB."])


def _memory() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=_sizes, default=[10**3, 10**4, 10**5, 10**6])
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--moto", type=_sizes, default=[1000], help="sizes told on moto as well; '' for none")
    parser.add_argument("--json", type=Path, help="a file for what was found")
    parser.add_argument("--plots", type=Path, help="a folder for the picture (wants `make training`)")
    return parser.parse_args()


def _sizes(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
