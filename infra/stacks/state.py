"""What is kept: tables, lake and the key that signs links. Retained, protected, and free of everything that runs."""

from aws_cdk import CfnOutput, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.components.acknowledgements import acknowledge
from infra.components.lake import Lake
from infra.config import Stage


class StateStack(Stack):
    """Customers, decisions, policies, the lake and the link key of one stage."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage, termination_protection: bool) -> None:
        super().__init__(
            scope,
            construct_id,
            termination_protection=termination_protection,
            description=f"Attune {stage.name}: tables, lake and keys",
        )
        self._stage = stage
        self.customers = self._table("Customers", expires=True)
        self.decisions = self._table("Decisions", expires=True, stream=dynamodb.StreamViewType.NEW_IMAGE)
        self.policies = self._table("Policies")
        self.lake = Lake(self, "Lake", stage=stage)
        self.link_key = secretsmanager.Secret(
            self,
            "LinkKey",
            description="Signs the links in messages",
            generate_secret_string=secretsmanager.SecretStringGenerator(password_length=64, exclude_punctuation=True),
            removal_policy=self._removal_policy,
        )
        acknowledge(
            self.link_key,
            {"AwsSolutions-SMG4": "A rotated key would break the unsubscribe link of every message already sent."},
        )
        self.outputs = {
            "CustomersTable": self.customers.table_name,
            "DecisionsTable": self.decisions.table_name,
            "PoliciesTable": self.policies.table_name,
            "LakeBucket": self.lake.bucket.bucket_name,
            "LakeDatabase": self.lake.database,
            "LakeTable": self.lake.table.ref,
            "DeliveryStream": self.lake.stream.ref,
            "WorkGroup": self.lake.work_group.ref,
        }
        for name, value in self.outputs.items():
            CfnOutput(self, name, value=value)

    @property
    def _removal_policy(self) -> RemovalPolicy:
        return RemovalPolicy.RETAIN if self._stage.retain_state else RemovalPolicy.DESTROY

    def _table(
        self, name: str, *, expires: bool = False, stream: dynamodb.StreamViewType | None = None
    ) -> dynamodb.Table:
        return dynamodb.Table(
            self,
            name,
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            time_to_live_attribute="expires_at" if expires else None,
            stream=stream,
            deletion_protection=self._stage.retain_state,
            removal_policy=self._removal_policy,
        )
