"""What watches, and what only AWS has: archive, live alias, named queries, alarms and the dashboard."""

from pathlib import Path

from aws_cdk import Duration, Stack
from aws_cdk import aws_athena as athena
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from constructs import Construct

from infra.components.alarms import FIVE_MINUTES, HOUR, Alarms
from infra.components.dashboard import add_dashboard, queues_of
from infra.components.event_bus import app_events
from infra.components.forwarders import Forwarders
from infra.components.lake_view import decisions_once
from infra.components.live_alias import LiveAlias
from infra.components.outside_publishers import let_in
from infra.components.schema_registry import SchemaRegistry
from infra.components.sending_alarms import add_sending_alarms
from infra.stacks.service import ServiceStack
from infra.stacks.state import StateStack
from infra.stage import Stage

QUERIES = Path(__file__).resolve().parents[1] / "queries"


class OperationsStack(Stack):
    """The watching part of one stage."""

    def __init__(
        self, scope: Construct, construct_id: str, *, stage: Stage, state: StateStack, service: ServiceStack
    ) -> None:
        super().__init__(scope, construct_id, description=f"Attune {stage.name}: alarms, archive, queries, live alias")
        self._stage = stage
        self._state = state
        self._service = service
        self._alarms = Alarms(self, "Alarms", stage=stage.name, email=stage.alarm_email)
        events.CfnArchive(
            self,
            "Archive",
            source_arn=service.intake.bus.event_bus_arn,
            retention_days=stage.archive_days,
            description="What came in, to be replayed after a mistake",
            # Exactly what the rule takes in; EventBridge itself leaves replayed events out.
            event_pattern=app_events(),
        )
        let_in(self, bus=service.intake.bus, publishers=stage.publisher_accounts)
        SchemaRegistry(self, "Schemas", stage=stage.name)
        decisions_once(self, database=state.lake.database)
        self._named_queries()
        brake = self._journey_alarms()
        LiveAlias(self, "Live", journey=service.journey, canary=stage.canary, brake=brake)
        self._queue_alarms()
        self._case_alarms()
        self._quarantine_alarms()
        self._export_alarms()
        self._log_alarms()
        self._learning_alarms()
        add_sending_alarms(self._alarms, service.functions)
        self._fairness_alarm()
        if stage.forwarders:
            self._forward()
        add_dashboard(self, name=f"attune-{stage.name}", alarms=self._alarms, state=state, service=service)

    def _named_queries(self) -> None:
        lake = self._state.lake
        for path in sorted(QUERIES.glob("*.sql")):
            text = path.read_text(encoding="utf-8")
            athena.CfnNamedQuery(
                self,
                f"Query{path.stem.title().replace('_', '').replace('-', '')}",
                name=path.stem,
                description=_first_comment(text),
                database=lake.database,
                work_group=lake.work_group.ref,
                query_string=text,
            )

    def _journey_alarms(self) -> cloudwatch.Alarm:
        machine = self._service.journey.machine
        failures = cloudwatch.MathExpression(
            expression="failed + timedOut + aborted",
            using_metrics={
                "failed": machine.metric_failed(),
                "timedOut": machine.metric_timed_out(),
                "aborted": machine.metric_aborted(),
            },
            label="Journeys that failed",
            period=FIVE_MINUTES,
        )
        return self._alarms.add(
            "JourneyFailures",
            failures,
            above=0,
            because="A journey failed: its last event in Step Functions names the step and the error.",
        )

    def _queue_alarms(self) -> None:
        for queue in queues_of(self._service):
            self._alarms.add(
                f"{queue.node.id}DeadLetters",
                queue.dead_letters.metric_approximate_number_of_messages_visible(
                    period=FIVE_MINUTES, statistic="Maximum"
                ),
                above=0,
                because=f"Messages of the {queue.node.id} queue could not be handled: read one, repair, redrive.",
            )
        self._alarms.add(
            "OldestEscalation",
            self._service.escalations_queue.queue.metric_approximate_age_of_oldest_message(period=FIVE_MINUTES),
            above=Duration.minutes(15).to_seconds(),
            because="People who asked for help wait for more than 15 minutes for a case: look at errors of escalate.",
        )
        self._alarms.add(
            "OldestEvent",
            self._service.events_queue.queue.metric_approximate_age_of_oldest_message(period=FIVE_MINUTES),
            above=Duration.minutes(15).to_seconds(),
            because="Events wait for more than 15 minutes: look at errors and throttles of ingest_events.",
        )

    def _case_alarms(self) -> None:
        """Hear of cases that nobody has resolved when they are due; the limits are a playbook's usual ones."""
        service = self._service
        for name, queue, hours in (
            ("UrgentCasesOverdue", service.support_urgent_queue, 1),
            ("CasesOverdue", service.support_queue, 8),
        ):
            self._alarms.add(
                name,
                queue.queue.metric_approximate_age_of_oldest_message(period=FIVE_MINUTES),
                above=Duration.hours(hours).to_seconds(),
                because=f"A case is older than {hours} h and not resolved: attune support pull shows which.",
            )

    def _quarantine_alarms(self) -> None:
        """Hear of a sender that broke, soon; and of one that breaks now and then, within hours."""
        self._alarms.add(
            "QuarantineRate",
            cloudwatch.MathExpression(
                expression="IF(taken + put > 20, 100 * put / (taken + put), 0)",
                using_metrics={
                    "put": self._service.quarantine_queue.queue.metric_number_of_messages_sent(),
                    "taken": self._service.events_queue.queue.metric_number_of_messages_deleted(),
                },
                label="Events in quarantine, percent",
                period=FIVE_MINUTES,
            ),
            above=5,
            periods=3,
            because="More than 5 % of the events do not fit the catalogue: the quarantine messages say why.",
        )
        ways = {
            way: self._alarms.own_metric(f"Events{way.title()}", period=HOUR, statistic="Sum")
            for way in ("accepted", "duplicate", "late", "quarantined")
        }
        everything = " + ".join(f"FILL({way}, 0)" for way in ways)
        self._alarms.add(
            "QuarantineTrickle",
            cloudwatch.MathExpression(
                expression=f"IF({everything} > 20, 100 * FILL(quarantined, 0) / ({everything}), 0)",
                using_metrics=ways,
                label="Events in quarantine, percent",
                period=HOUR,
            ),
            above=1,
            periods=3,
            because="For three hours more than 1 % of the events did not fit: `attune quarantine list` says which.",
        )

    def _export_alarms(self) -> None:
        self._alarms.add(
            "FailedExports",
            self._service.failed_exports_queue.queue.metric_approximate_number_of_messages_visible(
                period=FIVE_MINUTES, statistic="Maximum"
            ),
            above=0,
            because="Decisions did not reach the lake: the message names the stream's shard and sequence numbers.",
        )
        self._alarms.add(
            "LakeDelivery",
            cloudwatch.Metric(
                namespace="AWS/Firehose",
                metric_name="DeliveryToS3.DataFreshness",
                dimensions_map={"DeliveryStreamName": self._state.lake.stream.ref},
                period=FIVE_MINUTES,
                statistic="Maximum",
            ),
            above=Duration.hours(1).to_seconds(),
            because="Firehose holds decisions for more than an hour: its log names the error.",
        )

    def _log_alarms(self) -> None:
        """Hear of a log that lags, has gaps, was tampered with, or holds records that break their rules."""
        self._alarms.add(
            "ExportLag",
            self._service.export_decisions.metric("IteratorAge", period=FIVE_MINUTES, statistic="Maximum"),
            above=Duration.minutes(15).to_milliseconds(),
            because="Decisions wait for more than 15 minutes to be exported: look at errors of export_decisions.",
        )
        told = {
            "DecisionsMissing": (
                "Decisions that the table's stream announced are not in the lake: `attune audit verify` names the days."
            ),
            "DecisionsTampered": (
                "Rows of the lake were changed, taken out or put in after they were written: run `attune audit verify`."
            ),
        }
        for name, because in told.items():
            self._alarms.add(name, self._alarms.own_metric(name, period=HOUR), above=0, because=because)
        self._alarms.add(
            "DaysUnsealed",
            self._alarms.own_metric("DaysUnsealed", period=Duration.days(1)),
            above=0,
            because="A day of the log has no seal: look at the SealRuns queue and at errors of seal_decisions.",
            silence_is_fine=False,
        )
        self._alarms.add(
            "DefectiveDecisions",
            self._alarms.own_metric("DefectiveDecisions", period=HOUR),
            above=0,
            because="Records break the rules of their kind: `attune audit defects` says which and how.",
        )

    def _fairness_alarm(self) -> None:
        self._alarms.add(
            "FairnessGap",
            self._alarms.own_metric("FairnessGaps", period=Duration.days(1)),
            above=0,
            because="Groups of customers are treated differently and no known cause explains it: `attune fairness` says which.",
        )

    def _learning_alarms(self) -> None:
        self._alarms.add(
            "FailedLearning",
            self._service.failed_learning_queue.queue.metric_approximate_number_of_messages_visible(
                period=FIVE_MINUTES, statistic="Maximum"
            ),
            above=0,
            because="Decisions did not become evidence: the message names the stream's shard and sequence numbers.",
        )
        self._alarms.add(
            "ArmStopped",
            self._alarms.own_metric("ArmsStopped", period=HOUR, statistic="Sum"),
            above=0,
            because="An arm of a playbook did more harm than the others and was stopped: `attune experiments` says which.",
        )

    def _forward(self) -> None:
        """Tell other systems of cases, and hear of what they did not take."""
        forwarders = Forwarders(self, "Forwarders", stage=self._stage, bus=self._service.intake.bus)
        self._alarms.add(
            "ForwardingDeadLetters",
            forwarders.dead_letters.metric_approximate_number_of_messages_visible(
                period=FIVE_MINUTES, statistic="Maximum"
            ),
            above=0,
            because="Another system did not take an event: the message's attributes name the rule and the error.",
        )
        for machine in forwarders.machines:
            self._alarms.add(
                f"{machine.node.id}Failures",
                machine.metric_failed(period=FIVE_MINUTES),
                above=0,
                because="A record of another system could not be found or written: the execution says why.",
            )


def _first_comment(sql: str) -> str:
    """Return what the query answers: its leading comment lines."""
    lines = []
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    return " ".join(lines)
