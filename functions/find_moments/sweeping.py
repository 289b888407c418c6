"""End journeys whose execution is gone: aborted, timed out, or failed while not even that could be written down."""

from dataclasses import replace
from datetime import datetime

from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.domain.clock import format_instant
from attune.domain.contacts import Contact, ContactState
from attune.domain.customers import Customer
from attune.domain.decision_groups import groups_of
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.journeys import Journey, JourneyStatus

_LOST = Reason(
    "execution_lost", "It should long be over, and nothing has ended it: its execution was stopped or failed."
)
_NEVER_CONFIRMED = Reason(
    "crashed_between", "The journey stopped between reserving and confirming this contact; counted as sent."
)


def sweep(
    customers: CustomersTable, decisions: DecisionsTable, customer_id: str, journey_id: str, now: datetime
) -> str:
    """End a journey that was left as running, and make its open contacts visible as uncertain; say what became of it.

    Whoever became somebody else in a merge took the journey along: what stays is a copy, which is only closed. Raises
    ConflictError where somebody writes the same at this moment; it is still due at the next run.
    """
    customer = customers.load_unmerged(customer_id)
    journey = customer.journeys.get(journey_id) if customer else None
    if customer is None or journey is None or journey.status is JourneyStatus.ENDED:
        return "ended_already"
    if not customer.profile.merged_into:
        _settle_contacts(customers, decisions, customer, journey, now)
        decisions.record(
            Decision(
                decision_id=decision_id(f"{journey_id}#lost"),
                time=now,
                kind=DecisionKind.JOURNEY,
                subject_key=customer.profile.subject_key,
                choice="failed",
                reasons=(_LOST,),
                journey_id=journey_id,
                playbook=journey.playbook,
                playbook_version=journey.playbook_version,
                inputs=groups_of(customer),
            )
        )
    # Last of all: a crash before this line finds it again.
    customers.save(customer_id, replace(journey, status=JourneyStatus.ENDED, ended_because=_LOST.code))
    return "swept"


def _settle_contacts(
    customers: CustomersTable, decisions: DecisionsTable, customer: Customer, journey: Journey, now: datetime
) -> None:
    reserved = [
        contact
        for contact in customer.ledger.contacts
        if contact.journey_id == journey.journey_id and contact.state is ContactState.RESERVED
    ]
    for contact in reserved:
        decisions.record(_uncertain(customer, journey, contact, now))
    ledger = customer.ledger
    for contact in reserved:
        ledger = ledger.settle(contact.contact_id, ContactState.UNCERTAIN)
    if reserved:
        customers.save(customer.customer_id, ledger)


def _uncertain(customer: Customer, journey: Journey, contact: Contact, now: datetime) -> Decision:
    return Decision(
        decision_id=decision_id(f"{contact.contact_id}#lost"),
        time=now,
        kind=DecisionKind.CONTACT,
        subject_key=customer.profile.subject_key,
        choice="uncertain",
        reasons=(_NEVER_CONFIRMED,),
        journey_id=journey.journey_id,
        playbook=journey.playbook,
        playbook_version=journey.playbook_version,
        touch=contact.touch,
        inputs={
            **groups_of(customer),
            "journey_since": format_instant(journey.since),
            "channel": contact.channel,
            "message": contact.message,
            "contact_id": contact.contact_id,
        },
    )
