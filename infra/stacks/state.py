"""What is kept: tables, lake, keys and secrets. Retained, protected, and free of everything that runs."""

from string import punctuation

from aws_cdk import CfnOutput, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.components.acknowledgements import acknowledge
from infra.components.audience import AudienceBucket
from infra.components.evidence import Evidence
from infra.components.indexes import AUDIENCE_INDEX, DUE_INDEX, add_indexes
from infra.components.lake import Lake
from infra.components.switches import Switches
from infra.stage import Stage


class StateStack(Stack):
    """Customers, decisions, policies, the lake, the keys and the secrets of one stage."""

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
        self.policies = self._table("Policies", expires=True)
        self.switches = Switches(self, "Switches", removal_policy=self._removal_policy)
        indexes = add_indexes(self.customers)
        self.audience_index, self.due_index = indexes[AUDIENCE_INDEX], indexes[DUE_INDEX]
        self.lake = Lake(self, "Lake", stage=stage)
        self.evidence = Evidence(self, "Evidence", stage=stage, access_logs=self.lake.access_logs).bucket
        self.audience = AudienceBucket(self, "Audience", stage=stage, access_logs=self.lake.access_logs).bucket
        self.link_key = self._secret(
            "LinkKey",
            "Signs the links in messages",
            unrotated="Links live 90 days: a new key is put beside it as current, the old one goes after that time.",
        )
        self.identity_key = self._secret(
            "IdentityKey",
            "Hashes the identifiers of customers",
            unrotated="A rotated key would part every customer from the identifiers already linked.",
        )
        self.ingest_keys = self._secret(
            "IngestKeys",
            "Who may post events over HTTP: a JSON object of names and keys, all of them valid",
            unrotated="Senders hold the keys: a new one is added, senders change over, the old one is taken out.",
            name="first",
        )
        self.zendesk_secret = self._secret(
            "ZendeskKeys",
            "The signing secret of Zendesk's webhook; to be put here, until then nothing is accepted",
            unrotated="Zendesk makes this secret; here lies a copy.",
        )
        self.site_token_keys = self._secret(
            "SiteTokenKeys",
            "Signs the tokens of sites: a JSON object of names and keys, all of them valid",
            unrotated="Sites hold the key: a new one is put beside it as current, sites change over, the old one goes.",
            name="current",
        )
        self.outputs = {
            "CustomersTable": self.customers.table_name,
            "DecisionsTable": self.decisions.table_name,
            "PoliciesTable": self.policies.table_name,
            "SwitchesParameter": self.switches.parameter.parameter_name,
            "AudienceBucket": self.audience.bucket_name,
            "LakeBucket": self.lake.bucket.bucket_name,
            "EvidenceBucket": self.evidence.bucket_name,
            "LakeDatabase": self.lake.database,
            "LakeTable": self.lake.table.ref,
            "DeliveryStream": self.lake.stream.ref,
            "WorkGroup": self.lake.work_group.ref,
            "LinkKeySecret": self.link_key.secret_arn,
            "IdentityKeySecret": self.identity_key.secret_arn,
            "IngestKeysSecret": self.ingest_keys.secret_arn,
            "ZendeskSecret": self.zendesk_secret.secret_arn,
            "SiteTokenKeysSecret": self.site_token_keys.secret_arn,
        }
        for name, value in self.outputs.items():
            CfnOutput(self, name, value=value)

    @property
    def _removal_policy(self) -> RemovalPolicy:
        return RemovalPolicy.RETAIN if self._stage.retain_state else RemovalPolicy.DESTROY

    def _secret(self, construct_id: str, description: str, *, unrotated: str, name: str = "") -> secretsmanager.Secret:
        """Add a generated secret: a text, or with `name` a JSON object that holds it under this name."""
        # Not to be changed for a secret in use: CloudFormation would generate a new one. The local AWS knows only
        # exclude_characters; there a text must not begin like JSON, and a key that people hand to senders has to fit into
        # headers and shells.
        local = self._stage.host_platform
        generator = secretsmanager.SecretStringGenerator(
            password_length=64,
            exclude_punctuation=True,
            exclude_characters=punctuation if name or local else None,
            secret_string_template="{}" if name else None,
            generate_string_key=name or None,
        )
        secret = secretsmanager.Secret(
            self,
            construct_id,
            description=description,
            generate_secret_string=generator,
            removal_policy=self._removal_policy,
        )
        acknowledge(secret, {"AwsSolutions-SMG4": unrotated})
        return secret

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
