"""What works: bus, queues, functions, journey and pages. Holds nothing that could not be deployed again."""

from collections.abc import Mapping

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.components.acknowledgements import acknowledge
from infra.components.announcements import Announcements
from infra.components.audience import export_audience
from infra.components.deployment import AnnouncedDeployment
from infra.components.drafts import draft_reply
from infra.components.event_bus import HTTP_SOURCE, ONSITE_SOURCE, OWN_SOURCE, PAGES_SOURCE, EventIntake
from infra.components.evidence import seal_decisions
from infra.components.export import export_decisions
from infra.components.fairness import watch_fairness
from infra.components.journey import Journey
from infra.components.learning import learn_policy, refit_policies
from infra.components.mail import Mail
from infra.components.message_sender import MessageSender
from infra.components.moments import MomentRuns
from infra.components.notices import Notices
from infra.components.pages_api import PagesApi
from infra.components.python_function import PythonFunction, Workshop
from infra.components.queue_with_dlq import QueueWithDlq
from infra.components.report import write_report
from infra.components.suppression import suppress_addresses
from infra.components.switches import shipped_versions
from infra.components.text_messages import TextMessages
from infra.stacks.state import StateStack
from infra.stage import Stage

READ = "dynamodb:Query"
WRITE = "dynamodb:PutItem"
# People look into these queues and put things back, which must never count as failing.
READ_BY_PEOPLE = 1000


