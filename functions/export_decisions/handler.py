"""Export new decisions from the table's stream to the lake."""

from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

from attune.adapters.aws_clients import client
from attune.adapters.seal_store import SealStore
from attune.startup import built_once
from functions.export_decisions.exporting import Exporter
from functions.export_decisions.settings import Settings

metrics = Metrics()


@built_once
def wire() -> Exporter:
    """Build the exporter once per process."""
    settings = Settings.from_env()
    store = SealStore(client("s3"), settings.evidence_bucket)
    return Exporter(client("firehose"), settings.delivery_stream, store)


@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """Export a batch of the stream; a failure makes the stream deliver it again."""
    exported = wire().export(event["Records"])
    metrics.add_metric("DefectiveDecisions", MetricUnit.Count, exported.defective)
    return {"exported": exported.rows}
