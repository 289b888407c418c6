"""Alarms that somebody hears: each one goes to the stage's topic."""

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.components.acknowledgements import acknowledge

_CLOUDWATCH = "cloudwatch.amazonaws.com"


class Alarms(Construct):
    """The topic, and the one way to add an alarm to it. Each alarm has its page: `docs/operations/<name>.md`."""

    senders = frozenset({"SendMessage", "AcknowledgeReply", "AnswerCase"})
    """Functions that send messages, by construct id."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: str, email: str | None) -> None:
        super().__init__(scope, construct_id)
        self._stage = stage
        self.every: list[cloudwatch.IAlarm] = []
        self.topic = sns.Topic(
            self, "Topic", display_name="Attune alarms", enforce_ssl=True, master_key=self._open_key_to(_CLOUDWATCH)
        )
        # A topic with a policy of its own loses the default one that lets CloudWatch in.
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sns:Publish"],
                principals=[iam.ServicePrincipal(_CLOUDWATCH)],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )
        if email:
            self.topic.add_subscription(subscriptions.EmailSubscription(email))
            acknowledge(
                self.topic,
                {
                    "Serverless-SNSRedrivePolicy": "A bounced alarm mail is seen on the dashboard; nobody would read a queue."
                },
            )

    def _open_key_to(self, service: str) -> kms.Key:
        """Return a key of our own: alarms fall silent under the one that AWS manages, which CloudWatch may not use."""
        key = kms.Key(
            self,
            "Key",
            description="Encrypts the topic of alarms",
            enable_key_rotation=True,
            pending_window=Duration.days(7),
            removal_policy=RemovalPolicy.DESTROY,
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                principals=[iam.ServicePrincipal(service)],
                resources=["*"],  # in a key's own policy: this key
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )
        return key

    def add(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        *,
        above: float,
        because: str,
        periods: int = 1,
        silence_is_fine: bool = True,
    ) -> cloudwatch.Alarm:
        """Raise an alarm when `metric` is above `above` for `periods` periods; `because` tells what to do.

        Where silence is not fine, a metric that nobody writes raises it as well.
        """
        missing = cloudwatch.TreatMissingData
        alarm = cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            threshold=above,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=periods,
            treat_missing_data=missing.NOT_BREACHING if silence_is_fine else missing.BREACHING,
            alarm_description=f"{because} What to do: {PAGES}/{name}.md.",
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))
        self.every.append(alarm)
        return alarm

    def own_metric(self, name: str, *, period: Duration, statistic: str = "Maximum") -> cloudwatch.Metric:
        """Return what a function of ours counted itself, in this stage."""
        return cloudwatch.Metric(
            namespace=f"Attune/{self._stage}",
            metric_name=name,
            dimensions_map={"service": "attune"},
            statistic=statistic,
            period=period,
        )


PAGES = "docs/operations"
FIVE_MINUTES = Duration.minutes(5)
HOUR = Duration.hours(1)
