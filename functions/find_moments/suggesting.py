"""Turn what people told us into suggestions for whoever looks after them, and ask some weeks later how it went."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.queues import EscalationRequest, Outbox
from attune.domain.case_triggers import CaseTrigger
from attune.domain.customers import Customer, Due
from attune.domain.decision_groups import groups_of
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.note_taking import ANNIVERSARY, KEPT_FOR
from attune.domain.personal_moments import (
    FOLLOW_UP,
    PERSONAL,
    PersonalRules,
    kept_until,
    next_anniversary,
    suggest_at,
    why_not,
    why_not_follow_up,
)
from attune.domain.personal_notes import PersonalNote, Topic


@dataclass(frozen=True)
class Suggester:
    """Looks at notes whose day has come. Dealt with twice, a note is suggested once: it remembers that it was."""

    customers: CustomersTable
    decisions: DecisionsTable
    escalations: Outbox
    rules: PersonalRules

    def suggest(self, customer_id: str, due: Due, now: datetime) -> None:
        """Suggest, ask how it went, or put off what is due; what must not be suggested is written down."""
        customer = self.customers.load(customer_id)
        if customer is None:
            return
        if due.key == ANNIVERSARY:
            self._remember_anniversary(customer, due, now)
            return
        note = customer.personal_notes.get(due.key.removesuffix(FOLLOW_UP))
        if note is None:
            return  # forgotten meanwhile
        if due.key.endswith(FOLLOW_UP):
            self._follow_up(customer, note, now)
        elif (wanted := suggest_at(note, self.rules)) > now and note.topic in self.rules.topics:
            self._put_off(customer, due, wanted)
        elif note.suggested_at is None:
            self._suggest(customer, note, now)

    def _suggest(self, customer: Customer, note: PersonalNote, now: datetime) -> None:
        refused = why_not(customer, note, self.rules, now)
        if refused is not None:
            self._record(customer, note, "withheld", refused, now)
            return
        self._ask(customer, note, CaseTrigger.PERSONAL_MOMENT, f"{note.note_id}#suggested", now)
        why = Reason(
            "personal_moment", "What they told us is coming up: the person who looks after them may act on it."
        )
        self._record(customer, note, "suggested", why, now)
        later = Due(
            name=f"note#{note.note_id}{FOLLOW_UP}",
            playbook=PERSONAL,
            key=f"{note.note_id}{FOLLOW_UP}",
            due_at=now + self.rules.follow_up_after,
        )
        if later.name not in customer.dues:
            self.customers.save(customer.customer_id, later)
        # Last of all: a crash before this line asks again, which opens the same case, and never forgets to ask.
        kept = max(note.expires_at, later.due_at + self.rules.answer_within)
        self.customers.save(customer.customer_id, replace(note, suggested_at=now, expires_at=kept))

    def _follow_up(self, customer: Customer, note: PersonalNote, now: datetime) -> None:
        refused = why_not_follow_up(customer, note, self.rules, now)
        if refused is not None:
            self._record(customer, note, "withheld", refused, now)
            return
        self._ask(customer, note, CaseTrigger.FOLLOW_UP, f"{note.note_id}#followed_up", now)
        why = Reason("follow_up", "A suggestion was made some weeks ago: its person is asked how it went.")
        self._record(customer, note, "followed_up", why, now)
        self.customers.save(customer.customer_id, replace(note, followed_up_at=now))

    def _put_off(self, customer: Customer, due: Due, until: datetime) -> None:
        """Look again on the right day; whoever looks now finds that it was changed, and leaves it there."""
        known = customer.dues.get(due.name)
        version = known.version if known else 0
        self.customers.save(customer.customer_id, replace(due, due_at=until, version=version))

    def _remember_anniversary(self, customer: Customer, due: Due, now: datetime) -> None:
        """Note the anniversary when its day has come, and wait for the next one."""
        since = customer.profile.customer_since
        if not since:
            return
        day, years = next_anniversary(date.fromisoformat(since), now.date())
        if day > now.date():
            self._put_off(customer, due, suggest_at(self._anniversary(day, years, now), self.rules))
            return
        today = self._anniversary(day, years, now)
        known = customer.personal_notes.get(today.note_id)
        note = known or self.customers.save(customer.customer_id, today)
        if note.suggested_at is None:
            self._suggest(customer, note, now)
        following, number = next_anniversary(date.fromisoformat(since), day + timedelta(days=1))
        self._put_off(customer, due, suggest_at(self._anniversary(following, number, now), self.rules))

    def _anniversary(self, day: date, years: int, now: datetime) -> PersonalNote:
        return PersonalNote(
            note_id=f"{ANNIVERSARY}-{day.year}",
            topic=Topic.ANNIVERSARY,
            about=str(years),
            on=day,
            recorded_at=now,
            expires_at=kept_until(now, day, KEPT_FOR),
        )

    def _ask(self, customer: Customer, note: PersonalNote, trigger: CaseTrigger, reference: str, now: datetime) -> None:
        self.escalations.send(
            EscalationRequest(
                customer_id=customer.customer_id, trigger=trigger, at=now, message_id=reference, note_id=note.note_id
            )
        )

    def _record(self, customer: Customer, note: PersonalNote, choice: str, why: Reason, now: datetime) -> None:
        subject = customer.profile.subject_key
        self.decisions.record(
            Decision(
                decision_id=decision_id(f"{subject}#personal#{note.note_id}#{choice}#{why.code}"),
                time=now,
                kind=DecisionKind.PERSONAL,
                subject_key=subject,
                choice=choice,
                reasons=(why,),
                playbook=PERSONAL,
                playbook_version=self.rules.version,
                inputs={**groups_of(customer), "topic": note.topic.value, "has_day": note.on is not None},
            )
        )
