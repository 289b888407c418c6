"""The approved words: what a text is, who approved it, and which text speaks a customer's language.

TextError
├── MalformedTextError       a file cannot be read: front matter, field, Liquid, place in the tree
├── UnknownChannelError      a file is named after a channel that does not exist
├── UndeclaredSlotError      a text uses a slot that its front matter does not declare
├── UnusedSlotError          a front matter declares a slot that its text does not use
├── BadSlotError             a slot's type, fallback or sample does not fit
└── ApprovalError            the approvals file cannot be read
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from attune.domain.errors import AttuneError
from attune.domain.locales import fallback_chain
from attune.domain.regions import Regions
from attune.domain.tones import CallToAction, TextKind, Tones


class TextError(AttuneError):
    """Raised when the words cannot be used as they are; says where, what is wrong and what to do."""

    def __init__(self, path: str, problem: str, *, fix: str, line: int | None = None) -> None:
        """Compose `path:line: problem; fix`."""
        place = path if line is None else f"{path}:{line}"
        super().__init__(f"{place}: {problem}. {fix}")
        self.path = path
        self.line = line
        self.problem = problem
        self.fix = fix


class MalformedTextError(TextError):
    """Raised when a file of words cannot be read."""


class UnknownChannelError(TextError):
    """Raised when a text is named after a channel that does not exist."""


class UndeclaredSlotError(TextError):
    """Raised when a text uses a slot that it does not declare."""


class UnusedSlotError(TextError):
    """Raised when a text declares a slot that it does not use."""


class BadSlotError(TextError):
    """Raised when a slot's fallback or sample does not fit its type."""


class ApprovalError(TextError):
    """Raised when the approvals file cannot be read."""


class TextChannel(StrEnum):
    """Where a text can be read; `agent` texts are suggestions for a person, never sent by the machine."""

    EMAIL = "email"
    SMS = "sms"
    ONSITE = "onsite"
    AGENT = "agent"


class SlotType(StrEnum):
    """What may stand in a slot."""

    STRING = "string"
    URL = "url"
    MONEY = "money"
    CODE = "code"
    DATE = "date"


@dataclass(frozen=True)
class Slot:
    """A place in a text for one value; `fallback` (may be empty) is read when the value is missing."""

    name: str
    type: SlotType
    fallback: str
    sample: str


@dataclass(frozen=True, kw_only=True)
class Text:
    """One message's words on one channel in one language.

    `touch` is the earliest touch of a journey that may use it (0: outside of journeys). `content_hash` is what
    an approval binds: it changes with every word. `call_to_action` is how strongly it asks, soft unless it says so.
    """

    message: str
    channel: TextChannel
    locale: str
    tone: str
    kind: TextKind
    offer: bool
    purpose: str
    moment: str
    touch: int
    call_to_action: CallToAction
    slots: tuple[Slot, ...]
    subject: str
    body: str
    content_hash: str

    @property
    def name(self) -> str:
        """Return the text's path below `templates/messages`."""
        return f"{self.message}/{self.channel}.{self.locale}.liquid"


@dataclass(frozen=True, kw_only=True)
class Approval:
    """Who allowed exactly these words (`content_hash`) to be sent in this language, and when."""

    message: str
    channel: TextChannel
    locale: str
    content_hash: str
    approver: str
    role: str
    date: date
    note: str = ""


@dataclass(frozen=True)
class Layout:
    """What surrounds every email: the HTML and the text frame, and their words by language."""

    html: str
    text: str
    strings: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Pages:
    """The web pages: frame, page bodies by name, words by language and page.

    A page must always show something, so that `default_locale` stands in where no wished language exists.
    """

    frame: str
    bodies: Mapping[str, str]
    strings: Mapping[str, Mapping[str, Mapping[str, str]]]
    default_locale: str


@dataclass(frozen=True, kw_only=True)
class TextLibrary:
    """Every text of a stage with its approvals, tones, email layout, pages and what regions ask for."""

    texts: tuple[Text, ...]
    approvals: tuple[Approval, ...]
    tones: Tones
    layout: Layout
    pages: Pages
    regions: Regions = field(default_factory=Regions)

    @cached_property
    def by_key(self) -> Mapping[tuple[str, str, str], Text]:
        """Return the texts by message, channel and locale."""
        return {(text.message, text.channel, text.locale): text for text in self.texts}

    @cached_property
    def approvals_by_words(self) -> Mapping[tuple[str, str, str, str], tuple[Approval, ...]]:
        """Return the approvals by message, channel, locale and content hash; several roles may approve one text."""
        found: dict[tuple[str, str, str, str], tuple[Approval, ...]] = {}
        for given in self.approvals:
            key = (given.message, given.channel, given.locale, given.content_hash)
            found[key] = (*found.get(key, ()), given)
        return found

    def approvals_of(self, text: Text) -> tuple[Approval, ...]:
        """Return who approved exactly these words; nobody once an edit has voided it."""
        return self.approvals_by_words.get((text.message, text.channel, text.locale, text.content_hash), ())

    def approval_of(self, text: Text, *, reader_locale: str = "") -> Approval | None:
        """Return the approval by which a reader of this locale may get the text, None if they may not.

        None when nobody approved exactly these words, or when the reader's region, or the text's, asks for a role
        that has not read them. Of several approvals it is the one of the role asked for, else the first.
        """
        approvals = self.approvals_of(text)
        roles = [given.role for given in approvals]
        missing = self.regions.missing_roles(text_locale=text.locale, reader_locale=reader_locale, roles=roles)
        if not approvals or missing:
            return None
        needed = self.regions.missing_roles(text_locale=text.locale, reader_locale=reader_locale, roles=())
        return next((given for given in approvals if given.role in needed), approvals[0])


class NotFoundReason(StrEnum):
    """Why no text may be sent."""

    MISSING = "missing"
    UNAPPROVED = "unapproved"


@dataclass(frozen=True)
class Found:
    """An approved text, with the locales that were tried before it."""

    text: Text
    approval: Approval
    tried: tuple[str, ...]


@dataclass(frozen=True)
class NotFound:
    """No approved text: there is none in these languages, or there is one that nobody (in the region) approved as it is."""

    reason: NotFoundReason
    tried: tuple[str, ...]


def find(
    library: TextLibrary, *, message: str, channel: str, locale: str, accepted: Iterable[str] = ()
) -> Found | NotFound:
    """Find the approved words of a message for a customer's language.

    Tries the exact locale (`de-CH`), its language (`de`), then the other languages the customer accepts in
    their order. Never falls back to a language nobody asked for.
    """
    reason = NotFoundReason.MISSING
    chain = fallback_chain((locale, *accepted))
    for position, candidate in enumerate(chain):
        text = library.by_key.get((message, channel, candidate))
        if text is None:
            continue
        approval = library.approval_of(text, reader_locale=locale)
        if approval is not None:
            return Found(text, approval, chain[:position])
        reason = NotFoundReason.UNAPPROVED
    return NotFound(reason, chain)


def content_hash(front_matter: Mapping[str, object], body: str) -> str:
    """Hash a text's words and declarations; the order of fields, comments and line endings do not count."""
    fields = json.dumps(front_matter, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(f"{fields}\n{normalise_body(body)}".encode()).hexdigest()


def normalise_body(body: str) -> str:
    """Return the body with Unix line endings and without blank lines around it."""
    return body.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
