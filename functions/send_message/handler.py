"""Make a journey's contact."""

from functools import cache
from typing import Any

from attune.adapters.delivery_wiring import wire_delivery
from attune.adapters.journey_steps import Result
from attune.adapters.wiring import journey_steps
from functions.send_message.sending import Sending
from functions.send_message.settings import Settings


@cache
def wire() -> Sending:
    """Build the sender once per process."""
    settings = Settings.from_env()
    steps = journey_steps(settings)
    return Sending(steps, wire_delivery(settings, steps), settings.sending_enabled, settings.dry_run)


def lambda_handler(event: dict[str, Any], _context: object) -> Result:
    """Answer the state machine's SendMessage."""
    return wire().send(event)
