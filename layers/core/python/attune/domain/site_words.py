"""What stands on the overlay around a note, in the language of the note."""

from collections.abc import Mapping
from dataclasses import dataclass

from attune.domain.locales import fallback_chain

DEFAULT = "en"


@dataclass(frozen=True)
class OnsiteWords:
    """The words of every language, by name; `label` may hold {company}."""

    locales: Mapping[str, Mapping[str, str]]

    def of(self, locale: str, *, company_name: str) -> dict[str, str]:
        """Return the words in a note's language, else in English."""
        tag = next((tag for tag in fallback_chain((locale,)) if tag in self.locales), DEFAULT)
        words = self.locales[tag]
        return {**words, "label": words["label"].replace("{company}", company_name)}
