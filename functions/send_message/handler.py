"""Make a journey's contact."""

from typing import Any

from aws_lambda_powertools import single_metric
from aws_lambda_powertools.metrics import MetricUnit

from attune.adapters.aws_clients import client
from attune.adapters.complaint_rate import BrakeReader, ComplaintCounts
from attune.adapters.delivery_wiring import wire_delivery
from attune.adapters.journey_steps import Result
from attune.adapters.journey_wiring import journey_steps
from attune.adapters.queues import Outbox
from attune.adapters.wiring import switch_reader
from attune.domain.complaint_brake import Brake, ComplaintRate
from attune.startup import built_once
from functions.send_message.asking import GoAheads
from functions.send_message.sending import Sending
from functions.send_message.settings import Settings


@built_once
def wire() -> Sending:
    """Build the sender once per process."""
    settings = Settings.from_env()
    dynamodb = client("dynamodb")
    steps = journey_steps(settings, dynamodb)
    counts = ComplaintCounts(dynamodb, settings.policies_table)
    brake = BrakeReader(counts, observe=_tell)
    delivery = wire_delivery(settings, steps)
    go_aheads = GoAheads(steps, delivery, Outbox(client("sqs"), settings.support_queue_url))
    return Sending(
        steps,
        delivery,
        settings.sending_enabled,
        settings.dry_run,
        brake,
        go_aheads,
        switches=switch_reader(settings),
    )


def _tell(rate: ComplaintRate | None) -> None:
    """Count what was read of complaints; an alarm listens."""
    braked = rate is None or rate.brake is not Brake.OFF
    with single_metric(name="ComplaintBrake", unit=MetricUnit.Count, value=int(braked)) as metric:
        metric.add_dimension(name="service", value="attune")
        if rate is not None:
            metric.add_metadata(key="complaints_per_thousand", value=round(rate.share * 1000, 3))


def lambda_handler(event: dict[str, Any], _context: object) -> Result:
    """Answer the state machine's SendMessage."""
    return wire().send(event)
