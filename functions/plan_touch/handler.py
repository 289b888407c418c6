"""Plan a journey's next touch: channel, tone and text, and when."""

from typing import Any

from attune.adapters import templates
from attune.adapters.aws_clients import client
from attune.adapters.delay_chooser import DelayChooser
from attune.adapters.journey_steps import Result
from attune.adapters.journey_wiring import journey_steps
from attune.adapters.policies_table import PoliciesTable
from attune.adapters.tone_chooser import ToneChooser
from attune.startup import built_once
from functions.plan_touch.planning import TouchPlanner
from functions.plan_touch.settings import Settings


@built_once
def wire() -> TouchPlanner:
    """Build the planner once per process."""
    settings = Settings.from_env()
    dynamodb = client("dynamodb")
    steps, policies = journey_steps(settings, dynamodb), PoliciesTable(dynamodb, settings.policies_table)
    words = ToneChooser(steps, templates.texts(settings.templates_dir), policies)
    return TouchPlanner(steps, words, DelayChooser(steps, policies))


def lambda_handler(event: dict[str, Any], _context: object) -> Result:
    """Answer the state machine's PlanTouch."""
    return wire().plan(event)
