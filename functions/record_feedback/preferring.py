"""What the preferences page shows and what its form changes, at once and before it answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

from attune.adapters.journey_steps import JourneySteps
from attune.adapters.links import LinkClaim
from attune.domain.cadence import Cadence
from attune.domain.clock import format_instant
from attune.domain.customers import Customer
from attune.domain.decisions import Decision, DecisionKind, decision_id
from attune.domain.errors import ConflictError
from attune.domain.locales import fallback_chain
from attune.domain.personal_moments import PERSONAL
from attune.domain.preferences import (
    SOURCE,
    ZONES,
    PreferenceChange,
    Wishes,
    consent_change,
    offered_channels,
    preference_change,
    read_wishes,
    wishes_of,
)
from attune.domain.texts import Pages

SAVE_TRIES = 12

type Form = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Preferences:
    """Shows and changes preferences."""

    steps: JourneySteps
    pages: Pages

    def view(self, customer: Customer, claim: LinkClaim) -> dict[str, Any]:
        """Return what the page shows; no address, no name, nothing but the wishes themselves."""
        now = wishes_of(customer)
        words = self._words(now.locale or claim.locale)
        languages = _options(
            {tag: self.pages.strings[tag]["common"]["language"] for tag in self.pages.strings},
            self._shown_locale(now, claim),
        )
        zones = dict.fromkeys(filter(None, (now.time_zone, *ZONES)))
        topics = {one: words["topics"].get(one, one.replace("_", " ")) for one in self._topics()}
        return {
            "channels": [
                {"value": one, "name": words["preferences"][f"channel_{one}"], "on": one in now.channels}
                for one in offered_channels(customer)
            ],
            "cadences": _options({one: words["preferences"][f"cadence_{one}"] for one in Cadence}, now.cadence),
            "quiet_from": now.quiet_from,
            "quiet_until": now.quiet_until,
            "topics": [{"value": one, "name": name, "on": one not in now.muted_topics} for one, name in topics.items()],
            "languages": languages,
            "zones": _options({one: one.replace("_", " ") for one in zones}, now.time_zone),
            "zone_unknown": not now.time_zone,
            "automation_opt_out": now.automation_opt_out,
            "shown": self._as_form(now, claim),
        }

    def save(self, customer_id: str, form: Form, claim: LinkClaim) -> Customer | None:
        """Change what the form changed; None for somebody unknown.

        Raises PreferenceError for a form that no page of ours sends, ConflictError if others kept writing.
        """
        topics, locales = self._topics(), (*self.pages.strings, claim.locale)
        wanted = read_wishes(form, topics=topics, locales=locales)
        told = parse_qs(next(iter(form.get("shown", ())), ""))

        def change_of(customer: Customer) -> PreferenceChange:
            shown = read_wishes(told, topics=topics, locales=locales) if told else wishes_of(customer)
            return preference_change(customer, shown=shown, wanted=wanted)

        return apply_preferences(self.steps, customer_id, change_of, claim)

    def _topics(self) -> tuple[str, ...]:
        """Return what people may want to hear nothing of: each playbook, and what they told us about themselves."""
        return (*self.steps.playbooks, PERSONAL)

    def _as_form(self, wishes: Wishes, claim: LinkClaim) -> str:
        """Return what the page shows as the form would send it unchanged."""
        fields = [("channel", one) for one in sorted(wishes.channels)]
        fields += [("topic", one) for one in self._topics() if one not in wishes.muted_topics]
        fields += [
            ("cadence", wishes.cadence.value),
            ("quiet_from", wishes.quiet_from),
            ("quiet_until", wishes.quiet_until),
            ("locale", self._shown_locale(wishes, claim)),
            ("time_zone", wishes.time_zone),
            ("automation", "no" if wishes.automation_opt_out else "yes"),
        ]
        return urlencode(fields)

    def _shown_locale(self, wishes: Wishes, claim: LinkClaim) -> str:
        chain = fallback_chain(filter(None, (wishes.locale, claim.locale)))
        return next((tag for tag in chain if tag in self.pages.strings), self.pages.default_locale)

    def _words(self, locale: str) -> Mapping[str, Mapping[str, str]]:
        tag = next((one for one in fallback_chain((locale,)) if one in self.pages.strings), self.pages.default_locale)
        return self.pages.strings[tag]


def apply_preferences(
    steps: JourneySteps, customer_id: str, change_of: Callable[[Customer], PreferenceChange], claim: LinkClaim
) -> Customer | None:
    """Write what follows from wishes, over whatever else happens to the customer meanwhile; record it once.

    The record comes last: whoever wrote the change has changed something, and of many who ask the same only one did.
    """
    begun: PreferenceChange | None = None
    for _ in range(SAVE_TRIES):
        customer = steps.customers.load(customer_id)
        if customer is None:
            return None
        now, change = steps.clock.now(), change_of(customer)
        if change.reasons:
            try:
                _write(steps, customer, change, now)
            except _HalfWrittenError:
                begun = begun or change
                continue
            except ConflictError:
                continue
        if begun or change.reasons:
            steps.decisions.record(_decision(customer, begun or change, claim.journey_id, now))
        return steps.customers.load(customer_id) if change.reasons else customer
    message = "others kept writing to this customer"
    raise ConflictError(message)


class _HalfWrittenError(ConflictError):
    """Raised when consent was written and the profile was not."""


def _write(steps: JourneySteps, customer: Customer, change: PreferenceChange, now: datetime) -> None:
    consent = customer.consent
    for channel, granted in change.consents:
        consent = consent.changed(consent_change(consent, channel, customer.customer_id, now, granted=granted))
    if consent is not customer.consent:
        steps.customers.save(customer.customer_id, consent)
    profile = customer.profile.told(change.profile_change(customer.customer_id, now))
    if profile is not customer.profile:
        try:
            steps.customers.save(customer.customer_id, profile)
        except ConflictError as error:
            if consent is not customer.consent:
                message = "consent was written, the profile was not"
                raise _HalfWrittenError(message) from error
            raise


def _decision(customer: Customer, change: PreferenceChange, journey_id: str, now: datetime) -> Decision:
    subject, wishes = customer.profile.subject_key, {**change.traits, **dict(change.consents)}
    told = {name: wish for name, wish in wishes.items() if name not in ("quiet_from", "quiet_until", "time_zone")}
    return Decision(
        decision_id=decision_id(f"{subject}#{SOURCE}#{format_instant(now)}#{sorted(wishes)}"),
        time=now,
        kind=DecisionKind.PREFERENCES,
        subject_key=subject,
        choice="changed",
        reasons=change.reasons,
        journey_id=journey_id,
        inputs={"page": SOURCE, **told},
        automated=False,
    )


def _options(names: Mapping[str, str], chosen: str) -> list[dict[str, Any]]:
    return [{"value": value, "name": name, "on": value == chosen} for value, name in names.items()]
