"""One dashboard for a stage: what rings first, then what goes in, what waits, what goes out, and the log."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.components.alarms import FIVE_MINUTES, HOUR, Alarms
from infra.components.queue_with_dlq import QueueWithDlq
from infra.components.sending_alarms import HIGH_BOUNCES, HIGH_COMPLAINTS, reputation
from infra.stacks.service import ServiceStack
from infra.stacks.state import StateStack

WIDE, HALF = 24, 12


def add_dashboard(
    scope: Construct, *, name: str, alarms: Alarms, state: StateStack, service: ServiceStack
) -> cloudwatch.Dashboard:
    """Add the dashboard; it shows every alarm that was added before."""
    dashboard = cloudwatch.Dashboard(scope, "Dashboard", dashboard_name=name)
    dashboard.add_widgets(cloudwatch.AlarmStatusWidget(title="Alarms", alarms=alarms.every, width=WIDE, height=5))
    graphs = {**_flow(service), **_sending(service, alarms), **_log(state, service, alarms), **_functions(service)}
    widgets = [
        cloudwatch.GraphWidget(title=title, left=list(lines), width=HALF, left_annotations=LIMITS.get(title, []))
        for title, lines in graphs.items()
    ]
    for left, right in zip(widgets[::2], widgets[1::2], strict=True):
        dashboard.add_widgets(left, right)
    return dashboard


type _Graphs = dict[str, Sequence[cloudwatch.IMetric]]

MAIL_RATES = "Bounce and complaint rates of SES"
LIMITS = {
    MAIL_RATES: [
        cloudwatch.HorizontalAnnotation(value=HIGH_BOUNCES, label="bounces: too many", color="#d62728"),
        cloudwatch.HorizontalAnnotation(value=HIGH_COMPLAINTS, label="complaints: too many", color="#9467bd"),
    ]
}


def queues_of(service: ServiceStack) -> list[QueueWithDlq]:
    """Return the queues of a stage that have dead letters."""
    return [child for child in service.node.children if isinstance(child, QueueWithDlq)]


def _flow(service: ServiceStack) -> _Graphs:
    machine, queues = service.journey.machine, queues_of(service)
    aged = (service.events_queue, service.escalations_queue, service.support_urgent_queue, service.support_queue)
    return {
        "Journeys": [machine.metric_started(), machine.metric_succeeded(), machine.metric_failed()],
        "Handled messages": [one.queue.metric_number_of_messages_deleted() for one in queues],
        "Waiting messages": [one.queue.metric_approximate_number_of_messages_visible() for one in queues],
        "Age of the oldest message": [one.queue.metric_approximate_age_of_oldest_message() for one in aged],
        "Dead letters": [one.dead_letters.metric_approximate_number_of_messages_visible() for one in queues],
        "Quarantine": [
            service.quarantine_queue.queue.metric_number_of_messages_sent(),
            service.quarantine_queue.queue.metric_approximate_number_of_messages_visible(),
        ],
    }


def _sending(service: ServiceStack, alarms: Alarms) -> _Graphs:
    senders = [function for function in service.functions if function.node.id in alarms.senders]
    return {
        MAIL_RATES: [reputation("BounceRate"), reputation("ComplaintRate")],
        "Failed sends, complaint brake": [
            *(function.metric_errors() for function in senders),
            alarms.own_metric("ComplaintBrake", period=FIVE_MINUTES),
        ],
    }


def _log(state: StateStack, service: ServiceStack, alarms: Alarms) -> _Graphs:
    freshness = cloudwatch.Metric(
        namespace="AWS/Firehose",
        metric_name="DeliveryToS3.DataFreshness",
        dimensions_map={"DeliveryStreamName": state.lake.stream.ref},
        statistic="Maximum",
    )
    told = (
        "DecisionsMissing",
        "DecisionsTampered",
        "DaysUnsealed",
        "DefectiveDecisions",
        "FairnessGaps",
        "ArmsStopped",
    )
    return {
        "Decisions on their way to the lake": [
            service.export_decisions.metric("IteratorAge", statistic="Maximum"),
            freshness,
        ],
        "The log, fairness and arms": [alarms.own_metric(name, period=HOUR) for name in told],
    }


def _functions(service: ServiceStack) -> _Graphs:
    return {
        "Function errors": [function.metric_errors() for function in service.functions],
        "Function duration, p95": [function.metric_duration(statistic="p95") for function in service.functions],
    }
