"""What `attune evaluate policy` prints."""

from dataclasses import asdict
from typing import Any

from rich.table import Table

from attune_cli.judging.estimators import Estimate
from attune_cli.judging.judging import Judgement

NO_EFFECT = "no difference shown"


def judgement_table(name: str, judgement: Judgement) -> Table:
    """Return the estimates with their intervals, for a terminal of 110 columns."""
    table = Table(f"policy {name}", "mean", "95 % interval", "", box=None, padding=(0, 2, 0, 0))
    told = [("reward", judgement.reward)] + ([("harm", judgement.harm)] if judgement.harm else [])
    for outcome, estimates in told:
        table.add_row(f"{outcome}, as logged", *_cells(estimates.logged), "")
        table.add_row("  IPW", *_cells(estimates.ipw), "")
        table.add_row("  self-normalised IPW", *_cells(estimates.snipw), "")
        table.add_row("  doubly robust", *_cells(estimates.doubly_robust), "")
        table.add_row("  doubly robust less logged", *_cells(estimates.gain), verdict(estimates.gain))
    return table


def verdict(gain: Estimate) -> str:
    """Return what may be said of a difference."""
    if not gain.excludes_zero:
        return NO_EFFECT
    return "higher than logged" if gain.value > 0 else "lower than logged"


def support_line(judgement: Judgement) -> str:
    """Return on how much the estimates stand."""
    return (
        f"{judgement.choices:,} choices about {judgement.people:,} people, effective sample size"
        f" {judgement.effective_sample_size:,.0f}, weights up to {judgement.largest_weight:,.1f} with the mean"
        f" {judgement.mean_weight:.3f}, {judgement.unseen:.1%} of the policy never done in the log"
    )


def as_data(name: str, judgement: Judgement) -> dict[str, Any]:
    """Return everything as plain data."""
    return {"policy": name, **asdict(judgement)}


def _cells(estimate: Estimate) -> tuple[str, str]:
    return f"{estimate.value:.4f}", f"[{estimate.low:.4f}, {estimate.high:.4f}]"
