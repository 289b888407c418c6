"""Announce what a deployment changes, asked by CloudFormation before it changes anything."""

from typing import Any

from attune.adapters.aws_clients import client
from attune.adapters.change_log import ChangeLog
from attune.adapters.clock import Clock
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.deployed_files import read_deployed
from attune.adapters.deployment_store import DeploymentStore
from attune.adapters.logs import Logger
from functions.announce_deployment.announcing import DeploymentAnnouncer
from functions.announce_deployment.answering import answer
from functions.announce_deployment.settings import Settings

logger = Logger()


def _announce() -> None:
    settings = Settings.from_env()
    clock, dynamodb = Clock.from_settings(settings), client("dynamodb")
    decisions = DecisionsTable(
        dynamodb, settings.decisions_table, clock, settings.code_version, dry_run=settings.dry_run
    )
    DeploymentAnnouncer(
        stage=settings.stage,
        code_version=settings.code_version,
        store=DeploymentStore(dynamodb, settings.policies_table),
        log=ChangeLog(dynamodb, settings.policies_table, client("ssm"), settings.switches_parameter),
        decisions=decisions,
        sns=client("sns"),
        topics=settings.topics,
        clock=clock,
    ).announce(read_deployed(settings.templates_dir, sending=settings.sending))


def lambda_handler(event: dict[str, Any], _context: object) -> None:
    """Announce, and tell CloudFormation; when the stack goes, there is nothing to say."""
    failed = ""
    if event["RequestType"] != "Delete":
        try:
            _announce()
        except Exception as error:
            logger.exception("deployment_not_announced")
            failed = str(error) or type(error).__name__
    answer(event, failed=failed)
