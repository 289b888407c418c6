"""Read `templates/sms/countries.yaml`, and tell the country of a phone number."""

from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from attune.adapters.text_files import parse_yaml, read_file, validated
from attune.domain.sms_senders import SmsCountry, SmsRules

FILE = "sms/countries.yaml"

type Words = dict[str, str]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CountryRow(_Row):
    """One country; words given here stand in for the common ones."""

    sender_ids: bool
    reply_words: Words = Field(default_factory=dict)
    link_words: Words = Field(default_factory=dict)


class CountriesFile(_Row):
    """The whole file."""

    reply_words: Words
    link_words: Words
    countries: dict[str, CountryRow]


@lru_cache(maxsize=8)
def load_sms_rules(templates_dir: Path) -> SmsRules:
    """Read the rules of all countries; raises MalformedTextError with place and fix."""
    file = validated(CountriesFile, parse_yaml(read_file(templates_dir / FILE, FILE), FILE), FILE)
    return SmsRules(
        {
            code: SmsCountry(
                sender_ids=row.sender_ids,
                reply_words={**file.reply_words, **row.reply_words},
                link_words={**file.link_words, **row.link_words},
            )
            for code, row in file.countries.items()
        }
    )


@lru_cache(maxsize=256)
def country_of(phone: str) -> str:
    """Return the ISO code of a number's country, "" where it cannot be told.

    Countries that share a calling code are told apart by the number itself; where it tells nothing (numbers that are
    kept free for films and tests), the code's main country counts: for +1 the United States, which allow the least.
    """
    # Imported here: its tables cost some 70 ms, and most messages are emails.
    import phonenumbers  # noqa: PLC0415

    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    region = phonenumbers.region_code_for_number(number)
    if region is None:
        region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    return region if region.isalpha() and region != "ZZ" else ""
