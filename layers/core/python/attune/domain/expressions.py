"""Regular expressions that are compiled when they are first asked: most cold starts meet no reply."""

import re
from functools import cached_property


class Expression:
    """A regular expression by its source; the hundred of them that read replies take 70 ms to compile."""

    def __init__(self, source: str) -> None:
        """Keep the source."""
        self._source = source

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self._source)

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match, as `re.Pattern.search`."""
        return self._pattern.search(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Return the match of the whole text, as `re.Pattern.fullmatch`."""
        return self._pattern.fullmatch(text)

    def sub(self, replacement: str, text: str) -> str:
        """Return the text with what matches replaced, as `re.Pattern.sub`."""
        return self._pattern.sub(replacement, text)
