"""Read `templates/audience.yaml`, the account's rules about who is kept away from ads."""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from attune.adapters.customer_rows import SESSION_KEPT_FOR
from attune.adapters.text_files import parse_yaml, read_file, validated
from attune.domain.audience.identifiers import COLUMNS
from attune.domain.audience.rules import TIMED, AudienceRules, IdentifierKind, ListRule, Platform, PlatformRule, Why
from attune.domain.texts import MalformedTextError

FILE = "audience.yaml"
LEAST = 20
"""No list may be smaller: in a short one, a platform could tell who is on it and guess why."""

type Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]
type Days = Annotated[int, Field(ge=1, le=SESSION_KEPT_FOR.days)]
type Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,39}$")]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PlatformRow(_Row):
    """One platform."""

    stages: frozenset[str]
    identifiers: frozenset[IdentifierKind] = Field(min_length=1)
    smallest_list: int = Field(ge=LEAST)
    countries_off: frozenset[Country] = frozenset()


class ReasonRow(_Row):
    """One reason of a list."""

    days: Days | None = None


class ListRow(_Row):
    """One list."""

    platforms: frozenset[Platform] = Field(min_length=1)
    reasons: dict[Why, ReasonRow] = Field(min_length=1)


class NeverRow(_Row):
    """Who is in no file, besides people with a regulatory flag."""

    segments: frozenset[str]
    automation_opt_out: bool


class AudienceFile(_Row):
    """The whole file."""

    version: str = Field(min_length=1, max_length=40)
    platforms: dict[Platform, PlatformRow]
    lists: dict[Name, ListRow]
    countries_off: frozenset[Country]
    never: NeverRow


@lru_cache(maxsize=8)
def load_audience(templates_dir: Path) -> AudienceRules:
    """Read the rules; raises MalformedTextError with place and fix."""
    file = validated(AudienceFile, parse_yaml(read_file(templates_dir / FILE, FILE), FILE), FILE)
    _check(file)
    return AudienceRules(
        version=file.version,
        platforms={
            platform: PlatformRule(
                stages=row.stages,
                identifiers=row.identifiers,
                smallest_list=row.smallest_list,
                countries_off=row.countries_off,
            )
            for platform, row in file.platforms.items()
        },
        lists={
            name: ListRule(
                platforms=row.platforms,
                reasons={why: timedelta(days=one.days) if one.days else None for why, one in row.reasons.items()},
            )
            for name, row in file.lists.items()
        },
        countries_off=file.countries_off,
        never_segments=file.never.segments,
        never_automation_opt_out=file.never.automation_opt_out,
    )


def _check(file: AudienceFile) -> None:
    for platform, row in file.platforms.items():
        for kind in sorted(row.identifiers - COLUMNS[platform].keys()):
            takes = ", ".join(COLUMNS[platform])
            raise MalformedTextError(
                FILE, f"platforms.{platform}.identifiers: {platform} takes no {kind}", fix=f"Use some of: {takes}"
            )
    for name, listed in file.lists.items():
        for platform in sorted(listed.platforms - file.platforms.keys()):
            raise MalformedTextError(
                FILE, f"lists.{name}.platforms: {platform} has no rules", fix=f"Add {platform} below platforms"
            )
        for why, reason in listed.reasons.items():
            if why in TIMED and reason.days is None:
                raise MalformedTextError(
                    FILE, f"lists.{name}.reasons.{why}: days is missing", fix=f"Write {why}: {{days: 7}}"
                )
            if why not in TIMED and reason.days is not None and why is not Why.OPTED_OUT:
                raise MalformedTextError(
                    FILE, f"lists.{name}.reasons.{why}: it lasts as long as it lasts", fix=f"Write {why}: {{}}"
                )
