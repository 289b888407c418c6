"""A journey in virtual time: which function answers next, to the same effect as the runs of `infra/journey.asl.json`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from attune.domain.journeys import Journey
from attune_cli.errors import CommandError
from attune_cli.simulating.agenda import Agenda
from attune_cli.simulating.stage import Step, VirtualTime
from functions.plan_touch.planning import THEN

OUTCOMES: dict[str, frozenset[str]] = {
    "AfterTone": frozenset({"chosen", "escalate", "skip", "end"}),
    "AfterDelay": frozenset({"wait", "skip", "end"}),
    "AfterSend": frozenset({"sent", "held", "channel_failed", "withheld", "escalate", "end"}),
    "AfterReview": frozenset({"next_touch", "escalate", "end"}),
}
"""What each function may answer; a test holds this against the definition that first asked them."""


class TakesCases(Protocol):
    """Whoever opens a case because a journey's step asks for one."""

    def from_journey(self, event: dict[str, Any], /) -> object:
        """Open it, and end the journey."""
        ...


class Functions(Protocol):
    """The journey's functions."""

    choose_tone: Step
    choose_delay: Step
    send_message: Step
    review_journey: Step

    @property
    def desk(self) -> TakesCases:
        """Where cases are opened."""
        ...


@dataclass
class Run:
    """One running journey: what the state machine remembers between the steps."""

    journey: Journey
    customer_id: str
    touch: int = 1
    attempt: int = 1
    plan: dict[str, str] = field(default_factory=dict)

    def payload(self, now: datetime, **more: str) -> dict[str, Any]:
        """Return what a function is handed."""
        return {
            "journey_id": self.journey.journey_id,
            "customer_id": self.customer_id,
            "playbook": self.journey.playbook,
            "playbook_version": self.journey.playbook_version,
            "key": self.journey.key,
            "touch": self.touch,
            "entered_at": now,
            "attempt": self.attempt,
            "plan": self.plan,
            **more,
        }

    @property
    def contact_id(self) -> str:
        """The id of the present touch's contact."""
        return f"{self.journey.journey_id}#{self.touch}"


class Journeys:
    """Runs journeys."""

    stage: Functions
    _on_sent: Callable[[Run], None]

    def __init__(self, time: VirtualTime, agenda: Agenda) -> None:
        """Begin with none."""
        self._time, self._agenda = time, agenda
        self._started: set[str] = set()

    def listen(self, stage: Functions, on_sent: Callable[[Run], None]) -> None:
        """Ask this stage's functions, and tell of every contact."""
        self.stage, self._on_sent = stage, on_sent

    def start(self, journey: Journey, customer_id: str) -> None:
        """Start a journey, once for each name."""
        if journey.journey_id not in self._started:
            self._started.add(journey.journey_id)
            self._choose_tone(Run(journey, customer_id))

    def _choose_tone(self, run: Run) -> None:
        answer = self._asked("AfterTone", self.stage.choose_tone, run)
        match answer["outcome"]:
            case "chosen":
                run.plan = answer["plan"]
                if answer.get("at_once"):
                    self._send(run)
                else:
                    self._choose_delay(run)
            case "escalate":
                self.stage.desk.from_journey(run.payload(self._time.now, trigger=answer["trigger"]))
            case "skip":
                self._review(run)

    def _choose_delay(self, run: Run) -> None:
        answer = self._asked("AfterDelay", self.stage.choose_delay, run)
        match answer["outcome"]:
            case "wait":
                self._agenda.at(datetime.fromisoformat(answer["wait_until"]), self._send, run)
            case "skip":
                self._review(run)

    def _send(self, run: Run) -> None:
        answer = self._asked("AfterSend", self.stage.send_message, run)
        match answer["outcome"]:
            case "sent":
                self._on_sent(run)
                self._agenda.at(datetime.fromisoformat(answer["wait_until"]), self._review, run)
            case "held":
                run.attempt += 1
                self._agenda.at(datetime.fromisoformat(answer["wait_until"]), self._send, run)
            case "channel_failed":
                run.attempt, run.plan = run.attempt + 1, {}
                self._choose_tone(run)
            case "withheld":
                self._review(run)
            case "escalate":
                self.stage.desk.from_journey(run.payload(self._time.now, trigger=answer["trigger"]))

    def _review(self, run: Run) -> None:
        answer = self._asked("AfterReview", self.stage.review_journey, run)
        match answer["outcome"]:
            case "next_touch":
                run.touch, run.attempt, run.plan = answer["touch"], 1, {}
                self._choose_tone(run)
            case "escalate":
                self.stage.desk.from_journey(run.payload(self._time.now, trigger=answer["trigger"]))

    def _asked(self, choice: str, function: Callable[[dict[str, Any]], dict[str, Any]], run: Run) -> dict[str, Any]:
        now = self._time.now + THEN if choice == "AfterDelay" else self._time.now
        answer = function(run.payload(now))
        if answer["outcome"] not in OUTCOMES[choice]:
            raise CommandError(f"a function answered {answer['outcome']!r}, which {choice} does not know")
        return answer
