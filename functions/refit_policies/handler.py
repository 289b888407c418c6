"""Refit the policy's beliefs, once a night."""

from functools import partial
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

from attune.adapters import templates
from attune.adapters.aws_clients import client
from attune.adapters.clock import Clock
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.evidence_table import EvidenceTable
from attune.adapters.logs import Logger
from attune.adapters.policy_live import LivePolicy
from attune.adapters.policy_versions import PolicyVersions
from attune.adapters.sqs_batch import BatchResponse, each_record
from attune.startup import built_once
from functions.refit_policies.refitting import Refitter
from functions.refit_policies.settings import Settings

logger = Logger()
metrics = Metrics()


@built_once
def wire() -> Refitter:
    """Build the refitter once per process."""
    settings = Settings.from_env()
    clock = Clock.from_settings(settings)
    dynamodb = client("dynamodb")
    return Refitter(
        evidence=EvidenceTable(dynamodb, settings.policies_table, clock),
        versions=PolicyVersions(dynamodb, settings.policies_table),
        live=LivePolicy(dynamodb, settings.policies_table),
        decisions=DecisionsTable(
            dynamodb, settings.decisions_table, clock, settings.code_version, dry_run=settings.dry_run
        ),
        playbooks=templates.playbooks(settings.templates_dir),
        clock=clock,
    )


def _refit(refitter: Refitter, body: str) -> None:
    metrics.add_metric("ArmsStopped", MetricUnit.Count, len(refitter.run(body).stopped))


@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: object) -> BatchResponse:
    """Refit as a message asks; one that failed comes again."""
    metrics.add_metric("ArmsStopped", MetricUnit.Count, 0)  # also where nothing can be refitted: there is a value
    return each_record(event, partial(_refit, wire()), logger)
