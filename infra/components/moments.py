"""What finds moments that were days away: an hourly run over the index of what is due."""

from aws_cdk import CfnResource, Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.components.python_function import PythonFunction
from infra.components.queue_with_dlq import QueueWithDlq

AT_MINUTE = "7"
"""Of every hour; not at its beginning, when everybody's schedules run."""
RUN_TAKES = Duration.minutes(10)


class MomentRuns(Construct):
    """A schedule that asks every hour what is due, by a queue that asks again where a run failed."""

    def __init__(self, scope: Construct, construct_id: str, *, runs: QueueWithDlq) -> None:
        super().__init__(scope, construct_id)
        self._runs = runs
        _set(runs.queue, "VisibilityTimeout", 6 * RUN_TAKES.to_seconds())
        events.Rule(
            self,
            "Hourly",
            description="Looks at the moments and suggestions that are due",
            schedule=events.Schedule.cron(minute=AT_MINUTE),
            targets=[targets.SqsQueue(runs.queue, dead_letter_queue=runs.dead_letters)],
        )

    def serve(self, function: PythonFunction, *, index: str) -> None:
        """Let a function look at what is due."""
        _set(function, "Timeout", RUN_TAKES.to_seconds())
        function.allow("dynamodb:Query", resources=[index])
        function.consume(self._runs, batch_size=1)


def _set(construct: Construct, name: str, value: float) -> None:
    """Set a property to what this one run needs, other than what all of its kind have."""
    resource = construct.node.default_child
    assert isinstance(resource, CfnResource)  # noqa: S101 - narrows what CDK gives as any construct
    resource.add_property_override(name, int(value))
