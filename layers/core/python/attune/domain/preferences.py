"""What customers say on the preferences page: what they saw, what they changed, and which changes follow from it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from attune.domain.cadence import Cadence, cadence_of
from attune.domain.customers import Channel, Consent, Customer
from attune.domain.decisions import Reason
from attune.domain.errors import AttuneError
from attune.domain.permissions import EMAIL_TRACKING
from attune.domain.signals import ConsentChange, ProfileChange

SOURCE = "preferences_page"
ZONES = (
    "Pacific/Honolulu",
    "America/Anchorage",
    "America/Los_Angeles",
    "America/Denver",
    "America/Phoenix",
    "America/Chicago",
    "America/Mexico_City",
    "America/New_York",
    "America/Bogota",
    "America/Halifax",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/Argentina/Buenos_Aires",
    "Atlantic/Azores",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/Madrid",
    "Europe/Paris",
    "Europe/Berlin",
    "Europe/Zurich",
    "Europe/Vienna",
    "Europe/Rome",
    "Europe/Warsaw",
    "Europe/Athens",
    "Europe/Helsinki",
    "Europe/Istanbul",
    "Africa/Lagos",
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Africa/Nairobi",
    "Asia/Jerusalem",
    "Asia/Riyadh",
    "Asia/Tehran",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Jakarta",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Manila",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Australia/Perth",
    "Australia/Adelaide",
    "Australia/Brisbane",
    "Australia/Sydney",
    "Pacific/Auckland",
)
"""Offered besides the zone that is known: a list that a thumb can scroll."""


class PreferenceError(AttuneError):
    """Raised when what was sent cannot be a wish; `field` is the one to look at."""

    def __init__(self, field: str, message: str) -> None:
        """Keep the field."""
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """Everything the page asks about, as it stands or as somebody wants it."""

    channels: frozenset[str] = frozenset()
    cadence: Cadence = Cadence.NORMAL
    quiet_from: str = ""
    quiet_until: str = ""
    muted_topics: frozenset[str] = frozenset()
    locale: str = ""
    time_zone: str = ""
    automation_opt_out: bool = False


@dataclass(frozen=True)
class PreferenceChange:
    """What follows from new wishes: nothing for whom they already hold."""

    traits: Mapping[str, str | bool]
    consents: tuple[tuple[str, bool], ...]
    reasons: tuple[Reason, ...]

    def profile_change(self, customer_id: str, now: datetime) -> ProfileChange:
        """Return the change of the profile, as of now."""
        return ProfileChange(message_id=SOURCE, customer_id=customer_id, time=now, traits=self.traits)


def wishes_of(customer: Customer) -> Wishes:
    """Return what somebody wants so far."""
    profile = customer.profile
    return Wishes(
        channels=frozenset(one for one in offered_channels(customer) if customer.consent.allows(one)),
        cadence=cadence_of(profile.cadence),
        quiet_from=_hour(profile.quiet_from),
        quiet_until=_hour(profile.quiet_until),
        muted_topics=frozenset(filter(None, profile.muted_topics.split(","))),
        locale=profile.locale,
        time_zone=profile.time_zone,
        automation_opt_out=profile.automation_opt_out,
    )


def offered_channels(customer: Customer) -> tuple[str, ...]:
    """Return the channels that somebody can be reached by (an address is there, or it is the site itself), and tracking."""
    addresses = {Channel.EMAIL: customer.profile.email, Channel.SMS: customer.profile.phone, Channel.ONSITE: "site"}
    reachable = tuple(channel.value for channel, address in addresses.items() if address)
    # Nobody is asked to be tracked here; who once allowed it can take it back.
    return (*reachable, EMAIL_TRACKING) if customer.consent.allows(EMAIL_TRACKING) else reachable


def read_wishes(form: Mapping[str, Sequence[str]], *, topics: Iterable[str], locales: Iterable[str]) -> Wishes:
    """Read a form, or what it showed; raise PreferenceError for what no page of ours can send."""
    cadence = _one(form, "cadence") or Cadence.NORMAL.value
    if cadence not in set(Cadence):
        raise PreferenceError("cadence", f"the cadence must be one of {', '.join(Cadence)}")
    quiet_from, quiet_until = _hour(_one(form, "quiet_from")), _hour(_one(form, "quiet_until"))
    given = bool(_one(form, "quiet_from")), bool(_one(form, "quiet_until"))
    if (
        (bool(quiet_from), bool(quiet_until)) != given
        or given[0] != given[1]
        or (quiet_from and quiet_from == quiet_until)
    ):
        raise PreferenceError("quiet", "quiet hours need two different times, or none")
    locale, zone = _one(form, "locale"), _one(form, "time_zone")
    if locale and locale not in set(locales):
        raise PreferenceError("locale", "this language is not offered")
    if zone and not _is_zone(zone):
        raise PreferenceError("time_zone", "this time zone does not exist")
    return Wishes(
        channels=frozenset(form.get("channel", ())) & frozenset((*Channel, EMAIL_TRACKING)),
        cadence=Cadence(cadence),
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        muted_topics=frozenset(topics) - frozenset(form.get("topic", ())),
        locale=locale,
        time_zone=zone,
        automation_opt_out="no" in form.get("automation", ()),
    )


def preference_change(customer: Customer, *, shown: Wishes, wanted: Wishes) -> PreferenceChange:
    """Return what to change: only what differs from what was shown, so that an old page undoes nothing newer."""
    now = wishes_of(customer)
    consents = tuple(
        (channel, channel in wanted.channels)
        for channel in offered_channels(customer)
        if (channel in wanted.channels) not in ((channel in shown.channels), (channel in now.channels))
    )
    reasons = [
        Reason("channel", f"The customer {'allowed' if granted else 'took back'} {channel}.")
        for channel, granted in consents
    ]
    traits: dict[str, str | bool] = {}
    for changed, reason in (
        _cadence(now, shown, wanted),
        _quiet_hours(now, shown, wanted),
        _topics(now, shown, wanted),
        _named(now, shown, wanted, "locale", "language"),
        _named(now, shown, wanted, "time_zone", "time zone"),
        _automation(now, shown, wanted),
    ):
        if changed:
            traits |= changed
            reasons.append(reason)
    return PreferenceChange(traits, consents, tuple(reasons))


type _Changed = tuple[dict[str, str | bool], Reason]


def _cadence(now: Wishes, shown: Wishes, wanted: Wishes) -> _Changed:
    why = Reason("cadence", f"The customer wants {_CADENCES[wanted.cadence]}.")
    return ({"cadence": wanted.cadence.value} if wanted.cadence not in (shown.cadence, now.cadence) else {}), why


def _quiet_hours(now: Wishes, shown: Wishes, wanted: Wishes) -> _Changed:
    old = (shown.quiet_from, shown.quiet_until), (now.quiet_from, now.quiet_until)
    changed = (wanted.quiet_from, wanted.quiet_until) not in old
    traits: dict[str, str | bool] = {"quiet_from": wanted.quiet_from, "quiet_until": wanted.quiet_until}
    return (traits if changed else {}), Reason("quiet_hours", "The customer changed their own quiet hours.")


def _topics(now: Wishes, shown: Wishes, wanted: Wishes) -> _Changed:
    muted = (now.muted_topics | (wanted.muted_topics - shown.muted_topics)) - (shown.muted_topics - wanted.muted_topics)
    traits: dict[str, str | bool] = {"muted_topics": ",".join(sorted(muted))}
    why = Reason("topics", "The customer chose the topics they want to hear about.")
    return (traits if muted != now.muted_topics else {}), why


def _named(now: Wishes, shown: Wishes, wanted: Wishes, name: str, called: str) -> _Changed:
    wish = getattr(wanted, name)
    changed = bool(wish) and wish not in (getattr(shown, name), getattr(now, name))
    return ({name: wish} if changed else {}), Reason(name, f"The customer chose another {called}.")


def _automation(now: Wishes, shown: Wishes, wanted: Wishes) -> _Changed:
    wish = wanted.automation_opt_out
    why = Reason(
        "automation_opt_out", f"The customer {'wants no' if wish else 'allows'} automated decisions about them."
    )
    return ({"automation_opt_out": wish} if wish not in (shown.automation_opt_out, now.automation_opt_out) else {}), why


def fewer(customer: Customer) -> PreferenceChange:
    """Return what asks for fewer messages; nothing for whom they are few already."""
    if cadence_of(customer.profile.cadence) is not Cadence.NORMAL:
        return PreferenceChange({}, (), ())
    reason = Reason("cadence", f"The customer wants {_CADENCES[Cadence.FEWER]}.")
    return PreferenceChange({"cadence": Cadence.FEWER.value}, (), (reason,))


def consent_change(
    consent: Consent, channel: str, customer_id: str, now: datetime, *, granted: bool, source: str = SOURCE
) -> ConsentChange:
    """Return a change that counts after everything said before, also within the second in which a refusal wins."""
    known = consent.channels.get(channel)
    after = known.weight[0] + timedelta(milliseconds=1) if known else now
    return ConsentChange(
        message_id=source,
        customer_id=customer_id,
        time=max(now, after),
        channels=(channel,),
        granted=granted,
        source=source,
    )


_CADENCES: Mapping[Cadence, str] = {
    Cadence.NORMAL: "the usual number of messages",
    Cadence.FEWER: "fewer messages",
    Cadence.IMPORTANT: "important messages only",
}


def _one(form: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(form.get(name, ())), "").strip()


def _hour(written: str) -> str:
    """Return `22:00` of any way to write it, nothing for what is no time of day."""
    try:
        read = time.fromisoformat(written)
    except ValueError:
        return ""
    return "" if read.tzinfo else f"{read:%H:%M}"


def _is_zone(name: str) -> bool:
    if name in ZONES:
        return True
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True
