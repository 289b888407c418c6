"""Identifiers as ad platforms match them: normalised their way, then SHA-256 as hex. Nothing leaves unhashed.

Sources, read in November 2026:
- Google: developers.google.com/data-manager/api/devguides/concepts/formatting (no space, lower case; for gmail.com and
  googlemail.com no dots and nothing from a plus on; E.164 with its plus; hex is accepted), columns by
  support.google.com/google-ads/answer/7659867. Its lists of user ids are uploaded apart and in clear: not offered here.
- Meta: developers.facebook.com/docs/marketing-api/conversions-api/parameters/customer-information-parameters (trimmed,
  lower case; digits with country code, without plus and leading zeros; an external id hashed is recommended, the same
  in every channel), columns by facebook.com/business/help/2082575038703844.
- Microsoft: help.ads.microsoft.com/apex/index/3/en/56921 and learn.microsoft.com/advertising/bulk-service/
  customer-list-item (email only). How it normalises before hashing could not be verified: trimmed, lower case.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from attune.domain.audience.rules import IdentifierKind, Platform
from attune.domain.customers import Profile
from attune.domain.identifiers import LONGEST

GOOGLE_MAIL = frozenset({"gmail.com", "googlemail.com"})
HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Column:
    """A column of a platform's file: its header, and how a value is normalised before it is hashed ("" if it is none)."""

    header: str
    normalise: Callable[[str], str]


def plain_email(text: str) -> str:
    """Return an address without white space, in lower case; "" if it is none."""
    if len(text) > LONGEST:
        return ""
    email = "".join(unicodedata.normalize("NFC", text).split()).lower()
    return email if re.fullmatch(r"[^@]+@[^@]+\.[^@]+", email) else ""


def google_email(text: str) -> str:
    """Return an address as Google compares it: in its own domains, dots and what follows a plus mean nothing."""
    email = plain_email(text)
    local, _, domain = email.partition("@")
    if domain not in GOOGLE_MAIL:
        return email
    local = local.partition("+")[0].replace(".", "")
    return f"{local}@{domain}" if local else ""


def e164(text: str) -> str:
    """Return a number in E.164 with its plus; "" if it is not one already."""
    return text if re.fullmatch(r"\+[1-9][0-9]{6,14}", text, re.ASCII) else ""


def digits(text: str) -> str:
    """Return the digits of a number in E.164."""
    return e164(text).removeprefix("+")


def external_id(text: str) -> str:
    """Return an application's own id of a user; "" where it is longer than an id is."""
    return text.strip() if len(text) <= LONGEST else ""


COLUMNS: Mapping[Platform, Mapping[IdentifierKind, Column]] = {
    Platform.GOOGLE: {
        IdentifierKind.EMAIL: Column("Email", google_email),
        IdentifierKind.PHONE: Column("Phone", e164),
    },
    Platform.META: {
        IdentifierKind.EMAIL: Column("email", plain_email),
        IdentifierKind.PHONE: Column("phone", digits),
        IdentifierKind.EXTERNAL_ID: Column("extern_id", external_id),
    },
    Platform.MICROSOFT: {IdentifierKind.EMAIL: Column("Email", plain_email)},
    Platform.GENERIC: {
        IdentifierKind.EMAIL: Column("email_sha256", plain_email),
        IdentifierKind.PHONE: Column("phone_sha256", e164),
        IdentifierKind.EXTERNAL_ID: Column("external_id_sha256", external_id),
    },
}
"""What each platform takes, in the order of its columns."""


def columns(platform: Platform, kinds: frozenset[IdentifierKind]) -> tuple[tuple[IdentifierKind, Column], ...]:
    """Return the columns of a platform's file for these kinds of identifiers."""
    return tuple((kind, column) for kind, column in COLUMNS[platform].items() if kind in kinds)


def cells(profile: Profile, platform: Platform, kinds: frozenset[IdentifierKind]) -> tuple[str, ...]:
    """Return a person's row: hashes, and "" where there is nothing to hash."""
    known = {
        IdentifierKind.EMAIL: profile.email,
        IdentifierKind.PHONE: profile.phone,
        IdentifierKind.EXTERNAL_ID: profile.user_id,
    }
    return tuple(_hashed(column.normalise(known[kind])) for kind, column in columns(platform, kinds))


def _hashed(text: str) -> str:
    try:
        return hashlib.sha256(text.encode()).hexdigest() if text else ""
    except UnicodeEncodeError:
        return ""  # half a character: nobody's address, and no reason to write no file
