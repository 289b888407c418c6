"""The whole system in one process and in virtual time: real functions, real definition, moto's tables and senders."""

import heapq
import itertools
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses import ses_backends
from moto.sns import sns_backends

from attune.adapters.clock import Clock
from attune.adapters.complaint_rate import BrakeReader, ComplaintCounts
from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.delay_chooser import DelayChooser
from attune.adapters.delivering import Delivery
from attune.adapters.due_index import DueIndex
from attune.adapters.email import EmailSender
from attune.adapters.friction_file import load_friction
from attune.adapters.hours_file import load_contact_calendar
from attune.adapters.identities import Identities
from attune.adapters.identity_links import IdentityLinks
from attune.adapters.journey_starter import first_run
from attune.adapters.journey_steps import JourneySteps
from attune.adapters.links import Links
from attune.adapters.merges import Merges
from attune.adapters.personal_file import load_personal_rules
from attune.adapters.playbook_archive import PlaybookArchive
from attune.adapters.playbook_files import load_playbooks
from attune.adapters.policies_table import PoliciesTable
from attune.adapters.queues import TouchRun
from attune.adapters.send_rate import SendRate
from attune.adapters.slot_values import SlotValues
from attune.adapters.sms import SnsSmsSender
from attune.adapters.sms_countries import load_sms_rules
from attune.adapters.text_library import load
from attune.adapters.texting import Texting
from attune.adapters.tone_chooser import ToneChooser
from attune.domain.clock import ClockScale
from attune.domain.journeys import Journey
from attune.domain.playbooks import Playbook
from attune.domain.sms_senders import SmsSenders
from attune.domain.switches import Switches
from functions.acknowledge_reply.acknowledging import Acknowledger
from functions.escalate.escalating import Escalator
from functions.find_moments.finding import MomentFinder
from functions.find_moments.suggesting import Suggester
from functions.ingest_events.ingesting import Ingest
from functions.plan_touch.planning import TouchPlanner
from functions.review_journey.reviewing import Reviewer
from functions.score_friction.watching import Watcher
from functions.send_message.asking import GoAheads
from functions.send_message.sending import Sending
from functions.send_message.settings import Settings as SendSettings
from tests.support import ses_account  # noqa: F401 - moto does not know the account's quota
from tests.support.acme import ACME
from tests.support.events import envelope
from tests.support.state_machine import Execution, load_definition
from tests.support.tables import create_tables

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
REGION = "us-east-1"
ARNS = {
    "PlanTouchArn": "plan_touch",
    "SendMessageArn": "send_message",
    "ReviewJourneyArn": "review_journey",
    # What only journeys of the definition before this one ask.
    "ChooseToneArn": "choose_tone",
    "ChooseDelayArn": "choose_delay",
    "EscalateArn": "escalate",
}


@dataclass
class VirtualQueue:
    """A queue whose messages arrive in virtual time, at `consumer`, or stay to be looked at."""

    world: "World"
    consumer: Callable[[str], None] | None = None
    messages: list[dict[str, Any]] = field(default_factory=list)

    def send(self, message: Any, *, delay_seconds: int = 0) -> None:
        body = message.model_dump_json() if hasattr(message, "model_dump_json") else json.dumps(message)
        self.messages.append(json.loads(body))
        if self.consumer is not None:
            consumer = self.consumer
            self.world.at(self.world.now + timedelta(seconds=delay_seconds), lambda: consumer(body))


@dataclass(frozen=True)
class Starter:
    """Starts what the real starter starts, in the world."""

    start: Callable[[Journey, str], None]
    run: Callable[[TouchRun], None]


