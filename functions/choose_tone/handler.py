"""Choose channel, tone and text for a journey's next touch."""

from typing import Any

from attune.adapters import templates
from attune.adapters.aws_clients import client
from attune.adapters.journey_steps import Result
from attune.adapters.journey_wiring import journey_steps
from attune.adapters.policies_table import PoliciesTable
from attune.adapters.tone_chooser import ToneChooser
from attune.startup import built_once
from functions.choose_tone.settings import Settings


@built_once
def wire() -> ToneChooser:
    """Build the chooser once per process."""
    settings = Settings.from_env()
    dynamodb = client("dynamodb")
    policies = PoliciesTable(dynamodb, settings.policies_table)
    return ToneChooser(journey_steps(settings, dynamodb), templates.texts(settings.templates_dir), policies)


def lambda_handler(event: dict[str, Any], _context: object) -> Result:
    """Answer journeys of the definition before this one, which go on under it: their ChooseTone."""
    return wire().choose(event)
