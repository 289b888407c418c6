"""Everything that `attune cost` tells, as one value."""

from collections.abc import Mapping
from typing import Any

from attune_cli.costing.pricing import Prices, story_cost
from attune_cli.costing.projecting import projection

TARGETS = {"events": 2.30, "one_email_journeys": 250.0}
"""USD for a million at most: an event without a journey in full batches, and a journey with its email."""


def report(stories: Mapping[str, Any], prices: Prices) -> dict[str, Any]:
    """Price what a run used."""
    costs = {name: story_cost(story, prices) for name, story in stories.items()}
    return {
        "prices": {"as_of": prices.as_of, "region": prices.region, "assumed": dict(prices.assumed)},
        "usd_per_million_events": costs["events"]["usd_per_million"],
        "usd_per_million_events_alone": costs["events_alone"]["usd_per_million"],
        "usd_per_million_one_email_journeys": costs["one_email_journeys"]["usd_per_million"],
        "by_service": {name: cost["by_service"] for name, cost in costs.items()},
        "by_line": {name: cost["by_line"] for name, cost in costs.items()},
        "by_playbook": {name: cost["by_playbook"] for name, cost in costs.items()},
        "largest": {name: cost["largest"] for name, cost in costs.items()},
        "targets": {
            name: {"usd_per_million": most, "met": costs[name]["usd_per_million"] <= most}
            for name, most in TARGETS.items()
        },
        "projection": projection(costs, stories, prices),
        "quotas": {name: dict(quota) for name, quota in prices.quotas.items()},
        "metered": {
            name: {key: one for key, one in story.items() if key != "playbooks"} for name, story in stories.items()
        },
    }