class ServiceStack(Stack):
    """The running part of one stage."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage, state: StateStack) -> None:
        super().__init__(scope, construct_id, description=f"Attune {stage.name}: bus, functions, journey and pages")
        self.stage_config = stage
        self.state = state
        self._workshop = Workshop.open(self, stage)
        self.events_queue = QueueWithDlq(self, "Events")
        self.watch_queue = QueueWithDlq(self, "Watch")
        self.escalations_queue = QueueWithDlq(self, "Escalations")
        self.acknowledgements_queue = QueueWithDlq(self, "Acknowledgements")
        self.drafts_queue = QueueWithDlq(self, "Drafts") if stage.draft_model else None
        self.quarantine_queue = QueueWithDlq(self, "Quarantine", max_receives=READ_BY_PEOPLE)
        self.support_queue = QueueWithDlq(self, "Support", max_receives=READ_BY_PEOPLE)
        self.support_urgent_queue = QueueWithDlq(self, "SupportUrgent", max_receives=READ_BY_PEOPLE)
        self.suppressions_queue = QueueWithDlq(self, "Suppressions")
        self.failed_exports_queue = QueueWithDlq(self, "FailedExports", max_receives=READ_BY_PEOPLE)
        self.audience_queue = QueueWithDlq(self, "AudienceRuns")
        self.seal_queue = QueueWithDlq(self, "SealRuns")
        self.moments_queue = QueueWithDlq(self, "MomentRuns")
        self.refit_queue = QueueWithDlq(self, "RefitRuns")
        self.fairness_queue = QueueWithDlq(self, "FairnessLooks")
        self.report_queue = QueueWithDlq(self, "ReportRuns")
        self.failed_learning_queue = QueueWithDlq(self, "FailedLearning", max_receives=READ_BY_PEOPLE)
        self.mail = Mail(self, "Mail", stage=stage)
        self.text_messages = TextMessages(stage)
        self.intake = EventIntake(self, "Intake", events_queue=self.events_queue)
        self.intake.listen_to_mail(self.mail.configuration_set)
        for partner in stage.partner_buses:
            self.intake.listen_to_partner(partner)
        self.notices = Notices(self, "Notices", events_queue=self.events_queue)
        self.announcements = Announcements(self, "Announcements", subscribers=stage.announcements)
        self.pages = PagesApi(self, "Pages", stage=stage)
        self.sender = MessageSender(
            stage,
            mail=self.mail,
            text_messages=self.text_messages,
            pages_url=self.pages.url,
            link_key=state.link_key,
        )
        self.journey = self._journey()
        self.answer_case = self._answer_case()
        self._ingest_events()
        self._score_friction()
        if self.drafts_queue:
            draft_reply(self._function, stage=stage, queue=self.drafts_queue)
        self._acknowledge_reply()
        self._record_feedback()
        self._serve_onsite()
        self._receive_events()
        suppress_addresses(
            self,
            workshop=self._workshop,
            queue=self.suppressions_queue,
            intake=self.intake,
            mail_topic=self.notices.mail,
        )
        self.export_decisions = export_decisions(
            self,
            workshop=self._workshop,
            decisions=state.decisions,
            lake=state.lake,
            evidence=state.evidence,
            failed=self.failed_exports_queue,
        )
        seal_decisions(self, workshop=self._workshop, runs=self.seal_queue, lake=state.lake, bucket=state.evidence)
        self._find_moments()
        self._export_audience()
        self._learn()
        self._watch_fairness()
        self._report()
        self._announce_deployment()
        self._outputs()

    @property
    def functions(self) -> list[PythonFunction]:
        """Every function of the stage."""
        return [child for child in self.node.children if isinstance(child, PythonFunction)]

    def _function(self, name: str, settings: Mapping[str, str]) -> PythonFunction:
        """Add a function that knows customers and writes decisions."""
        tables = {
            "CUSTOMERS_TABLE": self.state.customers.table_name,
            "DECISIONS_TABLE": self.state.decisions.table_name,
        }
        function = PythonFunction(self, name, workshop=self._workshop, settings={**tables, **settings})
        self.state.customers.grant(function, READ, WRITE)
        self.state.decisions.grant(function, WRITE)
        return function

    def _journey(self) -> Journey:
        choosers = [self._chooser(name) for name in ("plan_touch", "choose_tone", "choose_delay")]
        plan_touch, *former = choosers
        steps = {
            "PlanTouchArn": plan_touch,
            "SendMessageArn": self._send_message(),
            "ReviewJourneyArn": self._review_journey(),
        }
        return Journey(self, "Journey", stage=self.stage_config, steps=steps, former=[*former, self._escalate()])

    def _chooser(self, name: str) -> PythonFunction:
        function = self._function(name, {"POLICIES_TABLE": self.state.policies.table_name})
        self.state.policies.grant(function, READ)
        return function

    def _review_journey(self) -> PythonFunction:
        reached = {"WATCH_QUEUE_URL": self.watch_queue, "ESCALATIONS_QUEUE_URL": self.escalations_queue}
        function = self._function("review_journey", _urls(reached))
        _allow_send(function, reached)
        return function

    def _ingest_events(self) -> None:
        reached = {
            "WATCH_QUEUE_URL": self.watch_queue,
            "QUARANTINE_QUEUE_URL": self.quarantine_queue,
            "ESCALATIONS_QUEUE_URL": self.escalations_queue,
        }
        identity_key = self.state.identity_key.secret_arn
        sentiment = self.stage_config.sentiment
        settings = {
            **_urls(reached),
            "IDENTITY_KEY_SECRET": identity_key,
            "POLICIES_TABLE": self.state.policies.table_name,
            "SENTIMENT": sentiment,
        }
        function = self._function("ingest_events", settings)
        self.state.policies.grant(function, "dynamodb:UpdateItem")
        _allow_send(function, reached)
        function.allow("secretsmanager:GetSecretValue", resources=[identity_key])
        self.state.customers.grant(function, "dynamodb:GetItem", "dynamodb:BatchGetItem")
        if sentiment == "comprehend":
            function.allow("comprehend:DetectSentiment", resources=["*"])
            acknowledge(
                function.execution_role,
                {"AwsSolutions-IAM5[Resource::*]": "DetectSentiment knows no resource: it reads the text of the call."},
            )
        if self.stage_config.name == "local":
            function.consume(self.events_queue, gradually=True)
        else:  # full batches share an invocation and its log; a second is what an event waits for them at most
            function.consume(self.events_queue, batch_size=100, window=Duration.seconds(1), gradually=True)

    def _score_friction(self) -> None:
        reached = {"WATCH_QUEUE_URL": self.watch_queue, "ESCALATIONS_QUEUE_URL": self.escalations_queue}
        function = self._function("score_friction", {**_urls(reached), "JOURNEY_ARN": self.journey.start_arn})
        _allow_send(function, reached)
        self.state.switches.allow_read(function)
        self.journey.allow_start(function)
        function.consume(self.watch_queue, gradually=True)

    def _find_moments(self) -> None:
        reached = {"WATCH_QUEUE_URL": self.watch_queue, "ESCALATIONS_QUEUE_URL": self.escalations_queue}
        function = self._function("find_moments", _urls(reached))
        self.state.customers.grant(function, "dynamodb:DeleteItem")
        MomentRuns(self, "MomentRun", runs=self.moments_queue).serve(function, index=self.state.due_index)
        _allow_send(function, reached)

    def _send_message(self) -> PythonFunction:
        reached = {"SUPPORT_QUEUE_URL": self.support_queue}
        settings = {"POLICIES_TABLE": self.state.policies.table_name, **_urls(reached)}
        function = self._sender("send_message", settings)
        self._may_take_back(function)
        _allow_send(function, reached)
        self.state.policies.grant(function, "dynamodb:BatchGetItem")
        return function

    def _may_take_back(self, function: PythonFunction) -> None:
        """Let a function remove what it wrote to somebody who was forgotten in that moment."""
        self.state.customers.grant(function, "dynamodb:DeleteItem")

    def _answer_case(self) -> PythonFunction:
        function = self._sender("answer_case", {"BUS_NAME": self.intake.bus.event_bus_name})
        self.intake.allow_publish(function, source=OWN_SOURCE)
        return function

    def _sender(self, name: str, settings: Mapping[str, str]) -> PythonFunction:
        """Add a function that sends messages."""
        function = self._function(name, {**self.sender.settings, **settings})
        self.sender.allow_send(function)
        self.state.switches.allow_read(function)
        return function

    def _escalate(self) -> PythonFunction:
        reached = {
            "SUPPORT_QUEUE_URL": self.support_queue,
            "SUPPORT_URGENT_QUEUE_URL": self.support_urgent_queue,
            "ACKNOWLEDGEMENTS_QUEUE_URL": self.acknowledgements_queue,
        }
        drafts = {"DRAFTS_QUEUE_URL": self.drafts_queue} if self.drafts_queue else {}
        settings = {
            "SITE_URL": self.stage_config.site_url,
            "BUS_NAME": self.intake.bus.event_bus_name,
            "DRAFTS_QUEUE_URL": "",
            "CASES_IN_DRY_RUN": str(self.stage_config.cases_in_dry_run).lower(),
        }
        function = self._function("escalate", {**settings, **_urls({**reached, **drafts})})
        self._may_take_back(function)
        _allow_send(function, {**reached, **drafts})
        self.intake.allow_publish(function, source=OWN_SOURCE)
        function.consume(self.escalations_queue, gradually=True)
        return function

    def _acknowledge_reply(self) -> None:
        reached = {"ACKNOWLEDGEMENTS_QUEUE_URL": self.acknowledgements_queue}
        function = self._sender("acknowledge_reply", _urls(reached))
        self._may_take_back(function)
        _allow_send(function, reached)  # what cannot leave yet waits on the queue it came from
        function.consume(self.acknowledgements_queue, gradually=True)

    def _record_feedback(self) -> None:
        settings = {
            "BUS_NAME": self.intake.bus.event_bus_name,
            "LINK_KEY_SECRET": self.state.link_key.secret_arn,
            "COMPANY_NAME": self.stage_config.company_name,
            "SITE_URL": self.stage_config.site_url,
        }
        function = self._function("record_feedback", settings)
        self.state.decisions.grant(function, READ)
        self.intake.allow_publish(function, source=PAGES_SOURCE)
        function.allow("secretsmanager:GetSecretValue", resources=[self.state.link_key.secret_arn])
        self.pages.serve(function.live)

    def _serve_onsite(self) -> None:
        stage, tokens, identities = self.stage_config, self.state.site_token_keys, self.state.identity_key
        settings = {
            "BUS_NAME": self.intake.bus.event_bus_name,
            "SITE_TOKEN_KEYS_SECRET": tokens.secret_arn,
            "IDENTITY_KEY_SECRET": identities.secret_arn,
            "COMPANY_NAME": stage.company_name,
            "DRY_RUN": str(stage.dry_run).lower(),
            "SENDING_ENABLED": str(stage.sending_enabled).lower(),
        }
        function = self._function("serve_onsite", settings)
        self.state.customers.grant(function, "dynamodb:GetItem")
        self.intake.allow_publish(function, source=ONSITE_SOURCE)
        function.allow("secretsmanager:GetSecretValue", resources=[tokens.secret_arn, identities.secret_arn])
        self.state.switches.allow_read(function)
        self.pages.serve_site(function.live)

    def _receive_events(self) -> None:
        keys, zendesk = self.state.ingest_keys.secret_arn, self.state.zendesk_secret.secret_arn
        settings = {
            "BUS_NAME": self.intake.bus.event_bus_name,
            "INGEST_KEYS_SECRET": keys,
            "ZENDESK_SECRET": zendesk,
        }
        function = PythonFunction(self, "receive_events", workshop=self._workshop, settings=settings, templates=False)
        self.intake.allow_publish(function, source=HTTP_SOURCE)
        function.allow("secretsmanager:GetSecretValue", resources=[keys, zendesk])
        self.pages.take_events(function.live)

    def _export_audience(self) -> None:
        state = self.state
        tables = {"CUSTOMERS_TABLE": state.customers.table_name, "DECISIONS_TABLE": state.decisions.table_name}
        function = export_audience(
            self,
            workshop=self._workshop,
            runs=self.audience_queue,
            bucket=state.audience,
            index=state.audience_index,
            tables=tables,
        )
        state.customers.grant(function, READ)
        state.decisions.grant(function, WRITE)

    def _learn(self) -> None:
        state, workshop = self.state, self._workshop
        decisions, policies = state.decisions, state.policies
        learn_policy(self, workshop=workshop, decisions=decisions, policies=policies, failed=self.failed_learning_queue)
        refit_policies(self, workshop=workshop, decisions=decisions, policies=policies, runs=self.refit_queue)

    def _watch_fairness(self) -> None:
        state = self.state
        watch_fairness(
            self, workshop=self._workshop, looks=self.fairness_queue, lake=state.lake, decisions=state.decisions
        )

    def _report(self) -> None:
        state = self.state
        write_report(self, workshop=self._workshop, runs=self.report_queue, lake=state.lake, policies=state.policies)

    def _announce_deployment(self) -> None:
        """Let every function change only once what changes was announced."""
        state = self.state
        announced = AnnouncedDeployment(
            self,
            "Deployment",
            workshop=self._workshop,
            announcements=self.announcements,
            switches=state.switches,
            decisions=state.decisions,
            policies=state.policies,
        )
        announced.goes_before(self.functions)

    def _outputs(self) -> None:
        outputs = {
            **self.state.outputs,
            "BusName": self.intake.bus.event_bus_name,
            "EventsQueueUrl": self.events_queue.queue.queue_url,
            "WatchQueueUrl": self.watch_queue.queue.queue_url,
            "QuarantineQueueUrl": self.quarantine_queue.queue.queue_url,
            "EscalationsQueueUrl": self.escalations_queue.queue.queue_url,
            "AcknowledgementsQueueUrl": self.acknowledgements_queue.queue.queue_url,
            "SupportQueueUrl": self.support_queue.queue.queue_url,
            "SupportUrgentQueueUrl": self.support_urgent_queue.queue.queue_url,
            "AnswerCaseFunction": self.answer_case.function_name,
            "JourneyArn": self.journey.machine.state_machine_arn,
            "AudienceRunsQueueUrl": self.audience_queue.queue.queue_url,
            "MomentRunsQueueUrl": self.moments_queue.queue.queue_url,
            "RefitRunsQueueUrl": self.refit_queue.queue.queue_url,
            "SealRunsQueueUrl": self.seal_queue.queue.queue_url,
            "ReportRunsQueueUrl": self.report_queue.queue.queue_url,
            "FairnessLooksQueueUrl": self.fairness_queue.queue.queue_url,
            "FailedExportsQueueUrl": self.failed_exports_queue.queue.queue_url,
            **self.announcements.outputs,
            "PlaybookVersions": shipped_versions(),
            "PagesUrl": self.pages.url,
            "OnsiteUrl": f"{self.pages.url}/onsite",
            "EventsUrl": f"{self.pages.url}/events",
            "MailTopicArn": self.notices.mail.topic_arn,
            "InboundSmsTopicArn": self.notices.inbound_sms.topic_arn,
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)


def _urls(queues: Mapping[str, QueueWithDlq]) -> dict[str, str]:
    return {setting: source.queue.queue_url for setting, source in queues.items()}


def _allow_send(function: iam.IGrantable, queues: Mapping[str, QueueWithDlq]) -> None:
    for target in queues.values():
        target.queue.grant(function, "sqs:SendMessage")
