"""Answer the pages behind a message's links."""

from typing import Any

from attune.adapters import templates
from attune.adapters.aws_clients import client
from attune.adapters.decision_history import DecisionHistory
from attune.adapters.journey_wiring import journey_steps
from attune.adapters.links import Links
from attune.startup import built_once
from functions.record_feedback.answering import Answers
from functions.record_feedback.publishing import Publishing
from functions.record_feedback.responses import Response
from functions.record_feedback.settings import Settings


@built_once
def wire() -> Answers:
    """Build the answers once per process."""
    settings = Settings.from_env()
    dynamodb = client("dynamodb")
    steps = journey_steps(settings, dynamodb)
    return Answers(
        steps=steps,
        links=Links.from_secret(client("secretsmanager"), settings.link_key_secret),
        pages=templates.pages(settings.templates_dir),
        publishing=Publishing(client("events"), settings.bus_name),
        history=DecisionHistory(dynamodb, settings.decisions_table, steps.clock),
        company_name=settings.company_name,
        site_url=settings.site_url,
    )


def lambda_handler(event: dict[str, Any], _context: object) -> Response:
    """Answer one request of the pages API."""
    return wire().answer(event)
