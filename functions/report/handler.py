"""Write the report and mail it, once a week."""

from functools import partial
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

from attune.adapters.athena import Athena
from attune.adapters.aws_clients import client
from attune.adapters.clock import Clock
from attune.adapters.fairness_lake import FairnessLake
from attune.adapters.logs import Logger
from attune.adapters.providers import SEND_ONCE
from attune.adapters.results_lake import ResultsLake
from attune.adapters.sqs_batch import BatchResponse, each_record
from attune.startup import built_once
from functions.report.mailing import Mailer
from functions.report.settings import Settings
from functions.report.writing import Writer

logger = Logger()
metrics = Metrics()


@built_once
def wire() -> Writer:
    """Build the writer once per process."""
    settings = Settings.from_env()
    clock = Clock.from_settings(settings)
    athena = Athena(client=client("athena"), work_group=settings.work_group, database=settings.lake_database)
    return Writer(
        rows=ResultsLake(athena=athena, clock=clock),
        people=FairnessLake(athena=athena, clock=clock),
        dynamodb=client("dynamodb"),
        policies_table=settings.policies_table,
        s3=client("s3"),
        bucket=settings.report_bucket,
        templates=settings.templates_dir,
        clock=clock,
        stage=settings.stage,
        mailer=_mailer(settings),
    )


def _mailer(settings: Settings) -> Mailer | None:
    if not settings.report_recipients:
        return None
    return Mailer(
        client=client("sesv2", SEND_ONCE),
        sender=settings.email_from,
        recipients=settings.report_recipients,
        configuration_set=settings.configuration_set,
        dry_run=settings.dry_run,
    )


def _write(writer: Writer, body: str) -> None:
    writer.run(body)
    metrics.add_metric("ReportsWritten", MetricUnit.Count, 1)


@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: object) -> BatchResponse:
    """Write as a message asks; a report that failed is asked for again."""
    metrics.add_metric("ReportsWritten", MetricUnit.Count, 0)  # also where one fails: there is a value
    return each_record(event, partial(_write, wire()), logger)
