"""What messages do to people: they help, come too soon, annoy, or make them ask for help."""

from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from attune.adapters.queues import EscalationRequest
from attune.domain.case_triggers import CaseTrigger
from attune.domain.customers import Case
from attune.domain.learning.outcomes import Happening
from attune.domain.outcome_kinds import OutcomeKind
from attune.domain.signals import ConsentChange, SignalKind
from attune_cli.simulating.effects import Effects
from attune_cli.simulating.journeys import Run
from attune_cli.simulating.population import SESSION
from attune_cli.simulating.setting import Life, Setting
from attune_cli.simulating.shopping import Shopping

ANSWERS_AFTER = timedelta(hours=1.5)
"""On average; whoever unsubscribes, answers, or says whether it helped."""
JUDGED = {
    SignalKind.FOUND_HELPFUL: ("helpful", OutcomeKind.HELPFUL),
    SignalKind.FOUND_UNHELPFUL: ("unhelpful", OutcomeKind.NOT_HELPFUL),
}
REFUSED = {
    "complained": ("ses_complaint", OutcomeKind.COMPLAINED),
    "unsubscribed": ("unsubscribe", OutcomeKind.UNSUBSCRIBED),
}


@dataclass(frozen=True)
class Reactions:
    """People reading messages."""

    setting: Setting
    shopping: Shopping
    lives: dict[str, Life]
    effects: Effects

    def sent(self, run: Run) -> None:
        """Take in that a message reached somebody."""
        setting, life, channel = self.setting, self.lives[run.customer_id], run.plan["channel"]
        setting.tally.sent(life.number, setting.now, zone=life.person.zone, channel=channel)
        if channel == "email":
            setting.stage.mail.delivered[setting.now.date()] += 1
        step = (run.journey.journey_id, run.touch)
        delay, words = setting.stage.journal.delays[step], setting.stage.journal.words.get(step)
        setting.learner.contacted(run.contact_id, run.journey, setting.now, touch=run.touch, delay=delay, words=words)
        recent = self._recent(run)
        if life.cart is not None and life.last_seen is not None:
            since = setting.now - life.last_seen
            self._move(life, self.effects.shift(since, channel=channel, struggles=life.cart.struggles, recent=recent))
        self._draw(life, run, channel, recent)

    def case(self, customer_id: str, case: Case) -> None:
        """Take in that somebody is asked to help, and let them."""
        setting, life = self.setting, self.lives[customer_id]
        setting.tally.add("cases", life.number, setting.now)
        self._happened(life, OutcomeKind.CASE_OPENED)
        setting.agenda.at(setting.now + setting.assumed.support.resolves_after, self._resolve, life, case.about)

    def _resolve(self, life: Life, about: str) -> None:
        case = self.setting.stage.customers[life.customer_id].cases[about]
        if case.resolved_at is None:
            self.setting.stage.customers.save(life.customer_id, replace(case, resolved_at=self.setting.now))
            self._move(life, self.setting.assumed.support.effect)

    def _move(self, life: Life, shift: float) -> None:
        if life.cart is not None and shift:
            life.shift += shift
            self.shopping.plan_order(life)

    def _recent(self, run: Run) -> int:
        """Return how many other contacts there were lately."""
        since = self.setting.now - self.setting.assumed.messages.recent
        contacts = self.setting.stage.customers[run.customer_id].ledger.contacts
        return sum(1 for one in contacts if one.counts and one.at > since and one.contact_id != run.contact_id)

    def _draw(self, life: Life, run: Run, channel: str, recent: int) -> None:
        """Draw how somebody takes a message: the same draws for the same touch of the same journey, whatever the policy."""
        seed = f"{self.setting.population.seed}|{run.contact_id}"
        chance = Random(seed)  # noqa: S311 - made-up people, nothing secret
        leaves, complains, opinion, replies, asks = (chance.random() for _ in range(5))
        at = self.setting.now + ANSWERS_AFTER * chance.expovariate(1.0)
        messages, agenda = self.setting.assumed.messages, self.setting.agenda
        if complains < self.effects.complains(channel, recent):
            agenda.at(at, self._refuse, life, channel, "complained")
        elif leaves < self.effects.unsubscribes(channel, recent):
            agenda.at(at, self._refuse, life, channel, "unsubscribed")
        elif opinion > 1 - self.effects.finds_unhelpful(recent):
            agenda.at(at, self._judge, life, SignalKind.FOUND_UNHELPFUL)
        elif opinion < messages.found_helpful:
            agenda.at(at, self._judge, life, SignalKind.FOUND_HELPFUL)
        elif replies < messages.replies and asks < messages.replies_ask_for_help:
            agenda.at(at, self._ask, life, run.contact_id)
        elif replies < messages.replies:
            agenda.at(at, self._reply, life, channel)

    def _refuse(self, life: Life, channel: str, harm: str) -> None:
        source, kind = REFUSED[harm]
        setting, customers = self.setting, self.setting.stage.customers
        change = ConsentChange(
            message_id=f"{life.customer_id}-{harm}-{setting.now.isoformat()}",
            customer_id=life.customer_id,
            time=setting.now,
            channels=(channel,),
            granted=False,
            source=source,
        )
        consent = customers[life.customer_id].consent
        if consent.refused(channel):
            return
        customers.save(life.customer_id, consent.changed(change))
        setting.stage.mail.complaints[setting.now.date()] += harm == "complained"
        setting.tally.add(harm, life.number, setting.now)
        self._happened(life, kind, channel)

    def _judge(self, life: Life, kind: SignalKind) -> None:
        measure, outcome = JUDGED[kind]
        self.shopping.signal(life, kind)
        self.setting.tally.add(measure, life.number, self.setting.now)
        self._happened(life, outcome)

    def _reply(self, life: Life, channel: str) -> None:
        self.shopping.signal(life, SignalKind.REPLIED)
        self._happened(life, OutcomeKind.REPLIED, channel)

    def _happened(self, life: Life, kind: OutcomeKind, *channels: str) -> None:
        """Tell the learner of something that may be an outcome."""
        happening = Happening(kind=kind, at=self.setting.now, channels=channels)
        self.setting.learner.happened(self.setting.stage.customers[life.customer_id], happening)

    def _ask(self, life: Life, contact_id: str) -> None:
        self.shopping.signal(life, SignalKind.ASKED_FOR_HELP)
        self.setting.stage.desk.request(
            EscalationRequest(
                customer_id=life.customer_id,
                trigger=CaseTrigger.ASKED_FOR_HELP,
                at=self.setting.now,
                message_id=f"reply-{contact_id}",
                session_id=SESSION,
            )
        )
