"""What the rules look at: a text with its words taken apart, and what is known around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from attune.domain.linting.findings import Finding, shortened
from attune.domain.linting.passages import Passage, PassageKind, read_passage
from attune.domain.linting.rulebook import RULES
from attune.domain.linting.word_lists import WordList, WordLists
from attune.domain.texts import Text
from attune.domain.tones import ToneProfile


@dataclass(frozen=True)
class Limits:
    """What the lint's configuration allows; hosts may begin with `*.` for every subdomain."""

    allowed_hosts: tuple[str, ...] = ()
    link_shorteners: frozenset[str] = frozenset()
    gsm7_segments: int = 2
    ucs2_segments: int = 3
    exclamation_marks: int = 2
    capitals_allowed: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Places:
    """On which line of its file a text's parts begin; slots by name."""

    path: str
    body: int = 1
    subject: tuple[int, int] = (1, 1)
    slots: Mapping[str, int] = field(default_factory=dict)
    front: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LintContext:
    """What a text is judged by: words, limits, tones; the same message in other languages; earlier texts of its journey."""

    words: WordLists
    limits: Limits
    tones: Mapping[str, ToneProfile] = field(default_factory=dict)
    siblings: tuple[Text, ...] = ()
    earlier: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A text as the rules see it."""

    text: Text
    context: LintContext
    places: Places

    @cached_property
    def words(self) -> WordList | None:
        """Return the word list of the text's language."""
        return self.context.words.of(self.text.locale)

    @cached_property
    def tone(self) -> ToneProfile | None:
        """Return the text's tone, None when the stage has none of that name."""
        return self.context.tones.get(self.text.tone)

    @cached_property
    def subject(self) -> Passage:
        """Return the subject; empty where the channel has none."""
        line, column = self.places.subject
        return read_passage(PassageKind.SUBJECT, self.text.subject, first_line=line, first_column=column)

    @cached_property
    def body(self) -> Passage:
        """Return the words below the front matter."""
        return read_passage(PassageKind.BODY, self.text.body, first_line=self.places.body)

    @cached_property
    def fallbacks(self) -> tuple[Passage, ...]:
        """Return what is read where a value is missing."""
        return tuple(
            read_passage(PassageKind.FALLBACK, slot.fallback, first_line=self.places.slots.get(slot.name, 1))
            for slot in self.text.slots
            if slot.fallback and "://" not in slot.fallback
        )

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Return all words that can be read."""
        return (*((self.subject,) if self.text.subject else ()), self.body, *self.fallbacks)

    def finding(self, rule: str, passage: Passage, start: int, end: int, *, detail: str = "", fix: str = "") -> Finding:
        """Return a finding about some words of a passage."""
        line, column = passage.place(start)
        return self.at(rule, line, column, passage.plain[start:end], detail=detail, fix=fix)

    def at(self, rule: str, line: int, column: int, words: str, *, detail: str = "", fix: str = "") -> Finding:
        """Return a finding at a place; `detail` comes before the rule's own reason."""
        return finding(rule, self.places.path, line, column, words, detail=detail, fix=fix)


def finding(rule: str, path: str, line: int, column: int, words: str, *, detail: str = "", fix: str = "") -> Finding:
    """Return a finding of a rule with the rule's severity, reason and fix."""
    known = RULES[rule]
    return Finding(
        path=path,
        line=line,
        column=column,
        rule=rule,
        severity=known.severity,
        words=shortened(words),
        reason=f"{detail}; {known.reason}" if detail else known.reason,
        fix=fix or known.fix,
    )
