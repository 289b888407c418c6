"""Draft a reply for each message on the drafts queue."""

from typing import Any

from attune.adapters.aws_clients import client
from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.drafting import PATIENCE, BedrockDrafter
from attune.adapters.logs import Logger
from attune.adapters.sqs_batch import BatchResponse, each_record
from attune.startup import built_once
from functions.draft_reply.drafting import Drafting
from functions.draft_reply.settings import Settings

logger = Logger()


@built_once
def wire() -> Drafting:
    """Build what drafts once per process."""
    settings = Settings.from_env()
    clock, dynamodb = Clock.from_settings(settings), client("dynamodb")
    bedrock = client("bedrock-runtime", PATIENCE)
    return Drafting(
        CustomersTable(dynamodb, settings.customers_table, clock),
        DecisionsTable(dynamodb, settings.decisions_table, clock, settings.code_version, dry_run=settings.dry_run),
        BedrockDrafter(client=bedrock, model=settings.draft_model, guardrail=settings.draft_guardrail),
        settings.templates_dir,
    )


def lambda_handler(event: dict[str, Any], _context: object) -> BatchResponse:
    """Answer a batch; report the messages to deliver again."""
    drafting = wire()

    def draft(body: str) -> None:
        logger.info("draft", outcome=drafting.from_queue(body))

    return each_record(event, draft, logger)
