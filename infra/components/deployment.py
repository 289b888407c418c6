"""A deployment is announced before it takes effect: what decides about customers waits for the announcement."""

import hashlib
from collections.abc import Iterable

from aws_cdk import CustomResource, Duration
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.components.acknowledgements import acknowledge
from infra.components.announcements import Announcements
from infra.components.layers import ROOT
from infra.components.python_function import PythonFunction, Workshop
from infra.components.switches import SETTING, Switches

WAITS_FOR = Duration.minutes(5)
"""How long CloudFormation waits before it gives up and takes the deployment back."""


class AnnouncedDeployment(Construct):
    """The function that announces, and what CloudFormation asks it with; it is asked where templates or sending change."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workshop: Workshop,
        announcements: Announcements,
        switches: Switches,
        decisions: dynamodb.Table,
        policies: dynamodb.Table,
    ) -> None:
        super().__init__(scope, construct_id)
        stage, topics = workshop.stage, announcements.topics
        settings = {
            "DECISIONS_TABLE": decisions.table_name,
            "POLICIES_TABLE": policies.table_name,
            SETTING: switches.parameter.parameter_name,
            "SENDING_ENABLED": str(stage.sending_enabled).lower(),
            **{f"{name.upper()}_TOPIC": topic.topic_arn for name, topic in topics.items()},
        }
        self.function = PythonFunction(scope, "announce_deployment", workshop=workshop, settings=settings)
        decisions.grant(self.function, "dynamodb:PutItem")
        policies.grant(self.function, "dynamodb:Query", "dynamodb:PutItem", "dynamodb:DeleteItem")
        self.function.allow("sns:Publish", resources=[topic.topic_arn for topic in topics.values()])
        self.function.allow("ssm:PutParameter", resources=[switches.parameter.parameter_arn])
        acknowledge(
            self.function,
            {
                "Serverless-LambdaDLQ": "CloudFormation asks, waits for the answer, and takes the deployment back without one."
            },
        )
        self.resource = CustomResource(
            self,
            "Resource",
            service_token=self.function.function_arn,
            resource_type="Custom::AttuneAnnouncement",
            service_timeout=WAITS_FOR,
            properties={"Templates": _fingerprint(), "DryRun": stage.dry_run, "SendingEnabled": stage.sending_enabled},
        )

    def goes_before(self, functions: Iterable[PythonFunction]) -> None:
        """Let functions change only once their change was announced: all that carry templates, and whoever sends."""
        for function in functions:
            if function is not self.function:
                function.node.add_dependency(self.resource)


def _fingerprint() -> str:
    """Return what the templates are called by: another one, and CloudFormation asks again."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
