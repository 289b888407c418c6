"""Learn from new decisions, as the table's stream tells of them."""

from typing import Any

from attune.adapters.aws_clients import client
from attune.adapters.clock import Clock
from attune.adapters.evidence_table import EvidenceTable
from attune.startup import built_once
from functions.learn_policy.learning import Learner
from functions.learn_policy.settings import Settings


@built_once
def wire() -> Learner:
    """Build the learner once per process."""
    settings = Settings.from_env()
    return Learner(EvidenceTable(client("dynamodb"), settings.policies_table, Clock.from_settings(settings)))


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """Learn from a batch of the stream; a failure makes the stream deliver it again."""
    return {"pieces": wire().learn(event["Records"])}
