"""A queue that loses nothing: what cannot be handled waits two weeks in its dead-letter queue."""

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.components.acknowledgements import acknowledge

CONSUMER_TIMEOUT = Duration.seconds(30)
"""How long a function may take for a batch."""
VISIBILITY = Duration.seconds(6 * 30)
"""Six function timeouts, as Lambda asks: a throttled batch must not reappear while it is still being tried."""
KEPT = Duration.days(14)


class QueueWithDlq(Construct):
    """A standard queue, encrypted, TLS only, with its dead-letter queue."""

    def __init__(self, scope: Construct, construct_id: str, *, max_receives: int = 5) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=KEPT,
        )
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=VISIBILITY,
            retention_period=KEPT,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=max_receives),
        )
        acknowledge(
            self.dead_letters,
            {"Serverless-SQSRedrivePolicy": "This is where messages end; an alarm watches its depth."},
        )
