"""Who hears of a change before it takes effect: a topic each for product, support and sales."""

from collections.abc import Mapping

from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.components.acknowledgements import acknowledge
from infra.stage_checks import ANNOUNCED_TO


class Announcements(Construct):
    """The topics, encrypted, with the addresses of the stage subscribed; `attune playbooks` publishes to them."""

    def __init__(self, scope: Construct, construct_id: str, *, subscribers: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__(scope, construct_id)
        # The key that AWS manages will do: only people of this account publish here, no other service.
        key = kms.Alias.from_alias_name(self, "Key", "alias/aws/sns")
        self.topics: dict[str, sns.Topic] = {}
        for name in ANNOUNCED_TO:
            topic = sns.Topic(
                self,
                name.title(),
                display_name=f"Attune changes for {name}",
                master_key=key,
                enforce_ssl=True,
            )
            for address in subscribers.get(name, ()):
                topic.add_subscription(subscriptions.EmailSubscription(address))
            if subscribers.get(name):
                acknowledge(
                    topic,
                    {"Serverless-SNSRedrivePolicy": "A bounced announcement is seen by who sent it; no queue is read."},
                )
            self.topics[name] = topic

    @property
    def outputs(self) -> dict[str, str]:
        """The topics' ARNs by the names under which `attune` finds them."""
        return {f"{name.title()}TopicArn": topic.topic_arn for name, topic in self.topics.items()}
