"""Unsubscribe, with its undo and "fewer instead": done before the page says so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from attune.adapters.journey_steps import JourneySteps
from attune.adapters.links import LinkClaim
from attune.domain.clock import format_instant
from attune.domain.customers import Channel, Consent, Customer
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.errors import ConflictError
from attune.domain.learning.outcomes import Happening
from attune.domain.outcome_kinds import OutcomeKind
from attune.domain.preferences import consent_change

SAVE_TRIES = 12
SOURCE = "unsubscribe_link"
UNDO_SOURCE = "unsubscribe_undone"
UNDO_WITHIN = timedelta(days=1)
"""For so long a link may take back what it did: an old link must not bring messages back."""


@dataclass(frozen=True)
class Unsubscribing:
    """Takes consent back by a link, and gives back what a link took."""

    steps: JourneySteps

    def unsubscribe(self, claim: LinkClaim, channels: Sequence[str]) -> None:
        """Take consent back; raise ConflictError if others kept writing, so that it could not be done."""
        for _ in range(SAVE_TRIES):
            customer = self.steps.customers.load(claim.customer_id)
            if customer is None:
                return
            now = self.steps.clock.now()
            happening = Happening(
                kind=OutcomeKind.UNSUBSCRIBED, at=now, journey_id=claim.journey_id, channels=(claim.channel,)
            )
            # Also if it was refused before: whoever sends it again may have seen us stop halfway.
            self.steps.tables.record_outcomes(customer, [happening])
            to_refuse = tuple(channel for channel in channels if not customer.consent.refused(channel))
            if not to_refuse:
                self._record(customer, claim, channels, granted=False)
                return
            if self._saved(customer, claim, to_refuse, now, granted=False):
                return
        message = "others kept writing to this customer"
        raise ConflictError(message)

    def undo(self, claim: LinkClaim) -> bool:
        """Give back the channels that a link took within the last day; return whether there were any."""
        for _ in range(SAVE_TRIES):
            customer = self.steps.customers.load(claim.customer_id)
            if customer is None:
                return False
            now = self.steps.clock.now()
            taken = undoable(customer.consent, now)
            if self._saved(customer, claim, taken, now, granted=True):
                return bool(taken)
        message = "others kept writing to this customer"
        raise ConflictError(message)

    def _saved(
        self, customer: Customer, claim: LinkClaim, channels: Sequence[str], now: datetime, *, granted: bool
    ) -> bool:
        """Write the channels' consent; False if somebody else wrote in between."""
        if not channels:
            return True
        source = UNDO_SOURCE if granted else SOURCE
        consent, customer_id = customer.consent, customer.customer_id
        for channel in channels:
            change = consent_change(consent, channel, customer_id, now, granted=granted, source=source)
            consent = consent.changed(change)
        try:
            self.steps.customers.save(customer_id, consent)
        except ConflictError:
            return False
        self._record(replace(customer, consent=consent), claim, channels, granted=granted)
        return True

    def _record(self, customer: Customer, claim: LinkClaim, channels: Sequence[str], *, granted: bool) -> None:
        """Write down what a link said of some channels; told again it is the same row, as it is made of the consent."""
        source, words = UNDO_SOURCE if granted else SOURCE, customer.consent.channels
        for at in sorted({words[channel].at for channel in channels if words[channel].source == source}):
            together = tuple(name for name, word in words.items() if (word.at, word.source) == (at, source))
            self.steps.decisions.record(_decision(customer, claim, together, at, granted=granted))


def undoable(consent: Consent, now: datetime) -> tuple[str, ...]:
    """Return the channels whose refusal came by a link, lately."""
    return tuple(
        channel
        for channel, word in consent.channels.items()
        if not word.granted and word.source == SOURCE and now - word.at <= UNDO_WITHIN
    )


def all_channels() -> tuple[str, ...]:
    """Return every channel there is."""
    return tuple(channel.value for channel in Channel)


def _decision(
    customer: Customer, claim: LinkClaim, channels: Sequence[str], now: datetime, *, granted: bool
) -> Decision:
    subject, source = customer.profile.subject_key, UNDO_SOURCE if granted else SOURCE
    reference = f"{source}#{','.join(channels)}#{format_instant(now)}"
    return Decision(
        decision_id=decision_id(f"{subject}#consent#{reference}"),
        time=now,
        kind=DecisionKind.CONSENT,
        subject_key=subject,
        choice="granted" if granted else "withdrawn",
        reasons=(Reason(source, f"By {source}: {', '.join(channels)}."),),
        journey_id=claim.journey_id,
        inputs={"channels": ",".join(channels)},
        automated=False,
    )
