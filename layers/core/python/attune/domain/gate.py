"""The one gate: whether this contact may happen now, which rule forbids it, and when it would be possible.

The rules are asked in a fixed order and the first that refuses is the reason: kill switch, dry run, holdout,
automation opt-out, consent, suppression, sentiment and distress, still relevant, approval, quiet hours and legal
windows, frequency caps and cadence, complaint-rate brake. The account's quota comes last of all, where the message is
handed over. docs/gate.md says of each what it asks, what is recorded and when it frees up.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from attune.domain.cadence import Cadence, cadence_of, caps_for
from attune.domain.complaint_brake import LOOK_AGAIN_AFTER, Brake
from attune.domain.contact_calendar import ContactCalendar
from attune.domain.customers import Channel, Customer
from attune.domain.decisions import Reason
from attune.domain.holdout import in_holdout
from attune.domain.playbooks import Playbook
from attune.domain.quiet_hours import next_permitted
from attune.domain.sentiment import LASTS, STRONG, Heard, Polarity, is_distressed
from attune.domain.switches import ASK_AGAIN_AFTER, CHANNEL_OFF, UNKNOWN, Switches

QUOTA = "quota"
"""The last rule; asked of the provider's account once every other rule has agreed."""
SUPPRESSED_BY = frozenset({"ses_bounce", "ses_complaint"})
"""Sources of a refusal that the provider reports of an address, rather than the customer to us."""


@dataclass(frozen=True, kw_only=True)
class ContactRequest:
    """What is about to be sent to whom, with everything the rules look at; what is not said counts as the worst."""

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
    promotional: bool = True
    over: Reason | None = None
    """Why the journey is over for any other reason: it ended, its version is gone, the customer answered."""
    calendar: ContactCalendar = field(default_factory=ContactCalendar)
    brake: Brake = Brake.UNKNOWN
    switches: Switches = field(default_factory=Switches)
    """How the stage's switches stand; whoever sends hands in what it read within the last minute."""


@dataclass(frozen=True)
class Refusal:
    """The first rule that refused, why, and when it would next allow the contact (None: nobody can tell).

    `waits` says that the contact is held until then; otherwise it is withheld, although the rule frees up some day.
    """

    rule: str
    reason: Reason
    next_possible: datetime | None = None
    waits: bool = True


@dataclass(frozen=True)
class Permit:
    """Every rule allowed the contact."""


type Verdict = Permit | Refusal
type Rule = Callable[[ContactRequest], Refusal | None]


def ask_gate(request: ContactRequest) -> Verdict:
    """Ask every rule in order; return the first refusal, or a permit."""
    for rule in RULES:
        refusal = rule(request)
        if refusal is not None:
            return refusal
    return Permit()


def ask_channel_rules(request: ContactRequest) -> Refusal | None:
    """Ask only what depends on the channel and not on the hour: consent, suppression, a known zone for SMS."""
    return _consent(request) or _suppression(request) or _zone(request)


def _refuse(rule: str, text: str, next_possible: datetime | None = None, *, waits: bool = True) -> Refusal:
    return Refusal(rule, Reason(rule, text), next_possible, waits=waits and next_possible is not None)


def _kill_switch(request: ContactRequest) -> Refusal | None:
    if not request.sending_enabled:
        return _refuse("kill_switch", "Sending is switched off for this stage.")
    if not request.playbook.enabled:
        return _refuse("kill_switch", "This playbook is switched off.")
    reason = request.switches.why_off(request.playbook.id, request.playbook.version)
    if reason is not None:
        unknown = reason.code == UNKNOWN
        return Refusal("kill_switch", reason, request.now + ASK_AGAIN_AFTER if unknown else None, waits=unknown)
    reason = request.switches.why_channel_off(request.channel)
    return Refusal(CHANNEL_OFF, reason, waits=False) if reason is not None else None


def _dry_run(request: ContactRequest) -> Refusal | None:
    return _refuse("dry_run", "This stage decides everything but sends nothing.") if request.dry_run else None


def _holdout(request: ContactRequest) -> Refusal | None:
    playbook, customer = request.playbook, request.customer
    if playbook.service and customer.profile.automation_opt_out:
        return None  # nobody measures anything by who wants nothing decided about them
    held = in_holdout(customer.customer_id, salt=playbook.id, percent=playbook.holdout_percent)
    return _refuse("holdout", "Held out, so that the effect of messages can be measured.") if held else None


def _automation_opt_out(request: ContactRequest) -> Refusal | None:
    """Let service texts pass: who wants nothing decided about them still hears of what they have under way."""
    if request.customer.profile.automation_opt_out and request.promotional:
        return _refuse("automation_opt_out", "The customer wants no automated decisions about them.")
    return None


def _consent(request: ContactRequest) -> Refusal | None:
    consent = request.customer.consent
    if consent.refused(request.channel):
        if _refused_by(request) in SUPPRESSED_BY:
            return None
        return _refuse("opted_out", f"The customer opted out of {request.channel}.")
    if not consent.allows(request.channel):
        return _refuse("no_consent", f"The customer never allowed {request.channel}.")
    return None


