"""Find what is due, every hour."""

from typing import Any

from attune.adapters import templates
from attune.adapters.aws_clients import client
from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.due_index import DueIndex
from attune.adapters.logs import Logger
from attune.adapters.queues import Outbox
from attune.adapters.sqs_batch import BatchResponse, each_record
from attune.startup import built_once
from functions.find_moments.finding import MomentFinder
from functions.find_moments.settings import Settings
from functions.find_moments.suggesting import Suggester

logger = Logger()


@built_once
def wire() -> MomentFinder:
    """Build the finder once per process."""
    settings = Settings.from_env()
    clock = Clock.from_settings(settings)
    dynamodb, sqs = client("dynamodb"), client("sqs")
    customers = CustomersTable(dynamodb, settings.customers_table, clock)
    decisions = DecisionsTable(
        dynamodb, settings.decisions_table, clock, settings.code_version, dry_run=settings.dry_run
    )
    rules = templates.personal_rules(settings.templates_dir)
    suggester = Suggester(customers, decisions, Outbox(sqs, settings.escalations_queue_url), rules)
    index = DueIndex(dynamodb, settings.customers_table)
    return MomentFinder(customers, index, Outbox(sqs, settings.watch_queue_url), suggester, clock)


def lambda_handler(event: dict[str, Any], _context: object) -> BatchResponse:
    """Look at what is due; a run that could not do all of it comes again."""
    return each_record(event, wire().run, logger)
