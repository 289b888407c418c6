"""What stands in an email's headers: addresses and names in ASCII, unsubscribing by RFC 2369 and RFC 8058."""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from email.utils import parseaddr
from urllib.parse import quote

from attune.domain.errors import PermanentDeliveryError
from attune.domain.slots import one_line

LONGEST_VALUE = 995
"""In characters, of one header that SES takes from us."""
LONGEST_ADDRESS = 254
_ENCODED_WORD = 75
"""In characters; RFC 2047 allows an encoded word no more."""
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
_AMBIGUOUS = frozenset("ßς\u200c\u200d")
_LINK = re.compile(r"(?:https://|http://(?:[a-z0-9.-]+\.)?(?:localhost|127\.0\.0\.1)[:/])[!-~]+")
"""RFC 8058 asks for https; a local AWS has none to offer."""
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]+")
_NOT_IN_TAGS = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_TAG = 256


def one_address(written: str) -> str:
    """Return a recipient's address as ASCII; raise PermanentDeliveryError unless it is exactly one.

    A list, a name, a line break or a comment is refused rather than repaired: what reaches SES is one address and
    nothing that could be read as more. Domains of other scripts become their ASCII form; SES delivers to no local part
    outside of ASCII.
    """
    local, _, domain = written.rpartition("@")
    try:
        address = written if domain.isascii() else f"{local}@{_ascii_domain(domain)}"
    except UnicodeError:
        address = ""
    if len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        raise PermanentDeliveryError("bad_address", "What is known as the email address is not one that SES can reach.")
    return address


def _ascii_domain(domain: str) -> str:
    """Return a domain's ASCII form; raise UnicodeError where two standards disagree on which domain is meant.

    Python knows IDNA 2003, by which straße.example is strasse.example: somebody else's domain by IDNA 2008.
    """
    if _AMBIGUOUS & set(domain.lower()):
        raise UnicodeError("a character that IDNA 2003 and 2008 read as different domains")
    return domain.encode("idna").decode()


def mailbox(written: str) -> str:
    """Return `Name <address>` as SES takes it: the name quoted, or as encoded words where it is not ASCII.

    Raises ValueError where there is no such address, or anything that is not printed. What looks like an encoded word
    is encoded itself, so that nobody decodes it into something else.
    """
    name, address = parseaddr(written)
    if not _ADDRESS.fullmatch(address) or _UNPRINTED.search(written) or _UNPRINTED.search(name):
        raise ValueError(f"{written!r} is no sender: write 'Name <address@domain>' or an address")
    if not name:
        return address
    if name.isascii() and "=?" not in name:
        shown = name if _PLAIN_NAME.fullmatch(name) else '"{}"'.format(re.sub(r'(["\\])', r"\\\1", name))
    else:
        shown = " ".join(_encoded_words(name))
    return f"{shown} <{address}>"


def plain_subject(subject: str) -> str:
    """Return a subject on one line in which nothing looks like an encoded word; SES encodes what is not ASCII."""
    return one_line(subject).replace("=?", "= ?")


def unsubscribe_headers(url: str, mailto: str) -> dict[str, str]:
    """Return List-Unsubscribe (https first, then mailto) and List-Unsubscribe-Post.

    Raises PermanentDeliveryError where the link cannot stand in a header: an email without one is not sent. The mailto
    part is left out where both would be too long; RFC 8058 asks for the https link only.
    """
    # Angle brackets and commas end a link in this header, whatever they are in a URL.
    if not _LINK.fullmatch(url) or set(url) & set('<>",') or len(url) + 2 > LONGEST_VALUE:
        raise PermanentDeliveryError("bad_unsubscribe_link", "The unsubscribe link does not fit into a header.")
    both = f"<{url}>, <{mailto}>"
    listed = both if len(both) <= LONGEST_VALUE else f"<{url}>"
    return {"List-Unsubscribe": listed, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def unsubscribe_mailto(address: str, reference: str) -> str:
    """Return a mailto link that writes an opt-out; `reference` tells people which message it answers."""
    subject = quote(f"unsubscribe {reference}".strip(), safe="")
    return f"mailto:{quote(address, safe='@+.-_')}?subject={subject}&body=unsubscribe"


def tags(pairs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield tags in the characters that SES allows: letters, digits, hyphen and underscore; empty ones are left out."""
    for name, value in pairs.items():
        plain = _NOT_IN_TAGS.sub("-", value)[:_LONGEST_TAG]
        if plain:
            yield name, plain


def _encoded_words(text: str) -> Iterator[str]:
    """Yield RFC 2047 words in UTF-8 and base64, none longer than 75 characters and no character split between two."""
    room = (_ENCODED_WORD - len("=?utf-8?b??=")) // 4 * 3
    for part in _parts(text, room):
        yield f"=?utf-8?b?{b64encode(part).decode()}?="


def _parts(text: Iterable[str], room: int) -> Iterator[bytes]:
    part = b""
    for char in text:
        more = char.encode()
        if len(part) + len(more) > room:
            yield part
            part = b""
        part += more
    if part:
        yield part
