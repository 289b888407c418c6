"""How the answer changes with the two assumptions that matter most: how much good timing helps, and bad timing harms.

Of all assumptions these move the differences between policies most (docs/simulation.md says how that was found).
"""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from attune_cli.simulating.assumptions import Assumptions
from attune_cli.simulating.comparing import counts, paired
from attune_cli.simulating.population import Population
from attune_cli.simulating.running import Plan, Tick, run_all
from attune_cli.simulating.strategies import strategies
from attune_cli.simulating.world import Outcome, days_to_run

COMPARED = ("no_messages", "fixed_delay", "fixed_1_hour", "adaptive")
HELP, HARM = "help of a well-timed message", "harm of a message that comes too soon"
FACTORS = ((HELP, 0.0), (HELP, 0.5), (HELP, 1.5), (HARM, 0.0), (HARM, 2.0))


def scaled(assumptions: Assumptions, *, gain: float = 1.0, loss: float = 1.0) -> Assumptions:
    """Return assumptions under which messages help and harm so many times as much."""
    curve = {
        hours: effect * (gain if effect > 0 else loss) for hours, effect in assumptions.messages.effect_by_hours.items()
    }
    return assumptions.changed(messages={"effect_by_hours": curve})


def variants(assumptions: Assumptions) -> Iterator[tuple[str, float, Assumptions]]:
    """Yield what is varied, by which factor, and the assumptions it makes."""
    for what, factor in FACTORS:
        yield what, factor, scaled(assumptions, **{"gain" if what == HELP else "loss": factor})


def pieces(plan: Plan) -> int:
    """Return how many ticks it takes."""
    return len(FACTORS) * (len(COMPARED) - 1) * days_to_run(plan.days, plan.playbook.expires_after)


def sensitivity(plan: Plan, population: Population, outcomes: list[Outcome], tick: Tick) -> list[dict[str, Any]]:
    """Return the differences to no messages as assumed and under every variant; people and their luck stay the same."""
    known = {outcome.strategy.name: outcome for outcome in outcomes}
    nothing = known["no_messages"]
    rows = [_row("as assumed", 1.0, [known[name] for name in COMPARED[1:]], nothing)]
    chosen = [one for one in strategies(plan.playbook) if one.name in COMPARED[1:]]
    for what, factor, assumptions in variants(plan.assumptions):
        changed = Plan(plan.playbook, assumptions, plan.templates, plan.customers, plan.days, plan.seed)
        rows.append(_row(what, factor, run_all(changed, population, chosen, tick), nothing))
    return rows


def _row(what: str, factor: float, outcomes: list[Outcome], nothing: Outcome) -> dict[str, Any]:
    return {
        "varied": what,
        "factor": factor,
        "orders_against_no_messages": {
            one.strategy.name: asdict(paired(counts(one, "orders"), counts(nothing, "orders"))) for one in outcomes
        },
    }
