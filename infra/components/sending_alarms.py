"""Alarms about sending: what a provider did not take, and what receivers and mailbox providers make of our mail."""

from collections.abc import Iterable

from aws_cdk import aws_cloudwatch as cloudwatch

from infra.components.alarms import FIVE_MINUTES, HOUR, Alarms
from infra.components.python_function import PythonFunction

HIGH_BOUNCES, HIGH_COMPLAINTS = 0.05, 0.001
"""From 5 % of bounces SES reviews an account; from 0.1 % of complaints mailbox providers turn against a sender."""


def add_sending_alarms(alarms: Alarms, functions: Iterable[PythonFunction]) -> None:
    """Hear of messages that could not be sent, of a brake that holds, and of the account's name as a sender."""
    senders = {function.node.id: function for function in functions if function.node.id in alarms.senders}
    alarms.add(
        "SendFailures",
        cloudwatch.MathExpression(
            expression=" + ".join(f"FILL(m{number}, 0)" for number in range(len(senders))),
            using_metrics={
                f"m{number}": function.metric_errors(period=FIVE_MINUTES)
                for number, function in enumerate(senders.values())
            },
            label="Sends that failed",
            period=FIVE_MINUTES,
        ),
        above=0,
        because="A message could not be sent: the log of the function names the provider's error.",
    )
    alarms.add(
        "ComplaintBrake",
        alarms.own_metric("ComplaintBrake", period=FIVE_MINUTES),
        above=0,
        because="Emails are held: too many are reported as spam, or nobody can read how many.",
    )
    alarms.add(
        "ComplaintRate",
        reputation("ComplaintRate"),
        above=HIGH_COMPLAINTS,
        because="More than 0.1 % of the account's emails are reported as spam.",
    )
    alarms.add(
        "BounceRate",
        reputation("BounceRate"),
        above=HIGH_BOUNCES,
        because="More than 5 % of the account's emails bounce: SES reviews accounts like that, and stops them at 10 %.",
    )


def reputation(name: str) -> cloudwatch.Metric:
    """Return how SES sees the whole account, as a part of one; it has no figure until enough was sent."""
    return cloudwatch.Metric(namespace="AWS/SES", metric_name=f"Reputation.{name}", statistic="Average", period=HOUR)
