"""What a simulation assumes about people: read from a file, checked, and printed with every result."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from attune.adapters.yaml_loading import load_yaml
from attune.domain.quiet_hours import find_zone
from attune.domain.struggle import EVIDENCE
from attune_cli.cdk import ROOT
from attune_cli.errors import InputError

SHIPPED = ROOT / "templates" / "simulation" / "assumptions.yaml"
HOURS_A_DAY = 24
FULL_SHARE = 1.0001
"""A sum of shares above this is a mistake, and not rounding."""

type Share = Annotated[float, Field(ge=0, le=1)]
type Shares = dict[str, Share]
type ByStruggle = tuple[Share, Share, Share]
"""For no, one, and two or more things that went wrong."""


def _no_bare_number(value: object) -> object:
    if isinstance(value, int | float):
        raise ValueError("write a time with its unit, e.g. PT9H or P3D")  # noqa: TRY004 - pydantic wants ValueError
    return value


type Duration = Annotated[timedelta, BeforeValidator(_no_bare_number), Field(gt=timedelta(0))]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Visits(_Row):
    """When people come, and what they do."""

    per_week: float = Field(gt=0, le=50)
    by_local_hour: tuple[Annotated[float, Field(ge=0)], ...]
    fills_cart: Share
    seeks_deals: Share
    uses_coupon: Share

    @model_validator(mode="after")
    def _covers_the_day(self) -> Self:
        if len(self.by_local_hour) != HOURS_A_DAY or not sum(self.by_local_hour):
            raise ValueError(f"by_local_hour needs {HOURS_A_DAY} numbers, not all 0; it has {len(self.by_local_hour)}")
        return self


class Trouble(_Row):
    """One thing that goes wrong: in which share of visits, how often then, and whether a server saw it."""

    share: Share
    times: int = Field(ge=1, le=20)
    server_saw: bool


class Buying(_Row):
    """Chances to buy a filled cart without any message."""

    at_once: ByStruggle
    later_without_message: ByStruggle
    later_after: Duration
    later_spread: float = Field(gt=0, le=4)


class PlaceRow(_Row):
    """Where a share of the people is."""

    share: Share
    country: str = Field(pattern="^[A-Z]{2}$")
    region: str = ""
    time_zone: str
    locale: str
    phone: str = Field(pattern=r"^\+[0-9]{7,15}$")

    @model_validator(mode="after")
    def _has_a_zone(self) -> Self:
        if find_zone(self.time_zone) is None:
            raise ValueError(f"time_zone {self.time_zone!r} is no IANA zone such as Europe/Berlin")
        return self


class People(_Row):
    """Who they are, and what they allow."""

    allows: Shares
    refuses_onsite: Share
    prefers: Shares
    wants_fewer: Share
    unknown_zone: Share
    devices: Shares
    lifecycles: Shares
    segments: Shares
    places: tuple[PlaceRow, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for name in ("devices", "lifecycles", "segments"):
            _sums_to_one(name, getattr(self, name).values())
        _sums_to_one("places", (place.share for place in self.places))
        _known_channels("allows", self.allows, {"email", "sms"})
        _known_channels("prefers", self.prefers, {"email", "sms", "onsite"})
        return self


class Messages(_Row):
    """What a message does."""

    effect_by_hours: dict[Annotated[float, Field(ge=0)], Annotated[float, Field(ge=-5, le=5)]] = Field(min_length=1)
    effect_by_channel: dict[str, Annotated[float, Field(ge=0)]]
    effect_by_struggle: tuple[float, float, float]
    recent: Duration
    each_recent_keeps: Share
    buys_after: Duration
    found_helpful: Share
    found_unhelpful: Share
    replies: Share
    replies_ask_for_help: Share

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if any(earlier >= later for earlier, later in pairwise(self.effect_by_hours)):
            raise ValueError("effect_by_hours must go from early to late")
        _all_channels("effect_by_channel", self.effect_by_channel)
        return self


class Annoyance(_Row):
    """What a message does harm by."""

    unsubscribes: Shares
    complains: Share
    each_recent_multiplies: float = Field(ge=1, le=10)

    @model_validator(mode="after")
    def _names_all_channels(self) -> Self:
        _all_channels("unsubscribes", self.unsubscribes)
        return self


class Support(_Row):
    """What people of the support team do."""

    resolves_after: Duration
    effect: float = Field(ge=-5, le=5)


class Assumptions(_Row):
    """Everything that is assumed."""

    version: int
    start: AwareDatetime
    visits: Visits
    struggle: dict[str, Trouble]
    buying: Buying
    people: People
    messages: Messages
    annoyance: Annoyance
    support: Support

    @model_validator(mode="after")
    def _names_evidence(self) -> Self:
        usable = [name for name, evidence in EVIDENCE.items() if evidence.counted]
        unknown = sorted(set(self.struggle) - set(usable))
        if unknown:
            raise ValueError(f"struggle.{unknown[0]} is nothing that is counted; use some of {', '.join(usable)}")
        return self

    def changed(self, **parts: Mapping[str, Any]) -> "Assumptions":
        """Return other assumptions, with some fields of some parts changed."""
        news = {name: getattr(self, name).model_copy(update=dict(change)) for name, change in parts.items()}
        return self.model_copy(update=news)


def _sums_to_one(name: str, shares: Any) -> None:
    total = sum(shares)
    if not 2 - FULL_SHARE <= total <= FULL_SHARE:
        raise ValueError(f"the shares of {name} sum to {total:g}; make them sum to 1")


def _known_channels(name: str, given: Mapping[str, float], known: set[str]) -> None:
    unknown = sorted(set(given) - known)
    if unknown:
        raise ValueError(f"{name}.{unknown[0]} is no channel here; use some of {', '.join(sorted(known))}")


def _all_channels(name: str, given: Mapping[str, float]) -> None:
    if set(given) != {"email", "sms", "onsite"}:
        raise ValueError(f"{name} must name email, sms and onsite, and nothing else")


def read_assumptions(path: Path = SHIPPED) -> Assumptions:
    """Read a file; raise InputError naming the file, every place in it, what is wrong and what would be right."""
    try:
        tree = load_yaml(path.read_text(encoding="utf-8"))
        return Assumptions.model_validate(tree)
    except OSError as error:
        raise InputError(
            f"{path}: this file cannot be read: {error.strerror}", f"copy {SHIPPED} and change it"
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: this is not UTF-8 text", "save the file as UTF-8") from error
    except yaml.YAMLError as error:
        raise InputError(f"{path}: this is not YAML: {error}", f"compare it with {SHIPPED}") from error
    except ValidationError as error:
        problems = "\n".join(map(_told, error.errors()))
        raise InputError(
            f"{path}: these assumptions cannot be used:\n{problems}", "docs/simulation.md explains every field"
        ) from error


def _told(item: Any) -> str:
    place = ".".join(map(str, item["loc"])) or "(file)"
    given = f" (it says {item['input']!r})" if isinstance(item["input"], str | int | float) else ""
    return f"  {place}: {item['msg'].removeprefix('Value error, ')}{given}"


def as_tree(assumptions: Assumptions) -> dict[str, Any]:
    """Return the assumptions as they would stand in a file."""
    tree: dict[str, Any] = assumptions.model_dump(mode="json")
    return tree
