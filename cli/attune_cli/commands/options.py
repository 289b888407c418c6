"""The options by which a command says which stage it means."""

from typing import Annotated

import typer

from attune_cli.errors import CommandError
from attune_cli.local_aws import HOME, STAGE, LocalAws
from attune_cli.stage import Stage, reach

StageOption = Annotated[str, typer.Option(envvar="ATTUNE_STAGE", help="Which deployed stage.")]
EndpointOption = Annotated[
    str, typer.Option(envvar="AWS_ENDPOINT_URL", help="An AWS endpoint; for the local stage, found by itself.")
]


def chosen_stage(stage: str, endpoint_url: str) -> Stage:
    """Return the stage that was asked for; the local one is found where `attune local up` put it."""
    if stage != STAGE or endpoint_url:
        return reach(stage, endpoint_url)
    local = LocalAws(home=HOME)
    if local.running is None:
        raise CommandError("no local AWS is running", "attune local up, or --stage for a stage in AWS")
    return local.stage()
