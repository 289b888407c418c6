"""Export new decisions from the table's stream to the lake."""

from functools import cache
from typing import Any

import boto3

from functions.export_decisions.exporting import Exporter
from functions.export_decisions.settings import Settings


@cache
def wire() -> Exporter:
    """Build the exporter once per process."""
    return Exporter(boto3.client("firehose"), Settings.from_env().delivery_stream)


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """Export a batch of the stream; a failure makes the stream deliver it again."""
    return {"exported": wire().export(event["Records"])}
