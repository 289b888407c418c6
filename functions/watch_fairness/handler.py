"""Watch fairness, once a day."""

from functools import partial
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

from attune.adapters import templates
from attune.adapters.athena import Athena
from attune.adapters.aws_clients import client
from attune.adapters.clock import Clock
from attune.adapters.decision_history import DecisionHistory
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.fairness_lake import FairnessLake
from attune.adapters.logs import Logger
from attune.adapters.sqs_batch import BatchResponse, each_record
from attune.domain.fairness.judging import Verdict
from attune.startup import built_once
from functions.watch_fairness.settings import Settings
from functions.watch_fairness.watching import Watch

logger = Logger()
metrics = Metrics()


@built_once
def wire() -> Watch:
    """Build the watch once per process."""
    settings = Settings.from_env()
    clock = Clock.from_settings(settings)
    dynamodb = client("dynamodb")
    athena = Athena(client=client("athena"), work_group=settings.work_group, database=settings.lake_database)
    return Watch(
        lake=FairnessLake(athena=athena, clock=clock),
        decisions=DecisionsTable(
            dynamodb, settings.decisions_table, clock, settings.code_version, dry_run=settings.dry_run
        ),
        history=DecisionHistory(dynamodb, settings.decisions_table, clock),
        topic=client("sns"),
        topic_arn=settings.fairness_topic,
        rules=templates.fairness(settings.templates_dir),
        clock=clock,
        stage=settings.stage,
    )


def _look(watch: Watch, body: str) -> None:
    day = watch.run(body)
    metrics.add_metric("FairnessGaps", MetricUnit.Count, len(day.those(Verdict.GAP)))
    metrics.add_metric("FairnessLooks", MetricUnit.Count, 1)


@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: object) -> BatchResponse:
    """Look as a message asks; a look that failed is asked for again."""
    metrics.add_metric("FairnessLooks", MetricUnit.Count, 0)  # also where a look fails: there is a value
    return each_record(event, partial(_look, wire()), logger)
