"""By what a person is recognised: identifiers with a type, normalised, and how strong each type is."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class IdentifierType(StrEnum):
    """Where an identifier comes from; the value is part of stored keys and must not change."""

    USER = "user"
    ANONYMOUS = "anon"
    EMAIL = "email"
    PHONE = "phone"
    EXTERNAL = "ext"
    CLICK = "click"


STRONG = frozenset({IdentifierType.EMAIL, IdentifierType.PHONE, IdentifierType.EXTERNAL})
"""Types that name a person; a device or a click only names where somebody was."""

LONGEST = 256


@dataclass(frozen=True, order=True)
class Identifier:
    """One identifier, normalised: equal texts mean the same identifier.

    EXTERNAL values carry their system: `shopify:6940095564`. EMAIL is lower case, dots kept. PHONE is E.164.
    """

    type: IdentifierType
    value: str


@dataclass(frozen=True, kw_only=True)
class IdentityClaim:
    """An event says that these identifiers belong to one person, as of a time.

    The first identifier is the one the event is about (its handle); `replaces` is a former user id (`alias`).
    `name` (lower case) and `birthday` (ISO date) tell two people on one device apart; they join nobody by themselves.
    """

    message_id: str
    customer_id: str
    time: datetime
    identifiers: tuple[Identifier, ...]
    replaces: str = ""
    name: str = ""
    birthday: str = ""

    @property
    def names_user(self) -> bool:
        """Whether the application says which of its users this is."""
        return any(identifier.type is IdentifierType.USER for identifier in self.identifiers)

    @property
    def says_more_than_its_handle(self) -> bool:
        """Whether there is anything to find out beyond whose the one identifier is."""
        return len(self.identifiers) > 1 or bool(self.replaces or self.name or self.birthday)


def normalise_email(text: str) -> str:
    """Return an email address as an identifier: trimmed, lower case, dots kept; "" if it is none."""
    email = unicodedata.normalize("NFC", text).strip().casefold()
    return email if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email) and len(email) <= LONGEST else ""


def external(system: str, value: object) -> Identifier:
    """Return an identifier of another system, e.g. Shopify's customer id."""
    return Identifier(IdentifierType.EXTERNAL, f"{system}:{value}")
