"""The one place that knows how a function of ours is built; a call site says name, settings, grants and trigger."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from aws_cdk import Duration, IgnoreMode, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.components.acknowledgements import acknowledge
from infra.components.canary import Canary
from infra.components.layers import (
    NO_BYTECODE,
    ROOT,
    RUNTIME,
    CoreLayer,
    DependenciesLayer,
    architecture,
    compiled,
)
from infra.components.queue_with_dlq import CONSUMER_TIMEOUT, QueueWithDlq
from infra.memory import memory_of
from infra.stage import Stage

_REASONS = {
    "AwsSolutions-L1": "Everything is tested on Python 3.13, and the layer carries bytecode for it.",
    "Serverless-LambdaLatestVersion": "Everything is tested on Python 3.13, and the layer carries bytecode for it.",
    "Serverless-LambdaTracing": "Decisions and logs carry the journey id through every step; the journey itself is traced.",
    "Serverless-LambdaEventSourceMappingDestination": "What a batch could not handle goes to its queue's dead letters.",
    "Serverless-LambdaDLQ": "It is never invoked asynchronously: what fails stays in its queue, stream or journey.",
}


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """What all functions of one stack have in common."""

    stage: Stage
    layers: tuple[lambda_.ILayerVersion, ...]
    code_version: str
    canary: Canary | None = None
    """Lets new code in step by step, where the stage wants that; the local AWS has no CodeDeploy."""

    @classmethod
    def open(cls, scope: Construct, stage: Stage) -> "Workshop":
        """Build the layers in `scope` and name the version of the code that lies in the repository."""
        core = CoreLayer(scope, "CoreLayer", host_platform=stage.host_platform)
        dependencies = DependenciesLayer(scope, "DependenciesLayer", host_platform=stage.host_platform)
        named = scope.node.try_get_context("code_version")
        return cls(
            stage=stage,
            layers=(core, dependencies),
            code_version=str(named or fingerprint()),
            canary=Canary(scope, "Canary", stage=stage.name) if stage.canary else None,
        )

    def environment(self) -> dict[str, str]:
        """Return the settings that every function has."""
        return {
            "STAGE": self.stage.name,
            "CODE_VERSION": self.code_version,
            "ATTUNE_CLOCK_SPEED": f"{self.stage.clock_speed:g}",
            "ATTUNE_CLOCK_ANCHOR": self.stage.clock_anchor,
            "DRY_RUN": str(self.stage.dry_run).lower(),
            "POWERTOOLS_SERVICE_NAME": "attune",
            # Alarms of one stage must not hear of another's events in the same account.
            "POWERTOOLS_METRICS_NAMESPACE": f"Attune/{self.stage.name}",
            "POWERTOOLS_LOG_LEVEL": self.stage.log_level,
            # There are none, and looking for them reads every package's metadata at a start.
            "PYDANTIC_DISABLE_PLUGINS": "__all__",
        }


class PythonFunction(lambda_.Function):
    """`functions/<name>` with its own role and log group, and no permission that was not given to it by name."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        workshop: Workshop,
        settings: Mapping[str, str],
        templates: bool = True,
    ) -> None:
        stage = workshop.stage
        construct_id = name.title().replace("_", "")
        parts = ("functions/__init__.py", f"functions/{name}", *(("templates",) if templates else ()))
        log_group = logs.LogGroup(
            scope, f"{construct_id}Logs", retention=stage.log_retention, removal_policy=RemovalPolicy.DESTROY
        )
        role = iam.Role(
            scope, f"{construct_id}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"), description=name
        )
        super().__init__(
            scope,
            construct_id,
            code=_code(parts),
            handler=f"functions.{name}.handler.lambda_handler",
            runtime=RUNTIME,
            architecture=architecture(host_platform=stage.host_platform),
            layers=list(workshop.layers),
            environment={**workshop.environment(), **settings},
            memory_size=memory_of(name),
            timeout=CONSUMER_TIMEOUT,
            role=role,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            description=f"Attune {stage.name}: {name.replace('_', ' ')}",
        )
        self.execution_role = role
        cast("lambda_.CfnFunction", self.node.default_child).add_metadata("attune:parts", list(parts))
        self._max_concurrency = stage.max_concurrency
        self._canary, self._log_group = workshop.canary, log_group
        log_group.grant_write(role)
        acknowledge(self, _REASONS)

    @cached_property
    def live(self) -> lambda_.IFunction:
        """What callers should call: the alias that new code is let in behind, or the function itself where there is none."""
        return self._canary.put_before(self, self._log_group) if self._canary else self

    def allow(self, *actions: str, resources: list[str]) -> None:
        """Give exactly these actions on exactly these resources."""
        self.add_to_role_policy(iam.PolicyStatement(actions=list(actions), resources=resources))

    def consume(
        self, source: QueueWithDlq, *, batch_size: int = 10, window: Duration | None = None, gradually: bool = False
    ) -> None:
        """Be invoked with batches of the queue, and give back only the messages that failed.

        More than ten at once need a `window`, which the first of a batch waits for others at most.
        `gradually` lets new code in by a canary: for what is called all day, not for what works once a night.
        """
        called = self.live if gradually else self
        called.add_event_source(
            event_sources.SqsEventSource(
                source.queue,
                batch_size=batch_size,
                max_batching_window=window,
                report_batch_item_failures=True,
                max_concurrency=self._max_concurrency,
            )
        )


def _code(parts: tuple[str, ...]) -> lambda_.Code:
    """Cut the function out of the repository and keep its package path, so that imports are the same everywhere."""
    return lambda_.Code.from_asset(
        str(ROOT),
        ignore_mode=IgnoreMode.GIT,
        # The whole repository but these: CDK names the artefact by what is left.
        exclude=["/*", "!/functions", "/functions/*", *(f"!/{part}" for part in parts), *NO_BYTECODE],
        bundling=compiled(*parts, runs_at="/var/task"),
    )


def fingerprint() -> str:
    """Name the code by its content: decisions say which code made them, also when nobody tagged a release."""
    digest = hashlib.sha256()
    for folder in ("functions", "layers/core/python", "templates"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:12]
