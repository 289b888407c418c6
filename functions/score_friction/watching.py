"""Look at a session once it should have gone quiet, score its friction, and start a journey or say why not."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from attune.adapters.journey_starter import JourneyStarter
from attune.adapters.journey_steps import JourneySteps
from attune.adapters.logs import Logger
from attune.adapters.queues import EscalationRequest, Outbox, TouchRun, Watch, read_watch
from attune.domain.case_triggers import CaseTrigger
from attune.domain.customers import Customer
from attune.domain.decision_groups import groups_of
from attune.domain.decisions import Decision, DecisionKind, decision_id
from attune.domain.errors import ConflictError
from attune.domain.moments import Answer, MomentDecision, decide_moment, handover_reference, has_come
from attune.domain.rollouts import answering_version
from attune.domain.sessions import Moment
from attune.domain.situation import arrived_by
from attune.domain.switches import ASK_AGAIN_AFTER, Switches

SAID_BEFORE = frozenset({Answer.ALREADY_RUNNING, Answer.ALREADY_HANDED_OVER, Answer.ALREADY_HELD_OUT})

logger = Logger()


@dataclass(frozen=True)
class Watcher:
    """Answers watch messages."""

    steps: JourneySteps
    watch_queue: Outbox
    starter: JourneyStarter
    escalations: Outbox
    switches: Callable[[], Switches] = Switches

    def look(self, body: str) -> None:
        """Look at the session a watch message names, or start the touch it asks for.

        A moment is decided once however often it is asked about.
        """
        watch = read_watch(body)
        if isinstance(watch, TouchRun):
            self.starter.run(watch)
            return
        playbook = self.steps.playbooks.get(watch.playbook)
        customer = self.steps.customers.load(watch.customer_id)
        if playbook is None or customer is None:
            logger.info("watch_is_about_nothing", playbook=watch.playbook)
            return
        now = self.steps.clock.now()
        if watch.due_at > now:
            self.watch_queue.send(watch, delay_seconds=self.steps.clock.queue_delay(watch.due_at - now))
            return
        others = self.steps.playbooks.values()
        if not has_come(customer, watch.session_id, watch.moment, playbook, now, others=others):
            return  # the customer went on; a later watch looks after the new silence
        switches = self.switches()
        if not switches.known:
            self.watch_queue.send(watch, delay_seconds=int(ASK_AGAIN_AFTER.total_seconds()))
            return
        playbook, stopped = answering_version(customer.customer_id, playbook, switches, self.steps.archive)
        customer = self._without_rehearsals(customer, watch)
        decided = decide_moment(
            customer, watch.session_id, watch.moment, playbook, self.steps.friction, now=now, stopped=stopped
        )
        if decided.answer not in SAID_BEFORE:
            self._record(customer, watch.moment, watch.session_id, decided)
        if decided.answer in (Answer.STARTED, Answer.HOLDOUT):
            # Who is held out has a journey that never runs, so that what happens to them is known as well.
            try:
                journey = replace(decided.journey, dry_run=self.steps.dry_run)
                self.steps.customers.save(customer.customer_id, journey)
            except ConflictError:
                logger.info("journey_already_there", journey_id=decided.journey.journey_id)
        if decided.answer in (Answer.STARTED, Answer.ALREADY_RUNNING):
            self.starter.start(decided.journey, customer.customer_id)
        if decided.answer is Answer.HANDED_OVER:
            self.escalations.send(
                EscalationRequest(
                    customer_id=customer.customer_id,
                    trigger=CaseTrigger(decided.reasons[0].code),
                    at=watch.due_at,
                    message_id=handover_reference(decided.journey),
                )
            )

    def _without_rehearsals(self, customer: Customer, watch: Watch) -> Customer:
        """Leave out journeys of a dry run where the stage sends now: nobody heard of them, so they count for nothing.

        The undertaking's own journey stays: an undertaking never begins two.
        """
        if self.steps.dry_run:
            return customer
        lived = {
            name: journey
            for name, journey in customer.journeys.items()
            if not journey.dry_run or (journey.playbook, journey.key) == (watch.playbook, watch.key)
        }
        return replace(customer, journeys=lived)

    def _record(self, customer: Customer, moment: Moment, session_id: str, decided: MomentDecision) -> None:
        subject = customer.profile.subject_key
        # The answer belongs to the reference: evidence that comes late may change it, and the log must hold both.
        asked = f"{subject}#{session_id}#{moment.playbook}#{moment.key}#{moment.due_at.isoformat()}"
        reference = f"{asked}#{decided.answer}"
        self.steps.decisions.record(
            Decision(
                decision_id=decision_id(reference),
                time=moment.due_at,
                kind=DecisionKind.MOMENT,
                subject_key=subject,
                choice=decided.answer,
                reasons=decided.reasons,
                journey_id=decided.journey.journey_id,
                playbook=decided.journey.playbook,
                playbook_version=decided.journey.playbook_version,
                inputs={
                    **groups_of(customer),
                    "friction": round(decided.friction.score, 4),
                    "friction_level": decided.friction.level.value,
                    "friction_terms": decided.friction.summary,
                    "price_sensitive": decided.price_sensitive,
                    "arrived_by": arrived_by(customer.current_context),
                },
                model_version=decided.friction.model_version,
            )
        )
