"""The values that a preview is rendered with: a made-up sender, the samples of the slots, and what was typed."""

from collections.abc import Iterable, Mapping

from attune.domain.slots import clean
from attune.domain.texts import Text
from attune_cli.errors import InputError

REQUIRED: Mapping[str, str] = {
    "company_name": "Acme",
    "postal_address": "Acme GmbH, Musterweg 1, 10115 Berlin",
    "unsubscribe_url": "https://m.example/unsubscribe/token",
}
SENDER: Mapping[str, str] = {
    **REQUIRED,
    "feedback_url_yes": "https://m.example/feedback/token?answer=yes",
    "feedback_url_no": "https://m.example/feedback/token?answer=no",
    "help_url": "https://shop.example/help",
    "preferences_url": "https://m.example/preferences/token",
    "why_url": "https://m.example/why/token",
}
"""Everything that a sender gives beside a text's own slots; a preview without one of them would show less than is sent."""


def sample_values(text: Text, typed: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return a value for every slot: what was typed for it, else its sample."""
    return {**SENDER, **{slot.name: slot.sample for slot in text.slots}, **(typed or {})}


def read_typed(pairs: Iterable[str], texts: Iterable[Text]) -> dict[str, str]:
    """Read `name=value`; raise InputError for what is no pair, a slot of none of the texts, or a value of no such type.

    An empty value shows the text without it.
    """
    slots = {slot.name: (slot, text.locale) for text in texts for slot in text.slots}
    typed: dict[str, str] = {}
    for pair in pairs:
        name, given, value = pair.partition("=")
        if not given:
            raise InputError(f"{pair!r} is no sample", "--sample first_name=Ada")
        if name not in slots and name not in SENDER:
            raise InputError(f"there is no slot {name!r} here", f"one of {', '.join(sorted({*slots, *SENDER}))}")
        if name in slots and value:
            slot, locale = slots[name]
            if clean(slot.type, value, locale=locale) is None:
                raise InputError(f"{value!r} is no {slot.type} for the slot {name!r}", f"--sample {name}={slot.sample}")
        typed[name] = value
    return typed
