"""What facts change of a customer outside their sessions, one fact after the other."""

from dataclasses import replace
from datetime import datetime

from attune.domain.contacts import Contact, Ledger
from attune.domain.customers import Case, Consent, Customer, Due, Profile
from attune.domain.go_aheads import GoAhead
from attune.domain.note_taking import anniversary_due, taken
from attune.domain.personal_notes import PersonalNote
from attune.domain.replies import Reading
from attune.domain.sentiment import Heard, HeardDistress
from attune.domain.sessions import Session
from attune.domain.signals import (
    CaseResolved,
    CaseWorked,
    ConsentChange,
    ContactFate,
    Fact,
    Fate,
    Feedback,
    NoteTaken,
    ProfileChange,
    Reply,
    TouchAnswered,
)

type Changed = Profile | Consent | Session | Case | Ledger | PersonalNote | GoAhead

UNKNOWN_CHANNEL = ("email", "sms", "onsite")

CLAIMED = "claimed"


class Intake:
    """What is known of a customer while facts about them come in, one after the other."""

    def __init__(self, customer: Customer) -> None:
        self.before = customer
        self.profile = customer.profile
        self.consent = customer.consent
        self.cases = dict(customer.cases)
        self.ledger = customer.ledger
        self.settled: list[tuple[Contact, datetime]] = []
        self.casework: list[tuple[Case, CaseWorked | CaseResolved]] = []
        self.go_aheads = dict(customer.go_aheads)
        self.answers: list[tuple[GoAhead, TouchAnswered]] = []
        self.consent_changes: list[ConsentChange] = []
        self.accepted = self.duplicates = self.late = 0
        self.news: set[str] = set()
        self.personal_notes: dict[str, PersonalNote] = {}
        self.dues: list[Due] = []

    def take(self, fact: Fact) -> None:
        """Take over what a fact changes outside the sessions."""
        match fact:
            case ProfileChange():
                told = self.profile.told(fact)
                if told.customer_since != self.profile.customer_since:
                    self.dues.append(anniversary_due(fact.time))
                self._count(fact, changed=told is not self.profile)
                self.profile = told
            case ConsentChange():
                self._count(fact, changed=self.agree(fact))
            case CaseResolved() | CaseWorked():
                self._work(fact)
            case NoteTaken():
                self._keep(fact)
            case TouchAnswered():
                self._let_answer(fact)
            case Feedback(helpful=False):
                self.profile = self.profile.unhelped(fact.time)
            case ContactFate():
                self.learn(fact)
            case _:
                pass  # sessions take the rest

    def hear(self, reply: Reply, reading: Reading) -> None:
        """Take over what a reply changes: consent at once, and how the customer sounds."""
        if reading.is_opt_out:
            self.agree(_withdrawal(reply))
        distress = HeardDistress(reading.distress, reply.time) if reading.distress else None
        self.profile = self.profile.heard(Heard(reading.sentiment, reading.strength, reply.time), distress)

    def _work(self, fact: CaseResolved | CaseWorked) -> None:
        """Take over what support did with a case, if it is one of this customer's."""
        case = next((known for known in self.cases.values() if known.case_id == fact.case_id), None)
        if case is None:
            self._count(fact, changed=False)
            return
        worked = _resolved(case, fact) if isinstance(fact, CaseResolved) else _claimed(case, fact)
        if worked is not case or (isinstance(fact, CaseWorked) and fact.step != CLAIMED):
            self.casework.append((case, fact))
        self._count(fact, changed=worked is not case)
        self.cases[case.about] = worked

    def _keep(self, fact: NoteTaken) -> None:
        """Keep a note for whoever looks after the customer; the same note again changes nothing."""
        note, due = taken(fact)
        known = note.note_id in self.before.personal_notes or note.note_id in self.personal_notes
        self._count(fact, changed=not known)
        if not known:
            self.personal_notes[note.note_id] = note
            self.dues.append(due)

    def _let_answer(self, fact: TouchAnswered) -> None:
        """Take over what a person said about a touch, if it is one of this customer's that waits for it."""
        asked = next((known for known in self.go_aheads.values() if known.request_id == fact.request_id), None)
        if asked is None:
            self._count(fact, changed=False)
            return
        answered = asked.answered(fact)
        self.answers.append((asked, fact))
        self._count(fact, changed=answered is not asked)
        self.go_aheads[asked.contact_id] = answered

    def learn(self, fact: ContactFate) -> None:
        """Take over what the provider says of a contact; most often nothing that was not known."""
        sent = fact.fate is not Fate.REJECTED
        ledger = self.ledger.resolve(fact.contact_id, sent=sent, provider_id=fact.provider_id)
        contact = ledger.find(fact.contact_id)
        if ledger is not self.ledger and contact is not None:
            self._count(fact, changed=True)
            self.ledger = ledger
            self.settled.append((contact, fact.time))

    def agree(self, change: ConsentChange) -> bool:
        """Apply a change of consent; return whether it changed anything."""
        agreed = self.consent.changed(change)
        changed = agreed is not self.consent
        if changed:
            self.consent_changes.append(change)
        self.consent = agreed
        return changed

    def changed_items(self) -> list[Changed]:
        """Return what must be written besides sessions."""
        items: list[Changed] = []
        if self.profile is not self.before.profile:
            items.append(self.profile)
        if self.consent is not self.before.consent:
            items.append(self.consent)
        if self.ledger is not self.before.ledger:
            items.append(self.ledger)
        items += self.personal_notes.values()
        items += [case for about, case in self.cases.items() if case is not self.before.cases[about]]
        return items + [one for about, one in self.go_aheads.items() if one is not self.before.go_aheads[about]]

    def _count(self, fact: Fact, *, changed: bool) -> None:
        self.accepted += changed
        self.duplicates += not changed
        if changed:
            self.news.add(fact.message_id)


def _withdrawal(reply: Reply) -> ConsentChange:
    channels = (reply.channel,) if reply.channel in UNKNOWN_CHANNEL else UNKNOWN_CHANNEL
    return ConsentChange(
        message_id=reply.message_id,
        customer_id=reply.customer_id,
        time=reply.time,
        channels=channels,
        granted=False,
        source="reply",
    )


def _resolved(case: Case, fact: CaseResolved) -> Case:
    return case if case.resolved_at is not None else replace(case, resolved_at=fact.time)


def _claimed(case: Case, fact: CaseWorked) -> Case:
    """Note the first claim; who holds a case now is settled by whoever claims it, not by what is told of it later."""
    if fact.step != CLAIMED or case.claimed_at is not None:
        return case
    return replace(case, claimed_at=fact.time, claimed_by=case.claimed_by or fact.agent_id)
