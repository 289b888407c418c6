"""Seal the days that are over, once a day."""

from functools import partial
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

from attune.adapters.athena import Athena
from attune.adapters.aws_clients import client
from attune.adapters.lake_rows import LakeRows
from attune.adapters.logs import Logger
from attune.adapters.seal_store import SealStore
from attune.adapters.sqs_batch import BatchResponse, each_record
from attune.startup import built_once
from functions.seal_decisions.sealing import Sealer
from functions.seal_decisions.settings import Settings

logger = Logger()
metrics = Metrics()


@built_once
def wire() -> Sealer:
    """Build the sealer once per process."""
    settings = Settings.from_env()
    athena = Athena(client=client("athena"), work_group=settings.work_group, database=settings.lake_database)
    return Sealer(LakeRows(athena), SealStore(client("s3"), settings.evidence_bucket), settings.lake_days)


def _seal(sealer: Sealer, body: str) -> None:
    found = sealer.run(body)
    metrics.add_metric("DaysSealed", MetricUnit.Count, found.sealed)
    metrics.add_metric("DecisionsMissing", MetricUnit.Count, found.missing)
    metrics.add_metric("DecisionsTampered", MetricUnit.Count, found.tampered)
    metrics.add_metric("DaysUnsealed", MetricUnit.Count, found.unsealed)


@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: object) -> BatchResponse:
    """Seal as a message asks; one that failed comes again."""
    metrics.add_metric("DaysSealed", MetricUnit.Count, 0)  # also where a run failed: there is a value
    return each_record(event, partial(_seal, wire()), logger)
