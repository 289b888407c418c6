"""What new journeys start on: a published version of the definition, behind the `live` alias."""

from aws_cdk import CfnDeletionPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.components.journey import LIVE_ALIAS, Journey

_CANARY_PERCENT = 10
_CANARY_MINUTES = 10


class LiveAlias(Construct):
    """Publish the journey's definition when it changes, and move the alias to it.

    With `canary`, a tenth of the new journeys starts on the new version for ten minutes, and the alias goes back
    when `brake` goes off. Journeys that run keep the definition they started with.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, journey: Journey, canary: bool, brake: cloudwatch.Alarm
    ) -> None:
        super().__init__(scope, construct_id)
        # The id carries the definition's hash: a version is published exactly when the definition changed. A revision
        # id would have to cross stacks, and CloudFormation refuses to change an export that is in use.
        version = sfn.CfnStateMachineVersion(
            self,
            f"Version{journey.revision}",
            state_machine_arn=journey.machine.state_machine_arn,
            description=f"definition {journey.revision}",
        )
        # Journeys run for weeks and rollbacks come late: published versions stay.
        version.cfn_options.deletion_policy = CfnDeletionPolicy.RETAIN
        version.cfn_options.update_replace_policy = CfnDeletionPolicy.RETAIN
        shift = (
            {"type": "CANARY", "percentage": _CANARY_PERCENT, "interval": _CANARY_MINUTES}
            if canary
            else {"type": "ALL_AT_ONCE"}
        )
        sfn.CfnStateMachineAlias(
            self,
            "Alias",
            name=LIVE_ALIAS,
            description="New journeys start here",
            deployment_preference={
                **shift,
                "stateMachineVersionArn": version.attr_arn,
                **({"alarms": [brake.alarm_name]} if canary else {}),
            },
        )