def _suppression(request: ContactRequest) -> Refusal | None:
    if request.customer.consent.refused(request.channel):
        what = {
            "ses_bounce": "The address does not take mail.",
            "ses_complaint": "A message to this address was reported as spam.",
        }
        # The rule before this one sees to everybody else's no; were it ever to let one pass, this one holds it up.
        told = what.get(_refused_by(request), f"The customer refused {request.channel}.")
        return _refuse("suppressed", told)
    if not has_address(request.customer, request.channel):
        return _refuse("no_address", f"There is no address for {request.channel}.")
    return None


def _refused_by(request: ContactRequest) -> str:
    word = request.customer.consent.channels.get(request.channel)
    return word.source if word else ""


def _sentiment(request: ContactRequest) -> Refusal | None:
    profile = request.customer.profile
    if profile.distress is not None and is_distressed(profile.distress, request.now):
        return _refuse(
            "distress",
            "The customer wrote in distress: a person answers, not a message.",
            profile.distress.at + LASTS,
            waits=False,
        )
    heard = profile.sentiment
    if request.promotional and heard is not None and _is_very_unhappy(heard) and request.now - heard.at < LASTS:
        text = "The customer is very unhappy with us: nothing is promoted to them."
        return _refuse("sentiment", text, heard.at + LASTS, waits=False)
    return None


def _is_very_unhappy(heard: Heard) -> bool:
    return heard.polarity is Polarity.NEGATIVE and heard.strength >= STRONG


def _relevant(request: ContactRequest) -> Refusal | None:
    if request.goal_reached:
        return _refuse("goal_reached", "The customer got there without this message.")
    if request.customer.has_open_case:
        return _refuse("case_open", "A person is looking after this customer.")
    if request.now >= request.expires_at:
        return _refuse("journey_expired", "The journey outlived its playbook's limit.")
    if request.over is not None:
        return _refuse(request.over.code, request.over.text)
    return None


def _approval(request: ContactRequest) -> Refusal | None:
    return None if request.approved else _refuse("not_approved", "The text is not approved as it stands.")


def _zone(request: ContactRequest) -> Refusal | None:
    if request.channel == Channel.SMS and request.zone is None:
        return _refuse("unknown_time_zone", "The time zone is unknown, so an SMS might come at night.")
    return None


def _quiet_hours(request: ContactRequest) -> Refusal | None:
    zone = contact_zone(request.zone, request.playbook)
    hours = request.calendar.hours(request.customer, request.playbook, request.channel, promotional=request.promotional)
    opens = next_permitted(request.now, zone, hours)
    if opens == request.now:
        return None
    return _refuse("quiet_hours", "It is outside contact hours where the customer is.", opens)


def _cadence(request: ContactRequest) -> Refusal | None:
    if request.promotional and cadence_of(request.customer.profile.cadence) is Cadence.IMPORTANT:
        return _refuse("cadence", "The customer wants important messages only.")
    return None


def _topic(request: ContactRequest) -> Refusal | None:
    if request.customer.profile.wants(request.playbook.id):
        return None
    return _refuse("topic_muted", "The customer wants no messages about this.")


def _frequency_caps(request: ContactRequest) -> Refusal | None:
    full = request.customer.ledger.full_cap(
        caps_for(request.customer, request.playbook, request.now),
        request.now,
        channel=request.channel,
        playbook=request.playbook.id,
    )
    if full is None:
        return None
    return _refuse("frequency_cap", f"The customer had enough contacts: {full.cap.in_words}.", full.next_possible)


def _complaint_brake(request: ContactRequest) -> Refusal | None:
    if request.channel != Channel.EMAIL or not request.brake.holds(promotional=request.promotional):
        return None
    why = {
        Brake.ON: "Too many emails are reported as spam: promotional ones wait.",
        Brake.STOPPED: "Far too many emails are reported as spam: all of them wait.",
        Brake.UNKNOWN: "Nobody can tell how many emails are reported as spam: promotional ones wait.",
    }
    return _refuse("complaint_brake", why[request.brake], request.now + LOOK_AGAIN_AFTER)


STEPS: tuple[tuple[str, tuple[Rule, ...]], ...] = (
    ("kill switch", (_kill_switch,)),
    ("dry run", (_dry_run,)),
    ("holdout", (_holdout,)),
    ("automation opt-out", (_automation_opt_out,)),
    ("consent", (_topic, _consent)),
    ("suppression", (_suppression,)),
    ("sentiment and distress", (_sentiment,)),
    ("still relevant", (_relevant,)),
    ("approval", (_approval,)),
    ("quiet hours and legal windows", (_zone, _quiet_hours)),
    ("frequency caps", (_cadence, _frequency_caps)),
    ("complaint-rate brake", (_complaint_brake,)),
)
"""The order is a promise: people count refusals by it. The quota is the step after these."""
RULES: tuple[Rule, ...] = tuple(rule for _, rules in STEPS for rule in rules)


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
