"""Hand over to a person: one open case per customer and undertaking, with the whole story."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from attune.adapters.case_messages import to_message
from attune.adapters.case_writing import CaseWriter
from attune.adapters.draft_requests import draft_request
from attune.adapters.journey_steps import JourneySteps, Result
from attune.adapters.logs import Logger
from attune.adapters.queues import AcknowledgementRequest, EscalationRequest, Outbox
from attune.domain.acknowledgements import ONE_IN, is_keyword, time_to_answer
from attune.domain.case_triggers import (
    ASKED_BY_THE_CUSTOMER,
    DATA_TRIGGERS,
    DATA_WITHIN,
    DIRECT,
    GESTURES,
    MY_DATA,
    CaseTrigger,
)
from attune.domain.cases import CaseFile, Priority, case_id_for
from attune.domain.customers import Case, Customer
from attune.domain.decisions import Reason
from attune.domain.errors import AttuneError, ConflictError
from attune.domain.journeys import Journey
from attune.domain.personal_moments import PersonalRules
from attune.domain.playbooks import Playbook
from attune.domain.replies_unread import why_unread
from attune.domain.situation import Situation, assess, running_journey
from attune.domain.texts import TextLibrary
from functions.escalate.belonging import about_of, begun_for, case_about
from functions.escalate.recording import (
    ALREADY_DONE,
    BY_THE_CUSTOMER,
    JOINED,
    NOT_NEEDED,
    OPENED,
    SWITCHED_OFF,
    EscalationLog,
    due_of,
)

SAVE_TRIES = 5
SENDING_TAKES = timedelta(seconds=30)
FORGOTTEN = "forgotten"
"""What becomes of a request whose customer was forgotten while it was being looked at: support gets nothing of them."""
WRITTEN = BY_THE_CUSTOMER | {CaseTrigger.REPLY}
"""Triggers by something that the customer wrote, and that is to be acknowledged."""

logger = Logger(child=True)


class CaseInProgressError(AttuneError):
    """Raised when another process is opening the same case; the request comes again a little later."""


@dataclass(frozen=True)
class Escalator:
    """Opens cases on support's queues, and has whoever wrote told that somebody will answer."""

    steps: JourneySteps
    library: TextLibrary
    support_queue: Outbox
    urgent_queue: Outbox
    acknowledgements_queue: Outbox
    site_url: str
    drafts: Outbox | None = None
    """Where drafts are asked for, in a stage that has them."""
    personal: PersonalRules | None = None
    """How kind words are suggested."""
    cases_in_dry_run: bool = True
    """Whether support gets, also in a dry run, what customers themselves asked for."""

    @property
    def log(self) -> EscalationLog:
        """Where is written down what became of a request."""
        return EscalationLog(self.steps, reaches_support=self._reaches_support)

    def from_queue(self, body: str) -> None:
        """Open a case for a request that came outside a journey's own steps."""
        request = EscalationRequest.model_validate_json(body)
        customer = self.steps.customers.load(request.customer_id)
        if customer is not None:
            of_no_journey = request.trigger in DATA_TRIGGERS.values() or request.trigger in GESTURES
            asking = customer.journeys.get(request.journey_id) or running_journey(customer)
            self._escalate(request, customer, None if of_no_journey else asking)

    def from_journey(self, event: Mapping[str, Any]) -> Result:
        """Open a case because a journey's step asked for it; the journey ends."""
        opened = self.steps.open(event)
        if opened is None:
            return {"outcome": OPENED, "reason": "gone"}
        trigger = opened.payload.trigger
        request = EscalationRequest(
            customer_id=opened.step.customer_id,
            trigger=trigger,
            at=opened.step.entered_at,
            message_id=opened.step.decision_ref(trigger),
        )
        outcome = self._escalate(request, opened.situation.customer, opened.journey)
        self.steps.end(opened, Reason("escalated", "A person took over."))
        return {"outcome": JOINED if outcome == JOINED else OPENED}

    def _escalate(self, request: EscalationRequest, customer: Customer, journey: Journey | None) -> str:
        for _ in range(SAVE_TRIES):
            case = begun_for(request, customer)
            if case is not None:  # the journey that it is about may have ended since
                journey = journey or customer.journeys.get(case.about)
            else:
                case = case_about(about_of(request, journey), customer)
            try:
                return self._open_or_join(request, customer, journey, case)
            except ConflictError:
                read = self.steps.customers.load(request.customer_id)
                if read is None:
                    return FORGOTTEN
                customer = read
        message = f"the case kept changing for {SAVE_TRIES} tries"
        raise ConflictError(message)

    def _open_or_join(
        self, request: EscalationRequest, customer: Customer, journey: Journey | None, case: Case | None
    ) -> str:
        situation = self._situation(customer, journey)
        # Whatever it was about then: a request that was answered once opens nothing again, not even years later.
        known = next((k for k in customer.cases.values() if k.queued and request.message_id in k.references), None)
        if known is not None:
            self._finish(request, situation, journey, known)
            return ALREADY_DONE
        unread = why_unread(request.text, request.trigger) if request.trigger in WRITTEN else None
        if unread is not None:
            self.log.record(request, situation, journey, NOT_NEEDED, "", why=unread)
            return NOT_NEEDED
        if self._switched_off(request, journey):
            self.log.record(request, situation, journey, SWITCHED_OFF, "")
            return SWITCHED_OFF
        if self.steps.dry_run and not self._reaches_support(request):
            return self._rehearsed(request, situation, journey, case)
        if case is not None and case.queued and case.resolved_at is None:
            joined = replace(
                case,
                triggers=(*case.triggers, request.trigger),
                references=(*case.references, request.message_id),
                # Whoever was told that it is theirs keeps it, whoever looks after the customer now.
                assigned_to=case.assigned_to or customer.profile.agent_of_record,
            )
            self._send(self._case_file(request, situation, journey, joined), is_update=True)
            self.steps.customers.save(customer.customer_id, joined)
            self.log.record(request, situation, journey, JOINED, case.case_id)
            self._have_acknowledged(request, situation, joined)
            return JOINED
        if case is not None and case.resolved_at is None and self._in_progress(case):
            message = "the case is being put on its queue this very moment; come again"
            raise CaseInProgressError(message)
        about = case.about if case is not None else about_of(request, journey)
        unconfirmed = case if case is not None and case.resolved_at is None else None
        fresh = Case(
            # Support may already have a case whose queueing was never confirmed: whoever comes next must mean that one.
            case_id=unconfirmed.case_id if unconfirmed else case_id_for(about, customer, request.message_id),
            about=about,
            opened_at=situation.now,
            triggers=(*(unconfirmed.triggers if unconfirmed else ()), request.trigger),
            references=(*(case.references if case else ()), request.message_id),
            assigned_to=(unconfirmed.assigned_to if unconfirmed else "") or customer.profile.agent_of_record,
            version=case.version if case else 0,
        )
        saved = self.steps.customers.save(customer.customer_id, fresh)
        if self.steps.customers.load_profile(customer.customer_id) is None:
            self.steps.customers.delete(customer.customer_id, saved)
            return FORGOTTEN
        file = self._case_file(request, situation, journey, fresh)
        self._send(file, is_update=False)
        # Only now is the case known to have reached support: a crash before this line sends it again, not never.
        self.steps.customers.save(customer.customer_id, replace(saved, queued=True))
        self.log.opened(request, situation, journey, file)
        self._have_acknowledged(request, situation, fresh)
        return OPENED

    def _finish(self, request: EscalationRequest, situation: Situation, journey: Journey | None, case: Case) -> None:
        """Do what whoever put the case on its queue may have died before doing; done again, it changes nothing."""
        # A case that was opened again keeps the references of before, and begins its triggers anew.
        if case.references.index(request.message_id) == len(case.references) - len(case.triggers):
            self.log.opened(request, situation, journey, self._case_file(request, situation, journey, case))
        elif request.message_id in case.references[-len(case.triggers) :]:
            self.log.record(request, situation, journey, JOINED, case.case_id)
        if situation.now - request.at < ONE_IN:  # an archive that is replayed must not answer what was written long ago
            self._have_acknowledged(request, situation, case)

    def _rehearsed(
        self, request: EscalationRequest, situation: Situation, journey: Journey | None, case: Case | None
    ) -> str:
        """Write down what support would get; nothing is queued or kept, so that nothing is open when the stage sends."""
        about, customer = about_of(request, journey), situation.customer
        is_open = case is not None and case.queued and case.resolved_at is None
        case_id = case.case_id if case is not None and is_open else case_id_for(about, customer, request.message_id)
        would_be = Case(case_id=case_id, about=about, opened_at=situation.now, triggers=(request.trigger,))
        file = self._case_file(request, situation, journey, would_be)
        choice = JOINED if is_open else OPENED
        self.log.record(request, situation, journey, choice, case_id, due=None if is_open else due_of(file))
        self._have_acknowledged(request, situation, would_be)
        return choice

    def _reaches_support(self, request: EscalationRequest) -> bool:
        """Whether a case is put on support's queues: always, but in a dry run only what somebody asked for and waits for."""
        asked = request.trigger in ASKED_BY_THE_CUSTOMER
        return not self.steps.dry_run or (self.cases_in_dry_run and asked)

    def _have_acknowledged(self, request: EscalationRequest, situation: Situation, case: Case) -> None:
        """Ask for what tells the customer that somebody will answer; asking again is answered once."""
        if request.trigger not in WRITTEN:
            return
        self.acknowledgements_queue.send(
            AcknowledgementRequest(
                customer_id=situation.customer.customer_id,
                message_id=request.message_id,
                trigger=request.trigger,
                at=request.at,
                channel=request.channel,
                journey_id=case.about if case.undertaking != DIRECT else "",
                case_id=case.case_id,
                due_by=time_to_answer(case, situation),
                is_keyword=is_keyword(request.text),
            )
        )

    def _in_progress(self, case: Case) -> bool:
        """Whether whoever saved the case may still be about to send it; after a while they must have died."""
        age = self.steps.clock.scale.real_duration(self.steps.clock.now() - case.opened_at)
        return not case.queued and age < SENDING_TAKES

    def _send(self, file: CaseFile, *, is_update: bool) -> None:
        """Put a case on its queue; an update is the same case again, with what was said since."""
        queue = self.urgent_queue if file.priority is Priority.URGENT else self.support_queue
        queue.send(to_message(file, is_update=is_update))
        self._ask_for_draft(file)

    def _ask_for_draft(self, file: CaseFile) -> None:
        """Have a draft made beside the case, which is on its queue by now: nothing that fails here may hold it up."""
        request = draft_request(file) if self.drafts is not None else None
        if self.drafts is None or request is None:
            return
        try:
            self.drafts.send(request)
        except (BotoCoreError, ClientError):
            logger.exception("draft_not_asked_for", case_id=file.case_id)

    def _situation(self, customer: Customer, journey: Journey | None) -> Situation:
        now = self.steps.clock.now()
        playbook = self._playbook(journey)
        since, expires_at = (journey.since, journey.expires_at) if journey else (now, now + playbook.expires_after)
        return assess(customer, playbook, self.steps.friction, now=now, since=since, expires_at=expires_at)

    def _switched_off(self, request: EscalationRequest, journey: Journey | None) -> bool:
        """Whether the journey's playbook leaves replies of this kind to somebody else."""
        if journey is None:
            return False
        escalation = self._playbook(journey).escalation
        switches = {
            CaseTrigger.ASKED_FOR_HELP: escalation.reply_asks_for_help,
            CaseTrigger.WANTS_A_PERSON: escalation.wants_a_person,
            CaseTrigger.SENTIMENT_DIP: escalation.sentiment_dip,
            CaseTrigger.REPLY: escalation.reply,
        }
        return not switches.get(CaseTrigger(request.trigger), True)

    def _playbook(self, journey: Journey | None) -> Playbook:
        """Return the journey's playbook; without a journey the first one says how support answers."""
        known = self.steps.playbooks.get(journey.playbook) if journey else None
        return known or next(iter(self.steps.playbooks.values()))

    def _case_file(
        self, request: EscalationRequest, situation: Situation, journey: Journey | None, case: Case
    ) -> CaseFile:
        journey_id = journey.journey_id if journey else ""
        writer = CaseWriter(self.library, self.site_url)
        if case.is_gesture and self.personal is not None:
            return writer.write_gesture(situation, request, self.personal, case=case)
        file = writer.write(situation, request, case=case, journey_id=journey_id)
        # What is added to a case does not give support more time for what was asked before.
        due = case.opened_at + DATA_WITHIN if case.undertaking == MY_DATA else time_to_answer(case, situation)
        return replace(file, due_by=due, dry_run=self.steps.dry_run)
