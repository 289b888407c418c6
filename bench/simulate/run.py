"""How long a simulation takes: `python -m bench.simulate.run`."""

import argparse
import platform
import time
from pathlib import Path

from attune.adapters.playbook_files import load_playbooks
from attune_cli.simulating.assumptions import read_assumptions
from attune_cli.simulating.running import Plan, people_of, report_of, run_all
from attune_cli.simulating.strategies import strategies

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
BUDGET_SECONDS = 60


def main() -> None:
    """Simulate every policy and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--playbook", default="cart_abandonment")
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=30)
    given = parser.parse_args()
    playbook = load_playbooks(TEMPLATES)[given.playbook]
    plan = Plan(playbook, read_assumptions(), TEMPLATES, given.customers, given.days, 1)
    begun, begun_cpu = time.perf_counter(), time.process_time()
    population = people_of(plan)
    visits = sum(len(person.visits) for person in population.people)
    print(f"{platform.python_version()}, {platform.machine()}, one process and one thread")
    print(f"{'people':13} {time.process_time() - begun_cpu:6.1f} s of CPU, {visits:,} visits")
    outcomes = []
    for strategy in strategies(playbook):
        before = time.process_time()
        outcomes += run_all(plan, population, [strategy])
        messages = outcomes[-1].tally.total("messages")
        print(f"{strategy.name:13} {time.process_time() - before:6.1f} s of CPU, {messages:,} messages")
    report_of(plan, outcomes)
    seconds, cpu = time.perf_counter() - begun, time.process_time() - begun_cpu
    print(
        f"{given.customers:,} customers over {given.days} days under {len(outcomes)} policies: {seconds:.1f} s, "
        f"{cpu:.1f} s of CPU; {given.customers / cpu:,.0f} customers a second of CPU"
    )
    print(f"the budget for 10,000 customers over 30 days is {BUDGET_SECONDS} s on one core")


if __name__ == "__main__":
    main()
