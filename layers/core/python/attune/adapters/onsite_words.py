"""Read `templates/onsite/words.yaml`: what stands on the overlay around a note."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from attune.adapters.text_files import parse_yaml, read_file, validated
from attune.domain.site_words import OnsiteWords

FILE = "onsite/words.yaml"


class Words(BaseModel):
    """The words of one language; `label` names the overlay to screen readers and may hold {company}."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str = Field(min_length=1, max_length=80)
    question: str = Field(min_length=1, max_length=60)
    helpful: str = Field(min_length=1, max_length=20)
    not_helpful: str = Field(min_length=1, max_length=20)
    not_now: str = Field(min_length=1, max_length=20)
    close: str = Field(min_length=1, max_length=20)
    why: str = Field(min_length=1, max_length=40)
    settings: str = Field(min_length=1, max_length=40)


class WordsFile(BaseModel):
    """The whole file: the words by language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    locales: dict[str, Words]


def load_onsite_words(templates_dir: Path) -> OnsiteWords:
    """Read the words; raises MalformedTextError with place and fix."""
    file = validated(WordsFile, parse_yaml(read_file(templates_dir / FILE, FILE), FILE), FILE)
    return OnsiteWords({locale: words.model_dump() for locale, words in file.locales.items()})
