"""One customer behind many identifiers: who an event is about, who may be merged, and what a merge makes of two.

Deterministic: identifiers are equal or they are not. What speaks against a merge is stronger than what speaks for
it; a refusal costs a message, a wrong merge shows one person another's story.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from attune.domain.decisions import Reason
from attune.domain.identifiers import STRONG, Identifier, IdentifierType, IdentityClaim
from attune.domain.likeness import birthdays_in_common, names_in_common
from attune.domain.remembered_ids import fingerprint

if TYPE_CHECKING:
    from attune.domain.customers import Profile

KEPT_WORDS = 5
COUNTED = frozenset({IdentifierType.ANONYMOUS, IdentifierType.EMAIL, IdentifierType.PHONE})
MAX_IDENTIFIERS = 100
"""A customer with more is a kiosk, a test account or a call centre, not a person."""


class Bond(StrEnum):
    """What became of an identifier and a customer."""

    CLAIMED = "claimed"
    MOVED = "moved"
    SHARED = "shared"
    RETURNED = "returned"


@dataclass(frozen=True)
class LinkEvent:
    """One entry of a link's history."""

    at: datetime
    bond: Bond
    customer_id: str
    message_id: str


@dataclass(frozen=True, kw_only=True)
class Link:
    """Whose an identifier is, and has been; a shared one is nobody's."""

    mark: str
    customer_id: str
    shared: bool = False
    history: tuple[LinkEvent, ...] = ()
    version: int = 0

    def now(self, bond: Bond, customer_id: str, claim: IdentityClaim) -> "Link":
        """Return the link after something happened to it."""
        entry = LinkEvent(claim.time, bond, customer_id, claim.message_id)
        return replace(
            self, customer_id=customer_id, shared=self.shared or bond is Bond.SHARED, history=(*self.history, entry)
        )


def mark_of(key: str, identifier: Identifier) -> str:
    """Return the keyed hash under which an identifier is stored: `<type>#<32 hex>`; `key` is any secret text."""
    digest = hmac.new(key.encode(), f"{identifier.type}:{identifier.value}".encode(), hashlib.sha256).hexdigest()
    return f"{identifier.type}#{digest[:32]}"


def type_of(mark: str) -> IdentifierType:
    """Return the type of identifier a mark is about."""
    return IdentifierType(mark.partition("#")[0])


def parse_handle(handle: str) -> Identifier:
    """Return the identifier that a fact's handle names: `anon:…`, `email:…` and so on, else a user id."""
    kind, separator, value = handle.partition(":")
    if separator and kind in IdentifierType and kind != IdentifierType.USER:
        return Identifier(IdentifierType(kind), value)
    return Identifier(IdentifierType.USER, handle)


def shared_customer_id(identifier: Identifier, mark: str, claim: IdentityClaim | None = None) -> str:
    """Return the id of the customer behind what is done with a shared identifier.

    People who give a name or a birthday are told apart by them; nobody in particular did the rest.
    """
    told = f"{claim.name}|{claim.birthday}" if claim and (claim.name or claim.birthday) else ""
    return f"{own_customer_id(identifier, mark)}~{fingerprint(told) if told else 'shared'}"


def own_customer_id(identifier: Identifier, mark: str) -> str:
    """Return the id of the customer an identifier stands for on its own; addresses are never part of an id."""
    match identifier.type:
        case IdentifierType.USER:
            return identifier.value
        case IdentifierType.ANONYMOUS:
            return f"anon:{identifier.value}"
        case _:
            return mark.replace("#", ":")


def former_owners(link: Link | None, own: str) -> tuple[str, ...]:
    """Return the ids of who had an identifier, `own` being who stood for it at first; a person's separation ends that."""
    if link is None:
        return (own,)
    returned = [number for number, entry in enumerate(link.history) if entry.bond is Bond.RETURNED]
    since = link.history[returned[-1] :] if returned else link.history
    first = () if returned else (own,)
    return tuple(dict.fromkeys((*first, *(entry.customer_id for entry in since), link.customer_id)))


