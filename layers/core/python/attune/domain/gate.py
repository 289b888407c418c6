"""The one gate: whether this contact may happen now, which rule forbids it, and when it would be possible.

The rules are asked in a fixed order and the first that refuses is the reason: kill switch, dry run, holdout,
automation opt-out, consent, reachability, relevance, approval, quiet hours, frequency caps.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from attune.domain.customers import Channel, Customer
from attune.domain.decisions import Reason
from attune.domain.holdout import in_holdout
from attune.domain.playbooks import Playbook
from attune.domain.quiet_hours import next_permitted


@dataclass(frozen=True, kw_only=True)
class ContactRequest:
    """What is about to be sent to whom, with everything the rules look at."""

    customer: Customer
    playbook: Playbook
    channel: str
    now: datetime
    zone: ZoneInfo | None
    approved: bool
    goal_reached: bool
    expires_at: datetime
    sending_enabled: bool = True
    dry_run: bool = False


@dataclass(frozen=True)
class Refusal:
    """The first rule that refused, why, and when it would next allow the contact (None: not in this journey)."""

    rule: str
    reason: Reason
    next_possible: datetime | None = None


@dataclass(frozen=True)
class Permit:
    """Every rule allowed the contact."""


type Verdict = Permit | Refusal


def ask_gate(request: ContactRequest) -> Verdict:
    """Ask every rule in order; return the first refusal, or a permit."""
    for rule in RULES:
        refusal = rule(request)
        if refusal is not None:
            return refusal
    return Permit()


def ask_channel_rules(request: ContactRequest) -> Refusal | None:
    """Ask only what depends on the channel and not on the hour: consent and a way to reach the customer."""
    return _consent(request) or _reachable(request)


def _refuse(rule: str, text: str, next_possible: datetime | None = None) -> Refusal:
    return Refusal(rule, Reason(rule, text), next_possible)


def _kill_switch(request: ContactRequest) -> Refusal | None:
    if not request.sending_enabled:
        return _refuse("kill_switch", "Sending is switched off for this stage.")
    if not request.playbook.enabled:
        return _refuse("kill_switch", "This playbook is switched off.")
    return None


def _dry_run(request: ContactRequest) -> Refusal | None:
    return _refuse("dry_run", "This stage decides everything but sends nothing.") if request.dry_run else None


def _holdout(request: ContactRequest) -> Refusal | None:
    held = in_holdout(request.customer.customer_id, salt=request.playbook.id, percent=request.playbook.holdout_percent)
    return _refuse("holdout", "Held out, so that the effect of messages can be measured.") if held else None


def _automation_opt_out(request: ContactRequest) -> Refusal | None:
    if request.customer.profile.automation_opt_out:
        return _refuse("automation_opt_out", "The customer wants no automated decisions about them.")
    return None


def _consent(request: ContactRequest) -> Refusal | None:
    consent = request.customer.consent
    if consent.refused(request.channel):
        return _refuse("opted_out", f"The customer opted out of {request.channel}.")
    if not consent.allows(request.channel):
        return _refuse("no_consent", f"The customer never allowed {request.channel}.")
    return None


def _reachable(request: ContactRequest) -> Refusal | None:
    if not has_address(request.customer, request.channel):
        return _refuse("no_address", f"There is no address for {request.channel}.")
    if request.channel == Channel.SMS and request.zone is None:
        return _refuse("unknown_time_zone", "The time zone is unknown, so an SMS might come at night.")
    return None


def _relevant(request: ContactRequest) -> Refusal | None:
    if request.goal_reached:
        return _refuse("goal_reached", "The customer got there without this message.")
    if request.customer.has_open_case:
        return _refuse("case_open", "A person is looking after this customer.")
    if request.now >= request.expires_at:
        return _refuse("journey_expired", "The journey outlived its playbook's limit.")
    return None


def _approval(request: ContactRequest) -> Refusal | None:
    return None if request.approved else _refuse("not_approved", "The text is not approved as it stands.")


def _quiet_hours(request: ContactRequest) -> Refusal | None:
    zone = contact_zone(request.zone, request.playbook)
    opens = next_permitted(request.now, zone, request.playbook.contact_hours(request.channel))
    if opens == request.now:
        return None
    return _refuse("quiet_hours", "It is outside contact hours where the customer is.", opens)


def _frequency_caps(request: ContactRequest) -> Refusal | None:
    full = request.customer.ledger.full_cap(
        request.playbook.caps(), request.now, channel=request.channel, playbook=request.playbook.id
    )
    if full is None:
        return None
    return _refuse("frequency_cap", f"The customer had enough contacts: {full.cap.in_words}.", full.next_possible)


RULES: tuple[Callable[[ContactRequest], Refusal | None], ...] = (
    _kill_switch,
    _dry_run,
    _holdout,
    _automation_opt_out,
    _consent,
    _reachable,
    _relevant,
    _approval,
    _quiet_hours,
    _frequency_caps,
)


def contact_zone(zone: ZoneInfo | None, playbook: Playbook) -> ZoneInfo:
    """Return the zone that counts: the customer's, else (never for SMS, see above) the playbook's."""
    return zone or ZoneInfo(playbook.fallback_time_zone)


def has_address(customer: Customer, channel: str) -> bool:
    """Whether there is somewhere to send to; a note on the site needs a customer who visits it."""
    match channel:
        case Channel.EMAIL:
            return bool(customer.profile.email)
        case Channel.SMS:
            return bool(customer.profile.phone)
        case _:
            return bool(customer.sessions)
