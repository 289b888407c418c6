"""Decide what follows a touch."""

from functools import cache
from typing import Any

from attune.adapters.journey_steps import Result
from attune.adapters.wiring import journey_steps
from functions.review_journey.reviewing import Reviewer
from functions.review_journey.settings import Settings


@cache
def wire() -> Reviewer:
    """Build the reviewer once per process."""
    return Reviewer(journey_steps(Settings.from_env()))


def lambda_handler(event: dict[str, Any], _context: object) -> Result:
    """Answer the state machine's ReviewJourney and RecordFailure."""
    return wire().review(event)
