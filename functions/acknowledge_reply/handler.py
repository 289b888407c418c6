"""Tell whoever wrote that it has arrived, and by when a person answers: for messages on the acknowledgements queue."""

from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

from attune.adapters.aws_clients import client
from attune.adapters.delivery_wiring import wire_delivery
from attune.adapters.journey_wiring import journey_steps
from attune.adapters.logs import Logger
from attune.adapters.queues import Outbox
from attune.adapters.sqs_batch import BatchResponse, each_record
from attune.adapters.wiring import switch_reader
from attune.startup import built_once
from functions.acknowledge_reply.acknowledging import Acknowledger
from functions.acknowledge_reply.settings import Settings

logger = Logger()
metrics = Metrics()


@built_once
def wire() -> Acknowledger:
    """Build the acknowledger once per process."""
    settings = Settings.from_env()
    steps = journey_steps(settings)
    again = Outbox(client("sqs"), settings.acknowledgements_queue_url)
    delivery = wire_delivery(settings, steps)
    return Acknowledger(
        steps, delivery, again, settings.sending_enabled, settings.dry_run, switches=switch_reader(settings)
    )


@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: object) -> BatchResponse:
    """Answer a batch; report the messages to deliver again."""
    acknowledger = wire()

    def acknowledge(body: str) -> None:
        outcome = acknowledger.from_queue(body)
        metrics.add_metric(f"Acknowledgements{outcome.title()}", MetricUnit.Count, 1)

    answer = each_record(event, acknowledge, logger)
    metrics.add_metric("AcknowledgementsUnfinished", MetricUnit.Count, len(answer["batchItemFailures"]))
    return answer
