"""The functions of a stage, as they are deployed, over tables in memory and a clock of their own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from attune.adapters.clock import Clock
from attune.adapters.friction_file import load_friction
from attune.adapters.hours_file import load_contact_calendar
from attune.adapters.journey_steps import JourneySteps
from attune.adapters.text_library import load
from attune.domain.clock import ClockScale
from attune.domain.contact_calendar import ContactCalendar
from attune.domain.customers import Customer
from attune.domain.friction import FrictionScorer
from attune.domain.journeys import Journey
from attune.domain.playbooks import Playbook
from attune.domain.texts import TextLibrary
from attune_cli.simulating.desk import Desk
from attune_cli.simulating.in_memory import (
    AgreesAtOnce,
    Calls,
    Customers,
    Delivers,
    Journal,
    LearntPolicies,
    MailCounts,
)
from attune_cli.simulating.remembering import RememberingCalendar, RememberingLibrary, RememberingScorer
from functions.choose_delay.choosing import DelayChooser
from functions.choose_tone.choosing import ToneChooser
from functions.review_journey.reviewing import Reviewer
from functions.score_friction.watching import Watcher
from functions.send_message.sending import Sending

type Step = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Rules:
    """What people decided, read from a templates folder: friction, contact hours, texts, tones and approvals."""

    scorer: FrictionScorer
    calendar: ContactCalendar
    library: TextLibrary

    @classmethod
    def read(cls, templates: Path) -> "Rules":
        """Read a folder."""
        scorer = load_friction(templates)
        calendar = RememberingCalendar(load_contact_calendar(templates))
        return cls(RememberingScorer(scorer.rules, scorer.dropoff), calendar, RememberingLibrary.of(load(templates)))


class VirtualTime:
    """The clock's hands."""

    def __init__(self, now: datetime) -> None:
        """Begin at an instant."""
        self.now = now.astimezone(UTC)
        self.clock = Clock(ClockScale(), lambda: self.now)


class StageInMemory:
    """One stage: what it knows (`customers`, `policies`, `mail`), what it wrote down (`journal`), and its functions.

    The functions are those that Lambda runs; where they are typed to AWS adapters, they get what does the same here.
    """

    def __init__(
        self,
        rules: Rules,
        playbook: Playbook,
        customers: Iterable[Customer],
        time: VirtualTime,
        start: Callable[[Journey, str], None],
    ) -> None:
        """Wire everything; `start` is called with every journey that starts and its customer's id."""
        self.customers = Customers(customers)
        self.journal, self.policies, self.mail = Journal(), LearntPolicies(), MailCounts()
        steps = JourneySteps(
            cast("Any", self.customers),
            cast("Any", self.journal),
            {playbook.id: playbook},
            rules.scorer,
            time.clock,
            rules.calendar,
        )
        tones = ToneChooser(steps, rules.library, cast("Any", self.policies))
        delays = DelayChooser(steps, cast("Any", self.policies))
        sending = Sending(
            steps,
            cast("Any", Delivers(rules.library)),
            sending_enabled=True,
            dry_run=False,
            complaints=cast("Any", self.mail),
            go_aheads=cast("Any", AgreesAtOnce()),
        )
        nobody_reads = cast("Any", Calls(lambda _: None))
        self.desk = Desk(self.customers, steps, time.clock)
        starter = cast("Any", _Starter(start))
        self.watch = Watcher(steps, nobody_reads, starter, cast("Any", Calls(self.desk.request))).look
        self.choose_tone: Step = tones.choose
        self.choose_delay: Step = delays.choose
        self.send_message: Step = sending.send
        self.review_journey: Step = Reviewer(steps).review


@dataclass(frozen=True)
class _Starter:
    begin: Callable[[Journey, str], None]

    def start(self, journey: Journey, customer_id: str) -> None:
        """Start a journey."""
        self.begin(journey, customer_id)
