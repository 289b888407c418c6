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

from attune.domain.contacts import Ledger
from attune.domain.customers import Case, ChannelConsent, Consent, Customer, Profile
from attune.domain.decisions import Reason
from attune.domain.identifiers import STRONG, Identifier, IdentifierType, IdentityClaim
from attune.domain.journeys import Journey
from attune.domain.onsite import OnsiteNote
from attune.domain.sessions import Session, fingerprint

MAX_IDENTIFIERS = 50
"""A customer with more is a kiosk, a test account or a call centre, not a person."""

type Stored = Profile | Consent | Session | Ledger | Journey | Case | OnsiteNote


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


def shared_customer_id(identifier: Identifier, mark: str) -> str:
    """Return the id of the customer that collects what nobody in particular does with a shared identifier."""
    return f"{own_customer_id(identifier, mark)}~shared"


def own_customer_id(identifier: Identifier, mark: str) -> str:
    """Return the id of the customer an identifier stands for on its own; addresses are never part of an id."""
    match identifier.type:
        case IdentifierType.USER:
            return identifier.value
        case IdentifierType.ANONYMOUS:
            return f"anon:{identifier.value}"
        case _:
            return mark.replace("#", ":")


def contradiction(one: Profile, other: Profile) -> str:
    """Return what says that two profiles are two people ("" if nothing does).

    An email address or an account in common outweighs everything; a phone in common (a family has one) only
    outweighs names. Otherwise two addresses, two phones, or names without a common word speak for two people.
    """
    marks, others = _strong(one), _strong(other)
    common = {type_of(mark) for mark in marks & others}
    if common & {IdentifierType.EMAIL, IdentifierType.EXTERNAL}:
        return ""
    if _both_have(IdentifierType.EMAIL, marks, others):
        return "They have different email addresses."
    if IdentifierType.PHONE in common:
        return ""
    if _both_have(IdentifierType.PHONE, marks, others):
        return "They have different phone numbers."
    words, other_words = set(one.name.split()), set(other.name.split())
    return "They go by different names." if words and other_words and not words & other_words else ""


def _both_have(kind: IdentifierType, marks: set[str], others: set[str]) -> bool:
    return all(any(type_of(mark) is kind for mark in side) for side in (marks, others))


def why_not_merge(root: Profile, owner: Profile, mark: str) -> Reason | None:
    """Return why the customer an event is about must not be merged with the owner of one of its identifiers."""
    kind = type_of(mark)
    if root.user_id and owner.user_id and root.user_id != owner.user_id:
        return Reason("two_known_users", f"Two known users share one {_noun(kind)}; they stay two.")
    if len({*root.identifiers, *owner.identifiers}) > MAX_IDENTIFIERS:
        return Reason("too_many_identifiers", f"Together they would have more than {MAX_IDENTIFIERS} identifiers.")
    against = contradiction(root, owner)
    if against and (kind not in STRONG or kind is IdentifierType.PHONE):
        return Reason("two_people", f"One {_noun(kind)}, but two people. {against}")
    return None


def claimant(claim: IdentityClaim, marks: Iterable[str], like: Profile) -> Profile:
    """Return the person a claim describes, as far as it does, to compare with somebody known."""
    strong = {mark: claim.time for mark in marks if type_of(mark) in STRONG}
    user = next((i.value for i in claim.identifiers if i.type is IdentifierType.USER), "")
    return replace(like, user_id=user, name=claim.name, identifiers=strong)


def known_by(profile: Profile, claim: IdentityClaim, marks: Iterable[str]) -> Profile:
    """Return the profile with the marks and the name of a claim."""
    since = {mark: min(claim.time, profile.identifiers.get(mark, claim.time)) for mark in marks}
    user = next((i.value for i in claim.identifiers if i.type is IdentifierType.USER), "")
    changed = replace(
        profile,
        identifiers={**profile.identifiers, **since},
        user_id=profile.user_id or user,
        name=profile.name or claim.name,
    )
    return profile if changed == profile else changed


