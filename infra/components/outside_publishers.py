"""The policy of the bus: which other accounts may put events on it, each in the names that were written down for it."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.publishers import statement, statement_id


def let_in(scope: Construct, *, bus: events.IEventBus, publishers: Mapping[str, Sequence[str]]) -> None:
    """Add one policy for each account; an account that is taken out of the configuration loses its right."""
    for account, sources in publishers.items():
        events.CfnEventBusPolicy(
            scope,
            f"Publisher{account}",
            event_bus_name=bus.event_bus_name,
            statement_id=statement_id(account),
            statement=statement(
                principal=iam.AccountPrincipal(account).arn, bus_arn=bus.event_bus_arn, account=account, sources=sources
            ),
        )
