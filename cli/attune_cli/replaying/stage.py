"""A stage without AWS: every function between an event and a message, as deployed, over tables in memory."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self, cast

from attune.adapters.delivering import Delivery
from attune.adapters.friction_file import load_friction
from attune.adapters.hours_file import load_contact_calendar
from attune.adapters.identities import Identities
from attune.adapters.journey_steps import JourneySteps
from attune.adapters.links import Links
from attune.adapters.merges import Merges
from attune.adapters.personal_file import load_personal_rules
from attune.adapters.playbook_archive import PlaybookArchive, load_archive
from attune.adapters.slot_values import SlotValues
from attune.adapters.sms_countries import load_sms_rules
from attune.adapters.text_library import load
from attune.adapters.texting import Texting
from attune.domain.contact_calendar import ContactCalendar
from attune.domain.friction import FrictionScorer
from attune.domain.journeys import Journey
from attune.domain.personal_moments import PersonalRules
from attune.domain.playbooks import Playbook
from attune.domain.sms_senders import SmsRules, SmsSenders
from attune.domain.texts import TextLibrary
from attune_cli.replaying.customers import CustomersInMemory, LinksInMemory
from attune_cli.replaying.log import Log
from attune_cli.replaying.providers import Complaints, Desk, Dues, NoProvider, Queue, Versions, Watches
from attune_cli.replaying.remembering import ForgetfulScorer, Reader
from attune_cli.simulating.agenda import Agenda
from attune_cli.simulating.in_memory import AgreesAtOnce, LearntPolicies
from attune_cli.simulating.remembering import RememberingCalendar, RememberingLibrary
from attune_cli.simulating.stage import Step, VirtualTime
from functions.acknowledge_reply.acknowledging import Acknowledger
from functions.choose_delay.choosing import DelayChooser
from functions.choose_tone.choosing import ToneChooser
from functions.escalate.escalating import Escalator
from functions.find_moments.finding import MomentFinder
from functions.find_moments.suggesting import Suggester
from functions.ingest_events.ingesting import Ingest
from functions.review_journey.reviewing import Reviewer
from functions.score_friction.watching import Watcher
from functions.send_message.sending import Sending
from functions.send_message.settings import Settings

SITE = "https://shop.example"
SENDER = {
    "STAGE": "replay",
    "CODE_VERSION": "",
    "CUSTOMERS_TABLE": "",
    "DECISIONS_TABLE": "",
    "POLICIES_TABLE": "",
    "SUPPORT_QUEUE_URL": "",
    "LINK_KEY_SECRET": "",
    "SWITCHES_PARAMETER": "",
    "EMAIL_FROM": "Replay <replay@shop.example>",
    "EMAIL_REPLY_TO": "replay@shop.example",
    "CONFIGURATION_SET": "",
    "SMS_SENDER_ID": "Replay",
    "PAGES_URL": SITE,
    "SITE_URL": SITE,
    "COMPANY_NAME": "Replay",
    "POSTAL_ADDRESS": "nowhere",
    "SUPPORT_PHONE": "+44 20 7946 0000",
    "DRY_RUN": "false",
    "SENDING_ENABLED": "true",
}
"""Who would send; nothing is sent, and no text differs by more than a name."""


@dataclass(frozen=True)
class Rules:
    """What people decided besides playbooks, read from a templates folder; both versions share it."""

    scorer: FrictionScorer
    calendar: ContactCalendar
    library: TextLibrary
    sms: SmsRules
    personal: PersonalRules
    archive: PlaybookArchive
    reader: Reader = field(default_factory=Reader)

    @classmethod
    def read(cls, templates: Path) -> Self:
        """Read a folder."""
        calendar = RememberingCalendar(load_contact_calendar(templates))
        friction = load_friction(templates)
        library = RememberingLibrary.of(load(templates))
        others = load_sms_rules(templates), load_personal_rules(templates), load_archive(templates)
        return cls(ForgetfulScorer(friction.rules, friction.dropoff), calendar, library, *others)


class Stage:
    """Everything that is deployed between an event and a message, wired as its handlers wire it."""

    def __init__(
        self,
        rules: Rules,
        playbooks: Mapping[str, Playbook],
        *,
        time: VirtualTime,
        agenda: Agenda,
        before: Playbook | None,
        seed: int,
        recorded_until: datetime,
        start: Callable[[Journey, str], None],
        on_case: Callable[[Mapping[str, Any]], None],
        on_rejected: Callable[[Mapping[str, Any]], None],
    ) -> None:
        """`before` is what those get who are not in a roll-out; `start` hears of journeys, `on_case` of what goes to support, `on_rejected` of what goes to quarantine."""
        clock = time.clock
        key = f"replay {seed}"
        self.log = Log()
        self.customers = CustomersInMemory(clock, lambda name: _secret(key, name))
        customers, log = cast("Any", self.customers), cast("Any", self.log)
        versions = cast("Any", Versions(rules.archive, before))
        self.steps = JourneySteps(customers, log, playbooks, rules.scorer, clock, rules.calendar, versions)
        policies, complaints = cast("Any", LearntPolicies()), Complaints()
        nobody, desk = cast("Any", NoProvider()), cast("Any", Desk(on_case))

        def queue(answer: Callable[[str], object]) -> Any:
            return Queue(time, agenda, answer)

        settings = Settings.model_validate(SENDER)
        numbers = dict.fromkeys(rules.sms.countries, settings.support_phone)  # as if the stage had one in each
        texting = Texting(rules.sms, SmsSenders(numbers, settings.sms_sender_id))
        slots = SlotValues(settings, Links(key))
        delivery = Delivery(customers, rules.library, slots, nobody, nobody, nobody, texting, clock)
        again = queue(self._acknowledge)
        self.acknowledger = Acknowledger(self.steps, delivery, again, sending_enabled=True, dry_run=False)
        self.desk = Escalator(self.steps, rules.library, desk, desk, again, SITE, personal=rules.personal)
        escalations = queue(self.desk.from_queue)
        self.watches = Watches(queue(self._look), recorded_until)
        watches = cast("Any", self.watches)
        self.watcher = Watcher(self.steps, watches, cast("Any", _Starter(start)), escalations)
        suggester = Suggester(customers, log, escalations, rules.personal)
        self.finder = MomentFinder(customers, cast("Any", Dues(self.customers)), watches, suggester, clock)
        identities = Identities(cast("Any", LinksInMemory()), Merges(customers, log), key)
        self.ingest = Ingest(
            self.steps.tables,
            watches,
            cast("Any", Desk(on_rejected)),
            escalations,
            identities,
            complaints=cast("Any", complaints),
            read=rules.reader.read,
        )
        self.choose_tone: Step = ToneChooser(self.steps, rules.library, policies).choose
        self.choose_delay: Step = DelayChooser(self.steps, policies).choose
        sending = Sending(
            self.steps,
            delivery,
            sending_enabled=True,
            dry_run=False,
            complaints=cast("Any", complaints),
            go_aheads=cast("Any", AgreesAtOnce()),
        )
        self.send_message: Step = sending.send
        self.review_journey: Step = Reviewer(self.steps).review

    def _acknowledge(self, body: str) -> None:
        self.acknowledger.from_queue(body)

    def _look(self, body: str) -> None:
        self.watcher.look(body)


@dataclass(frozen=True)
class _Starter:
    begin: Callable[[Journey, str], None]

    def start(self, journey: Journey, customer_id: str) -> None:
        """Start a journey."""
        self.begin(journey, customer_id)


def _secret(key: str, name: str) -> str:
    """Return somebody's secret: the same for the same seed, so that both versions draw alike."""
    return hmac.new(key.encode(), name.encode(), hashlib.sha256).hexdigest()