def merge(target: Customer, source: Customer) -> tuple[Stored, ...]:
    """Return the items to write so that `target` also is what `source` was; the profile comes last.

    Sessions, contacts, journeys, cases and notes move; the stricter consent wins; traits of the target stay.
    The identifiers come with `identifiers_of`, once the source points to the target: until then a mark that is
    missing on the target is what tells the next event that the merge is not complete. Doing it again changes nothing.
    """
    suffix = fingerprint(source.customer_id)
    items: list[Stored] = []
    for session in source.sessions.values():
        moved_id = f"{session.session_id}~{suffix}"
        before = target.sessions.get(moved_id)
        version = before.version if before else 0
        moved = replace(session, session_id=moved_id, origin=session.name, version=version)
        if moved != before:
            items.append(moved)
    items += [replace(journey, version=0) for key, journey in source.journeys.items() if key not in target.journeys]
    items += [replace(case, version=0) for key, case in source.cases.items() if key not in target.cases]
    items += [replace(note, version=0) for key, note in source.notes.items() if key not in target.notes]
    contacts = {contact.contact_id: contact for contact in (*source.ledger.contacts, *target.ledger.contacts)}
    if len(contacts) > len(target.ledger.contacts):
        ordered = tuple(sorted(contacts.values(), key=lambda contact: (contact.at, contact.contact_id)))
        items.append(replace(target.ledger, contacts=ordered))
    consent = stricter(target.consent, source.consent)
    if consent != target.consent:
        items.append(consent)
    profile = _joined(target.profile, source.profile)
    if profile != target.profile:
        items.append(profile)
    return tuple(items)


def direction(root: Customer, owner: Customer) -> tuple[Customer, Customer]:
    """Return which of two customers stays and which is merged into it.

    A known user stays. Of two visitors the one with the smaller id does, whoever asks: so two merges at the same
    moment can never point at one another.
    """
    if owner.profile.user_id and not root.profile.user_id:
        return owner, root
    if root.profile.user_id or root.customer_id < owner.customer_id:
        return root, owner
    return owner, root


def separate(target: Profile, source: Profile, marks: Iterable[str]) -> Profile:
    """Return the target's profile without the marks and traits of a source that was merged by mistake."""
    returned = set(marks)
    taken = {
        name: ""
        for name in _FILLED
        if name in source.changed_at
        and source.changed_at[name] == target.changed_at.get(name)
        and getattr(source, name) == getattr(target, name)
    }
    kept_at = {name: at for name, at in target.changed_at.items() if name not in taken}
    identifiers = {mark: at for mark, at in target.identifiers.items() if mark not in returned}
    return replace(target, **taken, changed_at=kept_at, identifiers=identifiers)  # type: ignore[arg-type]


def moved_sessions(target: Customer, source_id: str) -> tuple[Session, ...]:
    """Return the sessions that came to a customer by a merge of `source_id`."""
    suffix = f"~{fingerprint(source_id)}"
    return tuple(session for session in target.sessions.values() if session.session_id.endswith(suffix))


def stricter(one: Consent, other: Consent) -> Consent:
    """Return what both allow: a refusal by either counts; where only one spoke, that word counts."""
    channels: dict[str, ChannelConsent] = dict(one.channels)
    for channel, word in other.channels.items():
        known = channels.get(channel)
        if known is None or (known.granted and not word.granted):
            channels[channel] = word
        elif known.granted == word.granted:
            channels[channel] = max(known, word, key=lambda said: said.at)
    return replace(one, channels=channels)


def _joined(target: Profile, source: Profile) -> Profile:
    blanks = {name: value for name in _FILLED if not getattr(target, name) and (value := getattr(source, name))}
    at = {name: source.changed_at[name] for name in blanks if name in source.changed_at}
    flags = {name: True for name in _STRICT_FLAGS if getattr(source, name)}
    return replace(
        target,
        **{**blanks, **flags},
        changed_at={**at, **target.changed_at},
    )


def identifiers_of(target: Profile, source: Profile) -> Profile:
    """Return the target with the identifiers of a source that points to it."""
    return replace(target, identifiers={**source.identifiers, **target.identifiers})


_FILLED = (
    "first_name", "email", "phone", "locale", "time_zone", "country", "segment", "lifecycle", "preferred_channel",
    "user_id", "name",
)  # fmt: skip
_STRICT_FLAGS = ("vip", "regulatory_flag", "automation_opt_out")


def _strong(profile: Profile) -> set[str]:
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
