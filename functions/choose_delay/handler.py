"""Choose when a journey's next touch is made."""

from typing import Any

from attune.adapters.aws_clients import client
from attune.adapters.delay_chooser import DelayChooser
from attune.adapters.journey_steps import Result
from attune.adapters.journey_wiring import journey_steps
from attune.adapters.policies_table import PoliciesTable
from attune.startup import built_once
from functions.choose_delay.settings import Settings


@built_once
def wire() -> DelayChooser:
    """Build the chooser once per process."""
    settings = Settings.from_env()
    dynamodb = client("dynamodb")
    return DelayChooser(journey_steps(settings, dynamodb), PoliciesTable(dynamodb, settings.policies_table))


def lambda_handler(event: dict[str, Any], _context: object) -> Result:
    """Answer journeys of the definition before this one, which go on under it: their ChooseDelay."""
    return wire().choose(event)
