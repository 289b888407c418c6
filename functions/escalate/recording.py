"""What became of a request for a person, as decisions and outcomes."""

from collections.abc import Callable, Mapping

from attune.adapters.journey_steps import JourneySteps
from attune.adapters.queues import EscalationRequest
from attune.domain.case_triggers import TRIGGER_SENTENCES, CaseTrigger
from attune.domain.cases import CaseFile
from attune.domain.clock import format_instant
from attune.domain.decision_groups import groups_of
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.journeys import Journey
from attune.domain.learning.outcomes import Happening
from attune.domain.outcome_kinds import OutcomeKind
from attune.domain.situation import Situation

OPENED = "opened"
JOINED = "joined"
ALREADY_DONE = "already_done"
SWITCHED_OFF = "switched_off"
NOT_NEEDED = "not_needed"
BY_THE_CUSTOMER = frozenset(
    {CaseTrigger.ASKED_FOR_HELP, CaseTrigger.WANTS_A_PERSON, CaseTrigger.SENTIMENT_DIP, CaseTrigger.DISTRESS}
)
"""Cases that tell something of a customer: the others are opened by our own rules, never for who is held out."""


class EscalationLog:
    """Writes down that a case was opened, joined, or not opened and why; written again, it changes nothing."""

    def __init__(self, steps: JourneySteps, *, reaches_support: Callable[[EscalationRequest], bool]) -> None:
        """Keep where decisions and outcomes go, and what tells whether support gets a request in a dry run."""
        self._steps = steps
        self._reaches_support = reaches_support

    def opened(self, request: EscalationRequest, situation: Situation, journey: Journey | None, file: CaseFile) -> None:
        """Write down that a case was opened."""
        self.record(request, situation, journey, OPENED, file.case_id, due=due_of(file))
        if request.trigger in BY_THE_CUSTOMER:
            opened = Happening(kind=OutcomeKind.CASE_OPENED, at=request.at)
            self._steps.tables.record_outcomes(situation.customer, [opened])

    def record(
        self,
        request: EscalationRequest,
        situation: Situation,
        journey: Journey | None,
        choice: str,
        case_id: str,
        *,
        due: Mapping[str, str] | None = None,
        why: Reason | None = None,
    ) -> None:
        """Write down what was chosen, why a person was called, and `why` it came to nothing where it did."""
        called = Reason(request.trigger, TRIGGER_SENTENCES.get(request.trigger, "A person must take over."))
        subject = situation.customer.profile.subject_key
        self._steps.decisions.record(
            Decision(
                decision_id=decision_id(f"{subject}#escalation#{request.message_id}"),
                time=request.at,
                kind=DecisionKind.ESCALATION,
                subject_key=subject,
                choice=choice,
                reasons=(called,) if why is None else (why, called),
                journey_id=journey.journey_id if journey else "",
                playbook=journey.playbook if journey else "",
                playbook_version=journey.playbook_version if journey else "",
                inputs={
                    **groups_of(situation.customer, fallback_locale=situation.locale),
                    "case_id": case_id,
                    **({"priority": ""} if due is None else due),
                    **({"reached_support": self._reaches_support(request)} if self._steps.dry_run else {}),
                    "channel": request.channel,
                    "friction": round(situation.friction.score, 4),
                    "friction_level": situation.friction.level.value,
                    **request.reading,
                },
                model_version=situation.friction.model_version,
            )
        )


def due_of(file: CaseFile) -> Mapping[str, str]:
    """Return how soon a person must answer, as the log has it."""
    return {"priority": file.priority.value, "due_by": format_instant(file.due_by)}
