"""Who an SMS comes from, country by country, and the legal words under it; a country nobody looked into gets none."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from attune.domain.locales import fallback_chain

_ASKS_FOR_REPLY = re.compile(r"(?<![A-Za-z])STOP(?![A-Za-z])")
"""The keyword, also where the language puts no spaces around it."""


class OriginKind(StrEnum):
    """What a recipient sees as sender."""

    NUMBER = "number"
    SENDER_ID = "sender_id"


@dataclass(frozen=True)
class SmsCountry:
    """What a country allows: whether a name may be the sender, and what the law wants beside the opt-out."""

    sender_ids: bool
    reply_words: Mapping[str, str]
    link_words: Mapping[str, str]


@dataclass(frozen=True)
class SmsRules:
    """The countries that SMS may go to, by ISO code."""

    countries: Mapping[str, SmsCountry]


@dataclass(frozen=True)
class SmsOrigin:
    """Who sends: a number, which can be answered, or a name, which cannot."""

    kind: OriginKind
    identity: str

    @property
    def can_be_answered(self) -> bool:
        """Whether a reply reaches anybody."""
        return self.kind is OriginKind.NUMBER


@dataclass(frozen=True)
class NoSms:
    """Why no SMS can be sent to this person."""

    code: str
    text: str


@dataclass(frozen=True)
class SmsSenders:
    """A stage's own senders: numbers (or pools of them) by country, and a name for where names are allowed."""

    numbers: Mapping[str, str]
    sender_id: str

    def origin(self, rules: SmsRules, country: str) -> SmsOrigin | NoSms:
        """Return who sends to a country; a number comes before a name, because it can be answered."""
        known = rules.countries.get(country)
        if not country:
            return NoSms("sms_country_unknown", "The country of the phone number cannot be told.")
        if known is None:
            return NoSms(
                "sms_country_not_set_up", f"SMS to {country} are not set up: nobody has looked into its rules."
            )
        number = self.numbers.get(country)
        if number:
            return SmsOrigin(OriginKind.NUMBER, number)
        if known.sender_ids and self.sender_id:
            return SmsOrigin(OriginKind.SENDER_ID, self.sender_id)
        return NoSms("sms_no_sender", f"This stage has no number to send SMS to {country} from.")


def asks_for_reply(words: str) -> bool:
    """Whether a text tells its reader to opt out by answering."""
    return bool(_ASKS_FOR_REPLY.search(words))


def with_legal_words(
    words: str, country: SmsCountry, origin: SmsOrigin, *, locales: Iterable[str], unsubscribe_url: str
) -> str | NoSms:
    """Return the words with the country's opt-out under them, where they do not say it themselves.

    A text that asks for a reply is not sent from a name: the reply would reach nobody.
    """
    chain = fallback_chain(locales)
    if origin.can_be_answered:
        if asks_for_reply(words):
            return words
        legal = next((country.reply_words[tag] for tag in chain if tag in country.reply_words), "")
    else:
        if asks_for_reply(words):
            return NoSms(
                "sms_cannot_reply", "The text asks for a reply, and the only sender for this country takes none."
            )
        legal = next((country.link_words[tag] for tag in chain if tag in country.link_words), "")
    if not legal:
        return NoSms(
            "sms_no_legal_text", f"There is no opt-out text in {chain[0] if chain else 'any language'} for SMS."
        )
    return f"{words}\n{legal.replace('{url}', unsubscribe_url)}"
