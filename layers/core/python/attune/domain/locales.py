"""Read language tags (BCP 47) and say in which order languages may stand in for one another."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from attune.domain.errors import AttuneError

LONGEST_TAG = 35

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})"
    r"(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<rest>(?:-[a-z0-9]{1,8})*)",
    re.IGNORECASE,
)
_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})


class LocaleError(AttuneError):
    """Raised when a language tag cannot be read."""


@dataclass(frozen=True)
class Locale:
    """A language with, where they matter, its script and its region: `de`, `de-CH`, `zh-Hant-TW`."""

    language: str
    script: str = ""
    region: str = ""

    def __str__(self) -> str:
        """Write the tag in its usual case, parts joined by hyphens."""
        return "-".join(part for part in (self.language, self.script, self.region) if part)

    @property
    def direction(self) -> str:
        """Return `rtl` for languages written from right to left, otherwise `ltr`."""
        return "rtl" if self.language in _RIGHT_TO_LEFT else "ltr"


@lru_cache(maxsize=512)
def parse_locale(tag: str) -> Locale:
    """Read `de-CH`, `de_CH`, `de_CH.UTF-8` or `DE-ch`; variants and extensions are dropped.

    Raises LocaleError for anything that names no language.
    """
    plain = tag.strip().partition(".")[0].replace("_", "-") if len(tag) <= LONGEST_TAG else ""
    match = _TAG.fullmatch(plain)
    if match is None:
        message = f"{tag[:LONGEST_TAG]!r} is no language tag; write the language and maybe the region, e.g. de or de-CH"
        raise LocaleError(message)
    return Locale(match["language"].lower(), (match["script"] or "").title(), (match["region"] or "").upper())


def fallback_chain(locales: Iterable[str]) -> tuple[str, ...]:
    """Return the tags to try, best first: each wish, then its plainer forms, then the next wish.

    `de-CH, fr` gives `de-CH, de, fr`. Nothing is added that was not asked for (never English by default);
    wishes that cannot be read are skipped.
    """
    chain: dict[str, None] = {}
    for tag in locales:
        try:
            locale = parse_locale(tag)
        except LocaleError:
            continue
        for form in (locale, Locale(locale.language, locale.script), Locale(locale.language)):
            chain[str(form)] = None
    return tuple(chain)
