"""The clock of Attune: the state machine that waits, and asks a function again after every wait."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.components.acknowledgements import acknowledge
from infra.components.python_function import PythonFunction
from infra.stage import Stage

DEFINITION = Path(__file__).resolve().parents[1] / "journey.asl.json"
LIVE_ALIAS = "live"
HARD_END = Duration.days(60)


class Journey(Construct):
    """The journey of infra/journey.asl.json over the functions that its steps call.

    `steps` maps each `${...}` name of the definition to its function. `former` are functions that only the definition
    before this one asks: journeys that began under it go on under it, for as long as `HARD_END` at most.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        steps: Mapping[str, PythonFunction],
        former: Sequence[PythonFunction] = (),
    ) -> None:
        super().__init__(scope, construct_id)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        arns = {name: step.live.function_arn for name, step in steps.items()}
        # Journeys that began before a stage let new code in by a canary call the functions themselves until they end.
        direct = [step for step in steps.values() if step.live is not step]
        invoked = [*arns.values(), *(step.function_arn for step in [*direct, *former])]
        role.add_to_policy(iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=invoked))
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            definition_body=sfn.DefinitionBody.from_string(DEFINITION.read_text(encoding="utf-8")),
            definition_substitutions=arns,
            state_machine_type=sfn.StateMachineType.STANDARD,
            role=role,
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=logs.LogGroup(
                    self, "Logs", retention=stage.log_retention, removal_policy=RemovalPolicy.DESTROY
                ),
                level=sfn.LogLevel.ERROR,
                include_execution_data=False,
            ),
        )
        acknowledge(
            self.machine,
            {
                "AwsSolutions-SF1": "Each step writes its decision down; logging every transition would repeat it at a price."
            },
        )
        acknowledge(
            role,
            {"AwsSolutions-IAM5[Resource::*]": "Delivery of logs and X-Ray segments know no narrower resource than *."},
        )
        self.revision = hashlib.sha256(
            (DEFINITION.read_text(encoding="utf-8") + json.dumps(Stack.of(self).resolve(arns))).encode()
        ).hexdigest()[:12]
        # The alias lives in the operations stack, which needs this machine. Its ARN follows from the machine's, so
        # the service can name it without a reference back. Until operations is deployed for the first time, starting
        # fails and the watch queue keeps the message.
        self.start_arn = (
            f"{self.machine.state_machine_arn}:{LIVE_ALIAS}" if stage.operations else (self.machine.state_machine_arn)
        )

    def allow_start(self, grantee: iam.IGrantable) -> None:
        """Allow starting journeys; IAM checks the machine's own ARN also when the alias is what is started."""
        self.machine.grant(grantee, "states:StartExecution")