class World:
    """Publish events, let time pass, and look at what came of it. Use inside `mock_aws`."""

    def __init__(
        self, now: datetime, *, archive: PlaybookArchive | None = None, dry_run: bool = False, dynamodb: Any = None
    ) -> None:
        self.now = now
        self.cases_in_dry_run = True
        self.switches = Switches()
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self.executions: dict[str, Execution] = {}
        self.tally: Counter[str] = Counter()
        self.clock = Clock(ClockScale(), lambda: self.now)
        self.dynamodb = dynamodb or boto3.client("dynamodb", region_name=REGION)
        create_tables(self.dynamodb)
        # Numbered, not drawn: what a policy chooses hangs on the subject, and a story must go the same way every time.
        people = itertools.count(1)
        self.customers = CustomersTable(self.dynamodb, "customers", self.clock, lambda: f"{next(people):064x}")
        self.library = load(TEMPLATES)
        self.archive = archive or PlaybookArchive(TEMPLATES / "playbooks")
        self.deploy(dict(load_playbooks(TEMPLATES)), dry_run=dry_run)

    def deploy(self, playbooks: dict[str, Playbook], *, dry_run: bool = False) -> None:
        """Put new functions over the same tables."""
        self.dry_run = dry_run
        self.decisions_table = DecisionsTable(self.dynamodb, "decisions", self.clock, "test", dry_run=dry_run)
        self.steps = JourneySteps(
            self.customers,
            self.decisions_table,
            playbooks,
            load_friction(TEMPLATES),
            self.clock,
            load_contact_calendar(TEMPLATES),
            self.archive,
            dry_run,
        )
        self._wire()

    def queue(self, name: str, consumer: Callable[[str], None] | None = None) -> VirtualQueue:
        """Return a queue; a world whose queues misbehave puts its own in here."""
        return VirtualQueue(self, consumer)

    def _wire(self) -> None:
        self.quarantine, self.support, self.urgent = map(self.queue, ("quarantine", "support", "urgent"))
        self.acknowledgements = self.queue("acknowledgements", self._acknowledge)
        queues = (self.support, self.urgent, self.acknowledgements)
        personal = load_personal_rules(TEMPLATES)
        escalator = Escalator(  # type: ignore[misc]
            self.steps,
            self.library,
            *queues,  # type: ignore[arg-type]
            "https://shop.example",
            personal=personal,
            cases_in_dry_run=self.cases_in_dry_run,
        )
        self.escalations = self.queue("escalations", escalator.from_queue)
        self.watch_queue = self.queue("watch")
        starter = Starter(self.start, self.run_touch)
        watcher = Watcher(self.steps, self.watch_queue, starter, self.escalations, self._switches)  # type: ignore[arg-type]
        self.watch_queue.consumer = watcher.look
        index = DueIndex(self.dynamodb, "customers")
        suggester = Suggester(self.customers, self.decisions_table, self.escalations, personal)  # type: ignore[arg-type]
        self.finder = MomentFinder(self.customers, index, self.watch_queue, suggester, self.clock)  # type: ignore[arg-type]
        links = IdentityLinks(self.dynamodb, "customers")
        self.identities = Identities(links, Merges(self.customers, self.decisions_table), "a key for tests")
        self.complaints = ComplaintCounts(self.dynamodb, "policies")
        self.ingest = Ingest(
            self.steps.tables,
            self.watch_queue,
            self.quarantine,
            self.escalations,
            self.identities,
            complaints=self.complaints,
        )  # type: ignore[arg-type]
        self.links = Links("a key for tests")
        ses = boto3.client("sesv2", region_name=REGION)
        ses.create_email_identity(EmailIdentity="care@shop.example")
        settings = SendSettings.model_validate(SEND_ENVIRONMENT)
        self.delivery = Delivery(
            self.customers,
            self.library,
            SlotValues(settings, self.links),
            EmailSender(ses, settings.email_from, settings.email_reply_to, settings.configuration_set),
            SnsSmsSender(boto3.client("sns", region_name=REGION)),
            SendRate(ses, settings.email_senders),
            Texting(load_sms_rules(TEMPLATES), SmsSenders(settings.sms_numbers, settings.sms_sender_id)),
            self.clock,
        )

        def seconds() -> float:
            return self.now.timestamp()

        brake = BrakeReader(self.complaints, monotonic=seconds)
        go_aheads = GoAheads(self.steps, self.delivery, self.support)  # type: ignore[arg-type]
        self.sending = Sending(
            self.steps,
            self.delivery,
            settings.sending_enabled,
            self.dry_run,
            brake,
            go_aheads,
            switches=self._switches,
        )
        self.acknowledger = Acknowledger(self.steps, self.delivery, self.acknowledgements, True, self.dry_run)  # type: ignore[arg-type]
        policies = PoliciesTable(self.dynamodb, "policies")
        tones, delays = ToneChooser(self.steps, self.library, policies), DelayChooser(self.steps, policies)
        self.functions: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "plan_touch": TouchPlanner(self.steps, tones, delays).plan,
            "choose_tone": tones.choose,
            "choose_delay": delays.choose,
            "send_message": self._send,
            "review_journey": Reviewer(self.steps, self.watch_queue, self.escalations).review,  # type: ignore[arg-type]
            "escalate": escalator.from_journey,
        }

    def _switches(self) -> Switches:
        return self.switches  # looked up at the call, so that a story may switch something

    def _send(self, event: dict[str, Any]) -> dict[str, Any]:
        return self.sending.send(event)  # looked up at the call, so that a test may put another sender in

    def _acknowledge(self, body: str) -> None:
        self.acknowledger.from_queue(body)

    def at(self, time: datetime, act: Callable[[], None]) -> None:
        """Let something happen at a time."""
        heapq.heappush(self._agenda, (time, next(self._numbers), act))

    def run(self, duration: timedelta) -> None:
        """Let time pass."""
        until = self.now + duration
        while self._agenda and self._agenda[0][0] <= until:
            time, _, act = heapq.heappop(self._agenda)
            self.now = max(self.now, time)
            act()
        self.now = until

    def run_days(self, days: int) -> None:
        """Let days pass, looking once a day at what is due; on a stage that is every hour."""
        for _ in range(days):
            self.run(timedelta(days=1))
            self.finder.find(self.now)

    def publish(self, *calls: dict[str, Any]) -> list[str]:
        """Publish calls as one batch, now; return the message ids that ingest wants again."""
        return self.deliver(*(envelope(call) for call in calls))

    def deliver(self, *bodies: str) -> list[str]:
        """Hand bodies to ingest as one SQS batch."""
        records = [{"messageId": f"q-{number}", "body": body} for number, body in enumerate(bodies)]
        failed, tally = self.ingest.batch(records)
        self.tally.update(tally)
        return failed

    def start(self, journey: Journey, customer_id: str) -> None:
        """Start a journey's first touch."""
        self.run_touch(first_run(journey, customer_id))

    def run_touch(self, touch: TouchRun) -> None:
        """Start an execution, once per name, like Step Functions."""
        if touch.name in self.executions:
            return
        payload = touch.model_dump()
        execution = Execution(load_definition(ARNS), payload, lambda name, event: self.functions[name](event))
        self.executions[touch.name] = execution
        self._advance(execution)

    def _advance(self, execution: Execution) -> None:
        until = execution.advance(self.now)
        if until is not None:
            self.at(max(until, self.now), lambda: self._advance(execution))

    @property
    def journeys(self) -> list[str]:
        """The journeys that began, whatever number of runs each took."""
        return list(dict.fromkeys(execution.begun_with["journey_id"] for execution in self.executions.values()))

    @property
    def visited(self) -> list[str]:
        """The states that runs entered, run after run."""
        return [name for execution in self.executions.values() for name in execution.visited]

    def decisions(self, customer_id: str = "", kind: str = "") -> list[dict[str, Any]]:
        """Return recorded decisions in time order, of one customer and kind if given."""
        rows = self.dynamodb.get_paginator("scan").paginate(TableName="decisions").build_full_result()["Items"]
        found = [{name: next(iter(value.values())) for name, value in row.items()} for row in rows]
        if customer_id:
            customer = self.customers.load(customer_id)
            assert customer is not None
            found = [row for row in found if row["subject_key"] == customer.profile.subject_key]
        return sorted((row for row in found if not kind or row["kind"] == kind), key=lambda row: row["sk"])

    def choices(self, customer_id: str, kind: str) -> list[str]:
        """Return what was chosen, in time order."""
        return [row["choice"] for row in self.decisions(customer_id, kind)]

    @property
    def emails(self) -> list[Any]:
        """Emails handed to SES."""
        return list(ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages)

    @property
    def texts(self) -> list[tuple[str, str]]:
        """SMS handed to SNS: phone and words."""
        return list(sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages.values())


SEND_ENVIRONMENT = {
    "STAGE": "test",
    "CODE_VERSION": "test",
    "CUSTOMERS_TABLE": "customers",
    "DECISIONS_TABLE": "decisions",
    "POLICIES_TABLE": "policies",
    "SUPPORT_QUEUE_URL": "https://sqs.test/support",
    "LINK_KEY_SECRET": "key",
    **ACME,
}
