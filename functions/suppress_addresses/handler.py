"""Tell SES of bounces for good and of complaints."""

from typing import Any

from attune.adapters.aws_clients import client
from attune.adapters.clock import Clock
from attune.adapters.logs import Logger
from attune.adapters.sqs_batch import BatchResponse, each_record
from attune.adapters.suppression import Suppression
from attune.startup import built_once
from functions.suppress_addresses.settings import Settings

logger = Logger()


@built_once
def wire() -> Suppression:
    """Build the suppression once per process."""
    return Suppression(client("sesv2"), Clock.from_settings(Settings.from_env()))


def lambda_handler(event: dict[str, Any], _context: object) -> BatchResponse:
    """Work through a batch of the suppressions queue; what SES did not take comes again."""
    return each_record(event, wire().take, logger)
