"""Decide what follows a touch."""

from typing import Any

from attune.adapters.aws_clients import client
from attune.adapters.journey_steps import Result
from attune.adapters.journey_wiring import journey_steps
from attune.adapters.queues import Outbox
from attune.startup import built_once
from functions.review_journey.reviewing import Reviewer
from functions.review_journey.settings import Settings


@built_once
def wire() -> Reviewer:
    """Build the reviewer once per process."""
    settings = Settings.from_env()
    sqs = client("sqs")
    runs, escalations = Outbox(sqs, settings.watch_queue_url), Outbox(sqs, settings.escalations_queue_url)
    return Reviewer(journey_steps(settings), runs, escalations)


def lambda_handler(event: dict[str, Any], _context: object) -> Result:
    """Answer the state machine's ReviewJourney and RecordFailure."""
    return wire().review(event)
