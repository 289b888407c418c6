"""The CDK app: `cdk deploy --all -c stage=dev`."""

import sys
from dataclasses import dataclass

from aws_cdk import App, Tags, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from infra.config import ConfigError, Stage, load_stage
from infra.stacks.operations import OperationsStack
from infra.stacks.service import ServiceStack
from infra.stacks.state import StateStack


@dataclass(frozen=True, kw_only=True)
class Stacks:
    """What one stage deploys; `operations` is None where the stage has none."""

    state: StateStack
    service: ServiceStack
    operations: OperationsStack | None


def stage_of(app: App) -> Stage:
    """Read the stage and its clock from the app's context (`cdk -c stage=... -c clock_speed=... -c clock_anchor=...`)."""

    def context(key: str, default: str) -> str:
        value = app.node.try_get_context(key)
        return default if value is None else str(value)

    return load_stage(
        context("stage", "dev"), clock_speed=context("clock_speed", "1"), clock_anchor=context("clock_anchor", "")
    )


def build(app: App) -> Stacks:
    """Add the stage's stacks and the checks that guard them to `app`."""
    stage = stage_of(app)
    prefix = f"attune-{stage.name}"
    state = StateStack(app, f"{prefix}-state", stage=stage, termination_protection=stage.retain_state)
    service = ServiceStack(app, f"{prefix}-service", stage=stage, state=state)
    operations = None
    if stage.operations:
        operations = OperationsStack(app, f"{prefix}-operations", stage=stage, state=state, service=service)
    Tags.of(app).add("application", "attune")
    Tags.of(app).add("stage", stage.name)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    return Stacks(state=state, service=service, operations=operations)


def main() -> None:
    """Synthesise the stage that the context names; a refused configuration ends with one line and status 1."""
    app = App()
    try:
        build(app)
    except ConfigError as error:
        sys.exit(f"attune: {error}")
    app.synth()


if __name__ == "__main__":
    main()
