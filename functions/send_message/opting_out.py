"""Take over an opt-out that only the provider knew of: somebody who texted STOP before, or to another sender."""

from attune.adapters.journey_steps import JourneySteps, OpenStep
from attune.domain.clock import format_instant
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.errors import ConflictError
from attune.domain.signals import ConsentChange

OPTED_OUT = frozenset({"OptedOut", "DESTINATION_PHONE_NUMBER_OPTED_OUT"})
"""How SNS and End User Messaging say that a number is on the account's opt-out list."""
SAVE_TRIES = 60
"""Nobody takes it over later: so many writers at once would have to be faster, each time."""


def take_over(steps: JourneySteps, opened: OpenStep, channel: str) -> None:
    """Withdraw the channel in the customer's own consent, and write that down; doing it again changes nothing."""
    change = ConsentChange(
        message_id=opened.step.decision_ref("provider_opt_out"),
        customer_id=opened.step.customer_id,
        time=steps.clock.now(),
        channels=(channel,),
        granted=False,
        source="provider_opt_out",
    )
    for _ in range(SAVE_TRIES):
        customer = steps.customers.load(change.customer_id)
        if customer is None or customer.consent.refused(channel):
            return
        try:
            steps.customers.save(customer.customer_id, customer.consent.changed(change))
        except ConflictError:
            continue
        subject = customer.profile.subject_key
        steps.decisions.record(
            Decision(
                decision_id=decision_id(f"{subject}#consent#{change.message_id}#{format_instant(change.time)}"),
                time=change.time,
                kind=DecisionKind.CONSENT,
                subject_key=subject,
                choice="withdrawn",
                reasons=(Reason(change.source, f"The provider refused: this person opted out of {channel} there."),),
                journey_id=opened.step.journey_id,
                inputs={"channels": channel},
                automated=False,
            )
        )
        return
