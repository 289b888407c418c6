"""Which approved text on which channel in which tone: the first that fits customer, channel and voice."""

from collections.abc import Iterable
from dataclasses import dataclass

from attune.domain.channels import ChannelChoice
from attune.domain.decisions import Option, Reason
from attune.domain.situation import Situation
from attune.domain.texts import Found, Text, TextLibrary, find
from attune.domain.tones import AllowedTones, allowed_tones

NO_SENTIMENT = "neutral"


@dataclass(frozen=True)
class WordChoice:
    """The chosen text (None: a person must take over), why, and what was possible."""

    text: Text | None
    reasons: tuple[Reason, ...]
    options: tuple[Option, ...]


def choose_words(
    situation: Situation,
    messages: Iterable[str],
    channels: ChannelChoice,
    library: TextLibrary,
    *,
    sentiment: str = NO_SENTIMENT,
) -> WordChoice:
    """Choose the text for a touch; None if no usable channel has an approved one in the customer's language."""
    profile = situation.customer.profile
    allowed = allowed_tones(
        library.tones,
        segment=profile.segment or "any",
        lifecycle=profile.lifecycle or "any",
        friction_level=situation.friction.level,
        sentiment=sentiment,
    )
    tried: list[Option] = []
    for channel in channels.usable:
        for message in messages:
            found = find(library, message=message, channel=channel, locale=situation.locale)
            note = _objection(found, allowed)
            tried.append(Option(f"{message}/{channel}", permitted=not note, note=note))
            if isinstance(found, Found) and not note:
                return WordChoice(found.text, _reasons(found, allowed, channels), (*channels.options, *tried))
    locale = situation.locale or "unknown"
    why = Reason(
        "no_approved_text", f"There is no approved text in the customer's language ({locale}) on a permitted channel."
    )
    return WordChoice(None, (why,), (*channels.options, *tried))


def _objection(found: object, allowed: AllowedTones) -> str:
    if not isinstance(found, Found):
        return str(getattr(found, "reason", "missing"))
    if found.text.tone not in allowed.tones:
        return f"tone {found.text.tone} not allowed by {allowed.rule}"
    return "" if found.text.kind in allowed.kinds else f"{found.text.kind} text not allowed by {allowed.rule}"


def _reasons(found: Found, allowed: AllowedTones, channels: ChannelChoice) -> tuple[Reason, ...]:
    return (
        *(refusal.reason for refusal in channels.refusals),
        Reason("tone", f"Tone {found.text.tone}, allowed by rule {allowed.rule}."),
        Reason("approved", f"Approved on {found.approval.date} by {found.approval.role}."),
    )
