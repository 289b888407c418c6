"""Whom an event is about: every identifier it carries, the handle its facts are kept under, and the claim it makes."""

from dataclasses import dataclass
from datetime import datetime

from attune.adapters.senders.phones import normalise_phone
from attune.adapters.senders.values import MAX_ID, text
from attune.domain.errors import RejectedEventError
from attune.domain.identifiers import Identifier, IdentifierType, IdentityClaim, external, normalise_email

MOST_IDENTIFIERS = 12
"""Of one event; one that brings more is a list of somebody's systems, not of somebody."""

LONGEST_ADDRESS = 320
"""In characters, as long as an email address can be."""

NOBODY = frozenset(
    {
        "0",
        "-1",
        "00000000-0000-0000-0000-000000000000",
        "[object object]",
        "anonymous",
        "distinct_id",
        "email",
        "false",
        "guest",
        "id",
        "nan",
        "none",
        "not_authenticated",
        "null",
        "true",
        "undefined",
    }
)
"""Ids (in lower case) that senders send for want of one; taken at their word they would make strangers one person."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """The identifiers of one event, the one it is about first; see IdentityClaim for the others."""

    identifiers: tuple[Identifier, ...]
    name: str = ""
    birthday: str = ""
    replaces: str = ""

    @property
    def handle(self) -> str:
        """Under what facts about this person are kept until it is known whose they are."""
        main = self.identifiers[0]
        return main.value if main.type is IdentifierType.USER else f"{main.type}:{main.value}"

    def claim(self, message_id: str, time: datetime) -> tuple[IdentityClaim, ...]:
        """Return what the event says about identity, if it says anything beyond a user id."""
        if len(self.identifiers) == 1 and self.identifiers[0].type is IdentifierType.USER and not self.replaces:
            return ()
        claim = IdentityClaim(
            message_id=message_id,
            customer_id=self.handle,
            time=time,
            identifiers=self.identifiers,
            replaces=self.replaces,
            name=self.name,
            birthday=self.birthday,
        )
        return (claim,)


def person_of(
    *candidates: Identifier | None, missing: str, name: str = "", birthday: str = "", replaces: str = ""
) -> Person:
    """Return the person with the identifiers that there are, in order; `missing` says what to send where none is."""
    found = tuple(dict.fromkeys(one for one in candidates if one is not None and _fits(one)))[:MOST_IDENTIFIERS]
    if not found:
        raise RejectedEventError("missing_id", missing)
    return Person(identifiers=found, name=name, birthday=birthday, replaces=replaces)


def user(value: object) -> Identifier | None:
    """Return a user id of the application, as it is."""
    return _identifier(IdentifierType.USER, value)


def anonymous(value: object, system: str = "") -> Identifier | None:
    """Return a device, cookie or cart: it names where somebody was, not who."""
    return _identifier(IdentifierType.ANONYMOUS, value, system)


def email(value: object) -> Identifier | None:
    """Return an email address."""
    given = text(value)
    return _given(IdentifierType.EMAIL, normalise_email(given) if len(given) <= LONGEST_ADDRESS else "")


def phone(value: object, *, country: str = "", locale_region: str = "") -> Identifier | None:
    """Return a phone number if it can be told in E.164."""
    number = normalise_phone(text(value), country=country, locale_region=locale_region)
    return _given(IdentifierType.PHONE, number)


def known_to(system: str, value: object) -> Identifier | None:
    """Return an account in another system, such as Shopify's customer id."""
    return external(system, text(value)) if _identifier(IdentifierType.EXTERNAL, value) else None


def plain_name(*parts: object) -> str:
    """Return what somebody is called, for comparison: lower case, one space between words."""
    return " ".join(" ".join(map(text, parts)).casefold().split())[:MAX_ID]


def is_nobody(value: object) -> bool:
    """Whether an id is none: empty, or a word that stands for nobody."""
    plain = text(value)
    return not plain or plain.casefold() in NOBODY


def _identifier(kind: IdentifierType, value: object, system: str = "") -> Identifier | None:
    if is_nobody(value):
        return None
    plain = value if isinstance(value, str) else text(value)
    return Identifier(kind, f"{system}:{plain}" if system else plain)


def _given(kind: IdentifierType, value: str) -> Identifier | None:
    return Identifier(kind, value) if value else None


def _fits(identifier: Identifier) -> bool:
    return bool(identifier.value.strip()) and len(identifier.value.encode()) <= MAX_ID
