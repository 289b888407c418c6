"""From customers to files: who is on which list, what is written, and what is told about it without naming anybody."""

import csv
import hashlib
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from attune.domain.audience.identifiers import HASH, cells, columns
from attune.domain.audience.rules import AudienceRules, LeftOut, Platform, Why, facts_of, left_out
from attune.domain.customers import Customer
from attune.domain.errors import AttuneError
from attune.domain.friction import FrictionScorer

type ListKey = tuple[Platform, str]
type Row = tuple[str, ...]


class UnhashedError(AttuneError):
    """Raised when something that is no hash is about to be written into a file for an ad platform."""


class ListState(StrEnum):
    """What became of a list on a day."""

    WRITTEN = "written"
    TOO_SMALL = "too_small"
    DRY_RUN = "dry_run"


@dataclass(frozen=True)
class Listed:
    """Somebody on lists: whose decisions these are, and for each list their row and their reasons."""

    subject_key: str
    rows: Mapping[ListKey, Row]
    reasons: Mapping[ListKey, frozenset[Why]]


@dataclass(frozen=True)
class BuiltList:
    """One list of a day; `content` is None where it was too small to be written, or was made in a dry run."""

    platform: Platform
    name: str
    rows: int
    reasons: Mapping[Why, int]
    content: bytes | None
    rehearsed: bool = False

    @property
    def state(self) -> ListState:
        """Whether there is a file."""
        if self.rehearsed:
            return ListState.DRY_RUN
        return ListState.TOO_SMALL if self.content is None else ListState.WRITTEN

    def key(self, day: date) -> str:
        """Return where in the bucket the file lies."""
        return f"{folder(day)}{self.platform}/{self.name}.csv"


@dataclass(frozen=True)
class Membership:
    """That somebody is on lists for a reason."""

    subject_key: str
    why: Why
    lists: tuple[str, ...]

    @property
    def mark(self) -> str:
        """By what tomorrow's run knows that this is nothing new; about nobody without the customer's own key."""
        return hashlib.sha256(f"{self.subject_key}|{self.why}".encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Built:
    """All lists of a day, who is on one that is written, and how many were left out for what."""

    lists: tuple[BuiltList, ...]
    people: int
    memberships: tuple[Membership, ...]
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)

    def rehearsed(self) -> "Built":
        """Return what a dry run leaves of it: who would be on which list, and no file that anybody could upload."""
        lists = (one if one.content is None else replace(one, content=None, rehearsed=True) for one in self.lists)
        return replace(self, lists=tuple(lists))


def folder(day: date) -> str:
    """Return the prefix of a day's files."""
    return f"lists/{day.isoformat()}/"


def judge(
    customer: Customer, rules: AudienceRules, scorer: FrictionScorer, *, stage: str, now: datetime
) -> Listed | LeftOut | None:
    """Say on which lists a customer is, or why on none although there is a reason; None if there is none."""
    facts = facts_of(customer, scorer, now)
    wanted = {key: whys for key in rules.wanted(stage) if (whys := rules.lists[key[1]].applying(facts, now))}
    if not wanted:
        return None
    excluded = left_out(customer, rules)
    if excluded is not None:
        return excluded
    profile = customer.profile
    allowed = [key for key in wanted if not rules.is_off(key[0], profile.country)]
    if not allowed:
        return LeftOut.COUNTRY_OFF
    rows = {key: cells(profile, key[0], rules.platforms[key[0]].identifiers) for key in allowed}
    rows = {key: row for key, row in rows.items() if any(row)}
    if not rows:
        return LeftOut.NO_IDENTIFIER
    return Listed(profile.subject_key, rows, {key: wanted[key] for key in rows})


def build(judged: Iterable[Listed | LeftOut], rules: AudienceRules, *, stage: str) -> Built:
    """Put the rows together: each list sorted by hash, so that a file tells neither order nor reason."""
    listed: list[Listed] = []
    out: Counter[LeftOut] = Counter()
    for one in judged:
        if isinstance(one, LeftOut):
            out[one] += 1
        else:
            listed.append(one)
    lists = tuple(_build_list(key, listed, rules) for key in rules.wanted(stage))
    written = {(one.platform, one.name) for one in lists if one.content is not None}
    memberships = tuple(membership for one in listed for membership in _memberships(one, written))
    people = len({membership.subject_key for membership in memberships})
    return Built(lists, people, memberships, dict(sorted(out.items())))


def to_csv(headers: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Return a file of hashes; raise UnhashedError if any cell is something else.

    A hash cannot be a formula, break out of its cell or carry a name, so neither can the file.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    for row in rows:
        if len(row) != len(headers) or any(cell and not HASH.fullmatch(cell) for cell in row):
            message = "a row for an ad platform holds something that is no SHA-256 hash; nothing was written"
            raise UnhashedError(message)
        writer.writerow(row)
    return text.getvalue().encode("ascii")


def _build_list(key: ListKey, listed: Iterable[Listed], rules: AudienceRules) -> BuiltList:
    platform, name = key
    rule = rules.platforms[platform]
    on_it = [one for one in listed if key in one.rows]
    rows = sorted({one.rows[key] for one in on_it})
    reasons = Counter(why for one in on_it for why in one.reasons[key])
    headers = [column.header for _, column in columns(platform, rule.identifiers)]
    content = to_csv(headers, rows) if len(rows) >= rule.smallest_list else None
    return BuiltList(platform, name, len(rows), dict(sorted(reasons.items())), content)


def _memberships(one: Listed, written: set[ListKey]) -> Iterable[Membership]:
    on: defaultdict[Why, list[str]] = defaultdict(list)
    for key, whys in one.reasons.items():
        if key in written:
            for why in whys:
                on[why].append("/".join(key))
    return (Membership(one.subject_key, why, tuple(sorted(names))) for why, names in sorted(on.items()))
