"""What the journey's functions share: read the step, read the customer afresh, note decisions, end the journey."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.playbook_archive import PlaybookArchive
from attune.adapters.tables import Tables
from attune.domain.clock import format_instant
from attune.domain.contact_calendar import ContactCalendar
from attune.domain.customers import Customer
from attune.domain.decision_groups import groups_of
from attune.domain.decisions import Decision, DecisionKind, Option, Reason, decision_id
from attune.domain.errors import ConflictError
from attune.domain.friction import FrictionScorer
from attune.domain.journeys import Journey, JourneyStatus, Step
from attune.domain.playbooks import Playbook
from attune.domain.rollouts import pinned_version
from attune.domain.situation import Situation, journey_situation

SAVE_TRIES = 5

type Result = dict[str, Any]


class StepPayload(BaseModel):
    """What the state machine hands to each of its functions."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    journey_id: str
    customer_id: str
    playbook: str
    playbook_version: str
    key: str
    touch: int = Field(ge=1)
    entered_at: datetime
    attempt: int = 1
    plan: dict[str, str] = Field(default_factory=dict)
    failed: dict[str, str] | None = None
    trigger: str = ""
    told: str = ""
    """The outcome of the step before, on the line of one touch; empty for journeys of the definition before that."""

    @field_validator("plan", mode="before")
    @classmethod
    def _no_plan_is_empty(cls, plan: object) -> object:
        return {} if plan is None else plan


@dataclass(frozen=True)
class OpenStep:
    """A step with the customer and the journey as they are now."""

    step: Step
    payload: StepPayload
    playbook: Playbook
    journey: Journey
    situation: Situation


@dataclass(frozen=True)
class JourneySteps:
    """Opens, notes and ends steps over the tables."""

    customers: CustomersTable
    decisions: DecisionsTable
    playbooks: Mapping[str, Playbook]
    friction: FrictionScorer
    clock: Clock
    calendar: ContactCalendar = field(default_factory=ContactCalendar)
    archive: PlaybookArchive = field(default_factory=PlaybookArchive)
    dry_run: bool = False

    def open(self, event: Mapping[str, Any]) -> OpenStep | None:
        """Read a step; None if nothing may follow.

        That is when the customer was forgotten, when the deployed playbooks no longer hold this step, or when it began in
        a dry run and the stage sends now: then the journey is ended, with a decision that says so.
        """
        payload = StepPayload.model_validate(event)
        deployed = self.playbooks.get(payload.playbook)
        playbook = pinned_version(payload.playbook, payload.playbook_version, deployed, self.archive)
        customer = self.customers.load(payload.customer_id)
        journey = customer.journeys.get(payload.journey_id) if customer else None
        if customer is None or journey is None:
            return None
        step = self._step(payload, customer)
        if playbook is None or payload.touch > len(playbook.touches):
            self._withdraw(step, customer, journey, _PLAYBOOK_WITHDRAWN)
            return None
        if journey.dry_run and not self.dry_run:
            self._withdraw(step, customer, journey, _BEGAN_IN_A_DRY_RUN)
            return None
        seen = journey_situation(customer, playbook, self.friction, journey, self.clock.now())
        situation = replace(seen, calendar=self.calendar)
        return OpenStep(step, payload, playbook, journey, situation)

    def _step(self, payload: StepPayload, customer: Customer) -> Step:
        return Step(
            journey_id=payload.journey_id,
            customer_id=customer.customer_id,
            playbook=payload.playbook,
            playbook_version=payload.playbook_version,
            key=payload.key,
            touch=payload.touch,
            entered_at=self.clock.scale.to_stage(payload.entered_at),
            attempt=payload.attempt,
        )

    def _withdraw(self, step: Step, customer: Customer, journey: Journey, why: Reason) -> None:
        """End a journey that cannot go on as it began."""
        self.decisions.record(
            Decision(
                decision_id=decision_id(step.decision_ref("journey#withdrawn")),
                time=step.entered_at,
                kind=DecisionKind.JOURNEY,
                subject_key=customer.profile.subject_key,
                choice="withdrawn",
                reasons=(why,),
                journey_id=step.journey_id,
                playbook=step.playbook,
                playbook_version=step.playbook_version,
                touch=step.touch,
            )
        )
        self._mark_ended(step.customer_id, journey, why)

    def note(
        self,
        opened: OpenStep,
        kind: DecisionKind,
        choice: str,
        reasons: tuple[Reason, ...],
        *,
        options: tuple[Option, ...] = (),
        model_version: str = "",
        dry_run: bool = False,
        **inputs: str | float | bool,
    ) -> None:
        """Write a decision about this step down."""
        situation = opened.situation
        self.decisions.record(
            Decision(
                decision_id=decision_id(opened.step.decision_ref(f"{kind}#{choice}")),
                time=opened.step.entered_at,
                kind=kind,
                subject_key=situation.customer.profile.subject_key,
                choice=choice,
                reasons=reasons,
                journey_id=opened.step.journey_id,
                playbook=opened.step.playbook,
                playbook_version=opened.step.playbook_version,
                touch=opened.step.touch,
                inputs={
                    **groups_of(situation.customer),
                    "journey_since": format_instant(opened.journey.since),
                    "friction": round(situation.friction.score, 4),
                    "friction_level": situation.friction.level.value,
                    "price_sensitive": situation.price_sensitive,
                    "locale": situation.locale,
                    "device": situation.device,
                    "arrived_by": situation.arrived_by,
                    "zone_known": situation.zone is not None,
                    **_served_by(opened),
                    **inputs,
                },
                options=options,
                model_version=model_version,
                dry_run=dry_run,
            )
        )

    @property
    def tables(self) -> Tables:
        """The same tables, for whoever takes facts in beside the steps."""
        return Tables(self.customers, self.decisions, self.playbooks, self.clock)

    def end(self, opened: OpenStep, reason: Reason) -> Result:
        """Mark the journey as ended and tell the state machine so."""
        self._mark_ended(opened.step.customer_id, opened.journey, reason)
        return {"outcome": "end", "reason": reason.code}

    def _mark_ended(self, customer_id: str, journey: Journey, reason: Reason) -> None:
        for _ in range(SAVE_TRIES):
            if journey.status is JourneyStatus.ENDED:
                break
            try:
                ended = replace(journey, status=JourneyStatus.ENDED, ended_because=reason.code)
                self.customers.save(customer_id, ended)
                break
            except ConflictError:
                customer = self.customers.load(customer_id)
                current = customer.journeys.get(journey.journey_id) if customer else None
                if current is None:
                    break
                journey = current
        else:
            message = f"the journey kept changing for {SAVE_TRIES} tries"
            raise ConflictError(message)


def _served_by(opened: OpenStep) -> dict[str, str]:
    """Say so where a journey goes on under another version than it began with, because that is not at hand any more."""
    version = opened.playbook.version
    return {} if version == opened.step.playbook_version else {"served_by": version}


_PLAYBOOK_WITHDRAWN = Reason("playbook_withdrawn", "The deployed playbooks no longer hold this step of the journey.")
_BEGAN_IN_A_DRY_RUN = Reason(
    "began_in_dry_run", "It began in a dry run: its messages so far were not sent, so the next would come from nowhere."
)

GONE: Result = {"outcome": "end", "reason": "gone"}
"""The answer when nothing is left to act on: the customer was forgotten, or the playbook withdrawn."""
