"""Which approved text on which channel in which tone: those that fit customer, channel and voice, and one among equals.

What people decided comes first: consent, approval, the map of tones. Who hesitates, or reads on a phone, gets the softer
and shorter of what is left. Only what is then still equal is for the policy to choose from.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from attune.domain.channels import ChannelChoice
from attune.domain.decisions import Option, Reason
from attune.domain.learning.policy import STOPPED, Policy
from attune.domain.situation import Situation
from attune.domain.texts import Found, Text, TextLibrary, find
from attune.domain.tones import AllowedTones, CallToAction, TextKind, allowed_tones

NO_SENTIMENT = "neutral"
PHONE = "phone"
ABOUT_AS_SHORT = 1.2
"""On a phone a text up to so many times as long as the shortest is as good."""


@dataclass(frozen=True)
class Words:
    """The texts that are equally right (none: a person must take over), all on one channel, with what led to them."""

    equals: tuple[Found, ...]
    reasons: tuple[Reason, ...]
    options: tuple[Option, ...]

    def choose(self, policy: Policy, *, seed: str) -> "WordChoice":
        """Return one of the equals, drawn by the policy; the same seed draws the same one."""
        if not self.equals:
            return WordChoice(None, self.reasons, self.options)
        by_message = {found.text.message: found for found in self.equals}
        choice = policy.choose(tuple(by_message), seed=seed)
        found = by_message[choice.arm]
        channel = found.text.channel
        chances = {f"{message}/{channel}": chance for message, chance in choice.probabilities.items()}
        stopped = {f"{message}/{channel}" for message in policy.stopped}
        options = tuple(
            replace(o, probability=round(chances[o.name], 4), note=STOPPED if o.name in stopped else o.note)
            if o.name in chances
            else o
            for o in self.options
        )
        reasons = (*self.reasons, *_about(found))
        if len(by_message) > 1:
            drawn = f"Drawn with probability {choice.probability:.2f} among {len(by_message)} texts that fit as well."
            reasons = (*reasons, Reason("policy", drawn))
        return WordChoice(found.text, reasons, options)


@dataclass(frozen=True)
class WordChoice:
    """The chosen text (None: a person must take over), why, and what was possible."""

    text: Text | None
    reasons: tuple[Reason, ...]
    options: tuple[Option, ...]


def find_words(
    situation: Situation,
    messages: Iterable[str],
    channels: ChannelChoice,
    library: TextLibrary,
    *,
    sentiment: str = NO_SENTIMENT,
) -> Words:
    """Find the texts for a touch on the first usable channel that has any in the customer's language."""
    allowed = _allowed(situation, library, sentiment)
    refused = tuple(refusal.reason for refusal in channels.refusals)
    tried: list[Option] = []
    for channel in channels.usable:
        fitting: list[Found] = []
        for message in messages:
            found = find(library, message=message, channel=channel, locale=situation.locale)
            note = _objection(found, allowed)
            tried.append(Option(f"{message}/{channel}", permitted=not note, note=note))
            if isinstance(found, Found) and not note:
                fitting.append(found)
        if fitting:
            equals, why = _best(fitting, allowed, situation)
            if situation.customer.profile.automation_opt_out:
                equals = equals[:1]  # the playbook's first text, so that nothing is drawn for who wants no such thing
            notes = _passed_over(fitting, equals)
            options = tuple(replace(option, note=notes.get(option.name, option.note)) for option in tried)
            tone = Reason("tone", f"Tone {equals[0].text.tone}, allowed by rule {allowed.rule}.")
            return Words(equals, (*refused, tone, *why), (*channels.options, *options))
    locale = situation.locale or "unknown"
    none = Reason(
        "no_approved_text", f"There is no approved text in the customer's language ({locale}) on a permitted channel."
    )
    return Words((), (none,), (*channels.options, *tried))


def words_context(situation: Situation, channel: str) -> str:
    """Return the context that the policy learns texts by: channel, device, friction level."""
    return f"words#{channel}#{situation.device or 'unknown'}#{situation.friction.level}"


def _allowed(situation: Situation, library: TextLibrary, sentiment: str) -> AllowedTones:
    profile = situation.customer.profile
    allowed = allowed_tones(
        library.tones,
        segment=profile.segment or "any",
        lifecycle=profile.lifecycle or "any",
        friction_level=situation.friction.level,
        sentiment=sentiment,
    )
    if not profile.automation_opt_out:
        return allowed
    return replace(allowed, kinds=tuple(kind for kind in allowed.kinds if kind is TextKind.SERVICE))


def _best(
    fitting: Sequence[Found], allowed: AllowedTones, situation: Situation
) -> tuple[tuple[Found, ...], tuple[Reason, ...]]:
    """Narrow down to the softest where that is called for, the best tone, and the shortest on a phone."""
    reasons: list[Reason] = []
    left = list(fitting)
    on_phone = situation.device == PHONE
    soft = [found for found in left if found.text.call_to_action is CallToAction.SOFT]
    if soft and (situation.hesitant or on_phone):
        left = soft
        why = "The customer hesitates" if situation.hesitant else "They read on a phone"
        reasons.append(Reason("soft", f"{why}, so nothing is asked for firmly."))
    best = min(allowed.tones.index(found.text.tone) for found in left)
    left = [found for found in left if allowed.tones.index(found.text.tone) == best]
    if on_phone:
        longest = ABOUT_AS_SHORT * min(len(found.text.body) for found in left)
        shorter = [found for found in left if len(found.text.body) <= longest]
        if len(shorter) < len(left):
            reasons.append(Reason("short", "They read on a phone, so the shorter words were taken."))
        left = shorter
    return tuple(left), tuple(reasons)


def _passed_over(fitting: Sequence[Found], equals: Sequence[Found]) -> dict[str, str]:
    return {f"{f.text.message}/{f.text.channel}": "another fits better" for f in fitting if f not in equals}


def _objection(found: object, allowed: AllowedTones) -> str:
    if not isinstance(found, Found):
        return str(getattr(found, "reason", "missing"))
    if found.text.tone not in allowed.tones:
        return f"tone {found.text.tone} not allowed by {allowed.rule}"
    return "" if found.text.kind in allowed.kinds else f"{found.text.kind} text not allowed by {allowed.rule}"


def _about(found: Found) -> tuple[Reason, ...]:
    return (Reason("approved", f"Approved on {found.approval.date} by {found.approval.role}."),)