def contradiction(one: "Profile", other: "Profile") -> str:
    """Return what says that two profiles are two people ("" if nothing does, or more says that they are one).

    An email address or account in common settles it. Otherwise names and birthdays that agree speak for one person;
    addresses, phones, names and birthdays that do not speak for two, and the weightier side wins.
    """
    marks, others = _strong(one), _strong(other)
    common = {type_of(mark) for mark in marks & others}
    if common & {IdentifierType.EMAIL, IdentifierType.EXTERNAL}:
        return ""
    name = names_in_common(one.names, other.names)
    birthday = birthdays_in_common(one.birthdays, other.birthdays)
    different_phones = IdentifierType.PHONE not in common and _both_have(IdentifierType.PHONE, marks, others)
    against = {
        "They have different email addresses.": 1 * _both_have(IdentifierType.EMAIL, marks, others),
        "They have different phone numbers.": 1 * different_phones,
        "They go by different names.": 1 * (name == 0),
        "They have different birthdays.": 2 * (birthday is False),
    }
    for_one = (name or 0) + (birthday is True)
    if sum(against.values()) > for_one:
        return " ".join(sentence for sentence, weight in against.items() if weight)
    undecided = not for_one and bool(one.birthdays and other.birthdays)
    return "Their birthdays are close, but not the same." if undecided else ""


def is_certainly(user: "Profile", described: "Profile") -> bool:
    """Whether a description is this user's for certain: something agrees and nothing speaks against it."""
    if contradiction(user, described):
        return False
    if _strong(user) & _strong(described):
        return True
    name = names_in_common(user.names, described.names)
    return bool(name) or (name is None and birthdays_in_common(user.birthdays, described.birthdays) is True)


def _both_have(kind: IdentifierType, marks: set[str], others: set[str]) -> bool:
    return all(any(type_of(mark) is kind for mark in side) for side in (marks, others))


def why_not_merge(root: "Profile", owner: "Profile", mark: str) -> Reason | None:
    """Return why the customer an event is about must not be merged with the owner of one of its identifiers."""
    kind = type_of(mark)
    if root.user_id and owner.user_id and root.user_id != owner.user_id:
        return Reason("two_known_users", f"Two known users share one {_noun(kind)}; they stay two.")
    if owner.customer_id in root.kept_apart or root.customer_id in owner.kept_apart:
        return Reason("kept_apart", "A person separated these two; no identifier joins them again.")
    if kind is IdentifierType.CLICK:
        return Reason("only_a_click", "An ad click names an ad, not a person; a shared link carries it on.")
    counted = {mark for mark in (*root.identifiers, *owner.identifiers) if type_of(mark) in COUNTED}
    if len(counted) > MAX_IDENTIFIERS:
        return Reason("too_many_identifiers", f"Together they would have more than {MAX_IDENTIFIERS} identifiers.")
    against = contradiction(root, owner)
    if against and (kind not in STRONG or kind is IdentifierType.PHONE):
        return Reason("two_people", f"One {_noun(kind)}, but two people. {against}")
    return None


def claimant(claim: IdentityClaim, marks: Iterable[str], like: "Profile") -> "Profile":
    """Return the person a claim describes, as far as it does, to compare with somebody known."""
    strong = {mark: claim.time for mark in marks if type_of(mark) in STRONG}
    user = next((i.value for i in claim.identifiers if i.type is IdentifierType.USER), "")
    return replace(like, user_id=user, names=_one(claim.name), birthdays=_one(claim.birthday), identifiers=strong)


def known_by(profile: "Profile", claim: IdentityClaim, marks: Iterable[str]) -> "Profile":
    """Return the profile with the marks and the name of a claim."""
    since = {mark: min(claim.time, profile.identifiers.get(mark, claim.time)) for mark in marks}
    user = next((i.value for i in claim.identifiers if i.type is IdentifierType.USER), "")
    changed = replace(
        profile,
        identifiers={**profile.identifiers, **since},
        user_id=profile.user_id or user,
        names=kept_words(profile.names, _one(claim.name)),
        birthdays=kept_words(profile.birthdays, _one(claim.birthday)),
    )
    return profile if changed == profile else changed


def _one(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def kept_words(known: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """Return what was known and what is new, without repeating anything, and not too much of it."""
    return tuple(dict.fromkeys((*known, *more)))[:KEPT_WORDS]


def _strong(profile: "Profile") -> set[str]:
    return {mark for mark in profile.identifiers if type_of(mark) in STRONG}


def _noun(kind: IdentifierType) -> str:
    nouns: Mapping[IdentifierType, str] = {
        IdentifierType.ANONYMOUS: "device",
        IdentifierType.EMAIL: "email address",
        IdentifierType.PHONE: "phone number",
        IdentifierType.EXTERNAL: "account of another system",
        IdentifierType.CLICK: "ad click",
        IdentifierType.USER: "user id",
    }
    return nouns[kind]
