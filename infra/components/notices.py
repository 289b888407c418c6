"""Ways in for services that speak through SNS only: SES's notifications, and texts that customers send."""

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.components.queue_with_dlq import QueueWithDlq

_MAIL = "ses.amazonaws.com"
_SMS = "sms-voice.amazonaws.com"
_FROM_HERE = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}


class Notices(Construct):
    """Two topics that lead to the events queue, each open to the one service that fills it."""

    def __init__(self, scope: Construct, construct_id: str, *, events_queue: QueueWithDlq) -> None:
        super().__init__(scope, construct_id)
        # A key of our own: other services may not use the one that AWS manages for SNS. Nothing is stored under it for
        # longer than a delivery takes, so it may go with the stack.
        self._key = kms.Key(
            self,
            "Key",
            description="Encrypts the topics that bring notices in",
            enable_key_rotation=True,
            pending_window=Duration.days(7),
            removal_policy=RemovalPolicy.DESTROY,
        )
        self._events_queue = events_queue
        self.mail = self._topic("Mail", "SES notifications about mail", service=_MAIL)
        self.inbound_sms = self._topic("InboundSms", "Texts from customers", service=_SMS)

    def _topic(self, construct_id: str, display_name: str, *, service: str) -> sns.Topic:
        topic = sns.Topic(self, construct_id, display_name=display_name, master_key=self._key, enforce_ssl=True)
        caller = iam.ServicePrincipal(service)
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sns:Publish"], principals=[caller], resources=[topic.topic_arn], conditions=_FROM_HERE
            )
        )
        self._key.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                principals=[caller],
                resources=["*"],  # in a key's own policy: this key
                conditions=_FROM_HERE,
            )
        )
        topic.add_subscription(
            subscriptions.SqsSubscription(
                self._events_queue.queue,
                # With its envelope: a reader tells by it that the message came through SNS, and from which topic.
                raw_message_delivery=False,
                dead_letter_queue=self._events_queue.dead_letters,
            )
        )
        return topic
