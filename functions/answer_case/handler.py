"""Send a person's reply about a case; `attune support reply` calls this, and so may any other desk."""

from typing import Any

from attune.adapters.aws_clients import client
from attune.adapters.case_events import CaseAnnouncer
from attune.adapters.delivery_wiring import wire_delivery
from attune.adapters.journey_wiring import journey_steps
from attune.adapters.wiring import switch_reader
from attune.startup import built_once
from functions.answer_case.answering import Answering
from functions.answer_case.settings import Settings


@built_once
def wire() -> Answering:
    """Build what answers once per process."""
    settings = Settings.from_env()
    steps = journey_steps(settings)
    announcer = CaseAnnouncer(client("events"), settings.bus_name)
    return Answering(
        steps,
        wire_delivery(settings, steps),
        announcer,
        settings.sending_enabled,
        settings.dry_run,
        switches=switch_reader(settings),
    )


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    """Answer one invocation."""
    return wire().answer(event)
