"""When a note becomes a suggestion for the person who looks after a customer, when it does not, and when to ask again.

Never a message: what comes of it is a case for a person, who decides, writes and signs. Only a note's topic and its days
are looked at here, never what it says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from attune.domain.customers import Customer
from attune.domain.decisions import Reason
from attune.domain.personal_notes import PersonalNote, Topic
from attune.domain.sentiment import is_distressed

STRICT = {"extra": "forbid"}
PERSONAL = "personal_moments"
"""By which people mute it, and under which its decisions are found."""
FOLLOW_UP = "#follow_up"
FIRST_HOUR = time(6, tzinfo=UTC)
AFTER_THE_DAY = timedelta(days=30)
"""So long after its day a note is kept for the question how it went."""


@dataclass(frozen=True, kw_only=True)
class TopicRule:
    """The approved words for a topic, the idea, and how long before its day (or after it was told) to suggest it."""

    __pydantic_config__ = STRICT

    message: str
    idea: str
    before: timedelta = timedelta(0)
    after: timedelta = timedelta(0)


@dataclass(frozen=True, kw_only=True)
class PersonalRules:
    """What a team sets; `at_most` suggestions about one customer `within` a time."""

    __pydantic_config__ = STRICT

    version: str
    owner: str
    enabled: bool = True
    follow_up_after: timedelta
    answer_within: timedelta
    at_most: int
    within: timedelta
    topics: Mapping[Topic, TopicRule]


def suggest_at(note: PersonalNote, rules: PersonalRules) -> datetime:
    """Return when a note becomes a suggestion: before its day, or a while after it was told."""
    rule = rules.topics[note.topic]
    if note.on is None:
        return note.recorded_at + rule.after
    return max(datetime.combine(note.on, FIRST_HOUR) - rule.before, note.recorded_at)


def why_not(customer: Customer, note: PersonalNote, rules: PersonalRules, now: datetime) -> Reason | None:
    """Return why a note becomes no suggestion now, or None; the first reason by weight."""
    if not rules.enabled or note.topic not in rules.topics:
        return Reason("kill_switch", "Suggestions of this kind are switched off.")
    if note.on is not None and datetime.combine(note.on, time(23, 59, tzinfo=UTC)) < now:
        return Reason("too_late", "The day is over.")
    lately = [other for other in customer.personal_notes.values() if _suggested_within(other, rules, now)]
    if len(lately) >= rules.at_most:
        return Reason("enough_lately", "Enough was suggested about this customer lately.")
    return _why_left_alone(customer, now)


def why_not_follow_up(customer: Customer, note: PersonalNote, rules: PersonalRules, now: datetime) -> Reason | None:
    """Return why nobody is asked how a suggestion went, or None."""
    if not rules.enabled:
        return Reason("kill_switch", "Suggestions of this kind are switched off.")
    if note.suggested_at is None or note.followed_up_at is not None:
        return Reason("nothing_suggested", "There is nothing to ask about.")
    return _why_left_alone(customer, now)


def _why_left_alone(customer: Customer, now: datetime) -> Reason | None:
    profile = customer.profile
    if not profile.agent_of_record:
        return Reason("nobody_looks_after", "Nobody looks after this customer: a kind word from a stranger is none.")
    if profile.automation_opt_out:
        return Reason("automation_opt_out", "The customer wants no automated decisions about them, a hint included.")
    if not profile.wants(PERSONAL):
        return Reason("topic_muted", "The customer wants nothing of this kind.")
    if all(customer.consent.refused(channel) for channel in ("email", "sms")):
        return Reason("opted_out", "The customer wants to hear nothing from us.")
    if is_distressed(profile.distress, now):
        return Reason("distress", "The customer wrote in distress: a person is with them about that.")
    if customer.has_open_case:
        return Reason("case_open", "A person is looking after this customer about something else.")
    return None


def _suggested_within(note: PersonalNote, rules: PersonalRules, now: datetime) -> bool:
    return note.suggested_at is not None and note.suggested_at > now - rules.within


def kept_until(recorded_at: datetime, on: date | None, keep_for: timedelta) -> datetime:
    """Return when a note is forgotten."""
    return recorded_at + keep_for if on is None else datetime.combine(on, FIRST_HOUR) + AFTER_THE_DAY


def next_anniversary(since: date, today: date) -> tuple[date, int]:
    """Return the next anniversary from today on and which one it is; the 29th of February is kept on the 28th."""
    years = max(1, today.year - since.year)
    while (day := _in_year(since, since.year + years)) < today:
        years += 1
    return day, years


def _in_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def slots_of(note: PersonalNote) -> dict[str, str | date | None]:
    """Return what the approved words of a note's topic may ask for."""
    names: Mapping[Topic, tuple[str, str]] = {
        Topic.TRIP: ("destination", "trip_date"),
        Topic.INTEREST: ("interest", ""),
        Topic.FAMILY_NEED: ("family_need", ""),
        Topic.TEAM_FIXTURE: ("team", "fixture_date"),
        Topic.ANNIVERSARY: ("years", ""),
    }
    about, day = names[note.topic]
    return {about: note.about, **({day: note.on} if day else {})}


WHY: Mapping[Topic, str] = {
    Topic.TRIP: "They told us about a trip",
    Topic.INTEREST: "They told us what they care about",
    Topic.FAMILY_NEED: "They told us about somebody in the family",
    Topic.TEAM_FIXTURE: "The team that they follow plays",
    Topic.ANNIVERSARY: "They have been with us for some years",
}


def why_now(note: PersonalNote, rules: PersonalRules, *, follow_up: bool) -> str:
    """Say to the person who looks after the customer why they are asked, and the idea."""
    about = f": {note.about}" if note.about else ""
    day = f", on {note.on:%-d %B %Y}" if note.on else ""
    told = f"{WHY[note.topic]}{about}{day} (noted on {note.recorded_at:%Y-%m-%d})."
    if follow_up:
        when = f"{note.suggested_at:%Y-%m-%d}" if note.suggested_at else "some weeks ago"
        return f"{told} A kind word was suggested on {when}: how did it go, and is anything left to do?"
    return f"{told} {rules.topics[note.topic].idea} Nothing is sent by itself: it is yours to do, or to leave."
