"""Read `templates/sms/countries.yaml`."""

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
