"""A whole simulation: the people, every policy over them, and the figures; with what it takes as it goes on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from attune.domain.playbooks import Playbook
from attune_cli.simulating.assumptions import Assumptions, as_tree
from attune_cli.simulating.comparing import HONESTY, compared
from attune_cli.simulating.population import Population, populate
from attune_cli.simulating.stage import Rules
from attune_cli.simulating.strategies import Strategy, strategies
from attune_cli.simulating.world import Outcome, World, days_to_run

type Tick = Callable[[str], None]
"""Called with what is being done, once for each piece of it."""


@dataclass(frozen=True)
class Plan:
    """What to simulate."""

    playbook: Playbook
    assumptions: Assumptions
    templates: Path
    customers: int
    days: int
    seed: int

    @property
    def pieces(self) -> int:
        """How many ticks a comparison takes."""
        every_policy = days_to_run(self.days, self.playbook.expires_after)
        return PEOPLE_PIECES + len(strategies(self.playbook)) * every_policy


PEOPLE_PIECES = 20
MAKING_PEOPLE = "people"


def simulate(plan: Plan, tick: Tick = lambda _: None) -> dict[str, Any]:
    """Run every policy; the same plan gives the same figures."""
    population = people_of(plan, tick)
    outcomes = run_all(plan, population, strategies(plan.playbook), tick)
    return report_of(plan, outcomes)


def people_of(plan: Plan, tick: Tick = lambda _: None) -> Population:
    """Make the people up."""
    made = 0

    def one_more() -> None:
        nonlocal made
        made += 1
        if made * PEOPLE_PIECES // plan.customers > (made - 1) * PEOPLE_PIECES // plan.customers:
            tick(MAKING_PEOPLE)

    return populate(
        plan.assumptions,
        plan.playbook.watched(),
        customers=plan.customers,
        days=plan.days,
        seed=plan.seed,
        tick=one_more,
    )


def run_all(
    plan: Plan, population: Population, chosen: Iterable[Strategy], tick: Tick = lambda _: None
) -> list[Outcome]:
    """Run policies one after the other, over the same people."""
    return [
        World(plan.assumptions, population, rules_in(plan.templates), one).run(lambda name=one.name: tick(name))  # type: ignore[misc]
        for one in chosen
    ]


@cache
def rules_in(templates: Path) -> Rules:
    """Read what people decided once, so that what is remembered of one policy's run serves the next."""
    return Rules.read(templates)


def report_of(plan: Plan, outcomes: list[Outcome]) -> dict[str, Any]:
    """Return everything that is known, as JSON has it."""
    return {
        "honesty": HONESTY,
        "playbook": f"{plan.playbook.id}@{plan.playbook.version}",
        "customers": plan.customers,
        "days": plan.days,
        "seed": plan.seed,
        "policies": compared(outcomes),
        "assumptions": as_tree(plan.assumptions),
    }
