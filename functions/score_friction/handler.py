"""Look at sessions that went quiet, and start the journeys that would help."""

from typing import Any

from attune.adapters.aws_clients import client
from attune.adapters.journey_starter import JourneyStarter
from attune.adapters.journey_wiring import journey_steps
from attune.adapters.logs import Logger
from attune.adapters.queues import Outbox
from attune.adapters.sqs_batch import BatchResponse, each_record
from attune.adapters.wiring import switch_reader
from attune.startup import built_once
from functions.score_friction.settings import Settings
from functions.score_friction.watching import Watcher

logger = Logger()


@built_once
def wire() -> Watcher:
    """Build the watcher once per process."""
    settings = Settings.from_env()
    sqs = client("sqs")
    starter = JourneyStarter(client("stepfunctions"), settings.journey_arn)
    escalations = Outbox(sqs, settings.escalations_queue_url)
    watch_queue = Outbox(sqs, settings.watch_queue_url)
    return Watcher(journey_steps(settings), watch_queue, starter, escalations, switch_reader(settings))


def lambda_handler(event: dict[str, Any], _context: object) -> BatchResponse:
    """Answer watch messages; report those to deliver again."""
    return each_record(event, wire().look, logger)
