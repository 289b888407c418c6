"""Export a day's audience lists, once a day."""

from typing import Any

from attune.adapters import templates
from attune.adapters.audience_index import AudienceIndex
from attune.adapters.audience_store import AudienceStore
from attune.adapters.aws_clients import client
from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.logs import Logger
from attune.adapters.sqs_batch import BatchResponse, each_record
from attune.startup import built_once
from functions.export_audience.exporting import AudienceExport
from functions.export_audience.settings import Settings

logger = Logger()


@built_once
def wire() -> AudienceExport:
    """Build the export once per process."""
    settings = Settings.from_env()
    clock = Clock.from_settings(settings)
    dynamodb = client("dynamodb")
    return AudienceExport(
        customers=CustomersTable(dynamodb, settings.customers_table, clock),
        index=AudienceIndex(dynamodb, settings.customers_table),
        decisions=DecisionsTable(
            dynamodb, settings.decisions_table, clock, settings.code_version, dry_run=settings.dry_run
        ),
        store=AudienceStore(client("s3"), settings.audience_bucket, dry_run=settings.dry_run),
        rules=templates.audience(settings.templates_dir),
        scorer=templates.friction(settings.templates_dir),
        clock=clock,
        stage=settings.stage,
        dry_run=settings.dry_run,
    )


def lambda_handler(event: dict[str, Any], _context: object) -> BatchResponse:
    """Make the lists that a message asks for; one that failed comes again."""
    return each_record(event, wire().run, logger)
