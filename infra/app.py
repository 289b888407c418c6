"""The CDK app: `cdk deploy --all -c stage=dev`."""

import sys
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import App, Tags, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from attune.adapters.audience_file import load_audience
from attune.adapters.playbook_files import load_playbooks
from attune.adapters.playbook_record import require_recorded
from attune.adapters.text_library import load
from attune.domain.errors import AttuneError
from infra.config import load_stage
from infra.stacks.operations import OperationsStack
from infra.stacks.service import ServiceStack
from infra.stacks.state import StateStack
from infra.stage import Stage
from infra.stage_checks import ConfigError

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


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


def check_templates() -> None:
    """Read every playbook and text as the functions will, so that none is deployed that they could not use.

    Raises AttuneError naming the file, the place and the fix.
    """
    load_playbooks(TEMPLATES)
    require_recorded(TEMPLATES)
    load(TEMPLATES)
    load_audience(TEMPLATES)


def main() -> None:
    """Synthesise the stage that the context names; a refused configuration ends with one line and status 1."""
    app = App()
    try:
        check_templates()
        build(app)
    except (AttuneError, ConfigError) as error:
        sys.exit(f"attune: {error}")
    app.synth()


if __name__ == "__main__":
    main()
