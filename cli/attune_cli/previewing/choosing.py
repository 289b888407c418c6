"""Which texts somebody means who names a message, a channel, a language, or all."""

from attune.domain.texts import Text, TextLibrary
from attune_cli.errors import InputError


def choose(library: TextLibrary, *, message: str, channel: str, locale: str, everything: bool) -> tuple[Text, ...]:
    """Return the texts that are meant; raise InputError when there are none."""
    if bool(message) == everything:
        raise InputError("say which message, or --all, and not both", "e.g. cart_help_offer")
    chosen = tuple(
        text
        for text in library.texts
        if (everything or text.message == message) and channel in ("", text.channel) and locale in ("", text.locale)
    )
    if not chosen:
        known = sorted({text.message for text in library.texts})
        among = [text.name for text in library.texts if text.message == message]
        raise InputError(f"there is no text {_wish(message, channel, locale)}", f"one of {', '.join(among or known)}")
    return chosen


def _wish(message: str, channel: str, locale: str) -> str:
    return "/".join(part for part in (message or "*", ".".join(part for part in (channel or "*", locale or "*"))))
