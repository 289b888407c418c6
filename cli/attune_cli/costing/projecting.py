"""What a month costs at three sizes, and which quota of AWS is met first at each."""

from collections.abc import Mapping
from typing import Any

from attune_cli.costing.pricing import Prices

SIZES = (1_000_000, 100_000_000, 1_000_000_000)
SECONDS_A_MONTH = 30 * 86_400
DAYS_A_MONTH = 30
HOURS_A_MONTH = DAYS_A_MONTH * 24
FULL_BATCHES_FROM = 100
"""Events a second from which batches of a hundred fill within the second that they may wait."""


def projection(
    costs: Mapping[str, Mapping[str, Any]], stories: Mapping[str, Any], prices: Prices
) -> list[dict[str, Any]]:
    """Return USD and the nearest quota of a month of each size, with the assumed share of journeys and the assumed peak."""
    share, peak = prices.assumed["journeys_per_million_events"], prices.assumed["peak_to_mean"]
    found = []
    for events in SIZES:
        journeys = events * share / 1_000_000
        rate = events / SECONDS_A_MONTH
        event = _event_price(costs, rate)
        usd = {
            "events": events * event / 1e6,
            "journeys": journeys * costs["one_email_journeys"]["usd_per_million"] / 1e6,
        }
        loads = _loads(rate * peak, journeys, peak, stories)
        quotas = sorted((_near(name, load, prices) for name, load in loads.items()), key=lambda one: -one["share"])
        found.append(
            {
                "events_a_month": events,
                "journeys_a_month": round(journeys),
                "usd_a_month": {name: round(one, 2) for name, one in usd.items()}
                | {"sum": round(sum(usd.values()), 2)},
                "first_quota": quotas[0],
                "quotas": quotas,
            }
        )
    return found


def _event_price(costs: Mapping[str, Mapping[str, Any]], rate: float) -> float:
    """Return USD for a million events at a rate a second: the emptier the batches, the nearer to the price of one alone."""
    alone, full = costs["events_alone"]["usd_per_million"], costs["events"]["usd_per_million"]
    filled = min(1.0, rate / FULL_BATCHES_FROM)
    return float(alone + (full - alone) * filled)


def _loads(events_at_peak: float, journeys: float, peak: float, stories: Mapping[str, Any]) -> dict[str, float]:
    """Return what is asked of every quota, in its own unit; a second and a day are those of the peak."""
    story, looks = stories["one_email_journeys"], stories["events"]
    writes = looks["playbooks"][""]["units"]["dynamodb_write_units"] / looks["things"]
    at_peak = journeys / SECONDS_A_MONTH * peak
    states = sum(used["units"].get("state_transitions", 0) for used in story["playbooks"].values()) / story["things"]
    return {
        "eventbridge_put_events": events_at_peak,
        "dynamodb_write_units": events_at_peak * writes,
        "states_start_execution": at_peak,
        "states_transitions": at_peak * states,
        "states_open_executions": journeys / HOURS_A_MONTH * story["mean_run_hours"],
        "ses_emails_a_day": journeys / DAYS_A_MONTH * peak,
        "ses_emails_a_second": at_peak,
    }


def _near(name: str, load: float, prices: Prices) -> dict[str, Any]:
    quota = prices.quotas[name]
    return {
        "quota": name,
        "named": quota["named"],
        "limit": quota["limit"],
        "load": round(load, 2),
        "share": round(load / quota["limit"], 4),
        "hit": load > quota["limit"],
        "what_then": quota["what_then"],
    }
