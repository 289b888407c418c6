"""Read what the lint judges by: word lists and configuration from `lint/` in a templates folder, and its tones."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from attune.adapters.text_files import TonesFile, parse_yaml, read_file, validated
from attune.domain.linting.reading import Limits
from attune.domain.linting.word_lists import (
    BadPatternError,
    Phrases,
    Topic,
    WordList,
    WordLists,
    compile_phrases,
)
from attune.domain.texts import MalformedTextError
from attune.domain.tones import ToneProfile

NEUTRAL = frozenset({"reply", "ok", "email", "sms", "online", "chat", "stop"})


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _RuleRow(_Row):
    find: str
    unless: str = ""
    subject: str = ""
    negatable: bool = False


class _TopicRow(_Row):
    subject: str
    body: str
    transactional: bool


class _WordsFile(_Row):
    word_boundaries: bool
    negation: str = ""
    macros: dict[str, str] = {}
    rules: dict[str, _RuleRow]
    topics: dict[str, _TopicRow] = {}
    function_words: str = ""
    shouted: str = ""


class _OtherFile(_Row):
    function_words: dict[str, str]


class _SegmentsRow(_Row):
    gsm7: int = Field(gt=0)
    ucs2: int = Field(gt=0)


class _ConfigFile(_Row):
    allowed_hosts: tuple[str, ...]
    link_shorteners: tuple[str, ...]
    sms_segments: _SegmentsRow
    exclamation_marks: int = Field(ge=0)
    capitals_allowed: tuple[str, ...]


def read_limits(folder: Path) -> Limits:
    """Read `lint/config.yaml`; raise MalformedTextError when it cannot be used."""
    where = "lint/config.yaml"
    file = validated(_ConfigFile, parse_yaml(read_file(folder / "config.yaml", where), where), where)
    return Limits(
        allowed_hosts=tuple(host.lower() for host in file.allowed_hosts),
        link_shorteners=frozenset(host.lower() for host in file.link_shorteners),
        gsm7_segments=file.sms_segments.gsm7,
        ucs2_segments=file.sms_segments.ucs2,
        exclamation_marks=file.exclamation_marks,
        capitals_allowed=frozenset(file.capitals_allowed),
    )


def read_tones(path: Path) -> Mapping[str, ToneProfile]:
    """Read the tone profiles; raise TextError when they cannot be."""
    file = validated(TonesFile, parse_yaml(read_file(path, path.name), path.name), path.name)
    return {name: ToneProfile(name=name, **row.model_dump()) for name, row in file.profiles.items()}


@lru_cache(maxsize=4)
def read_words(folder: Path) -> WordLists:
    """Read every `lint/words/<language>.yaml`; raise MalformedTextError naming the pattern that cannot be read."""
    lists: dict[str, WordList] = {}
    others: Mapping[str, str] = {}
    for path in sorted((folder / "words").glob("*.yaml")):
        where = f"lint/words/{path.name}"
        data = parse_yaml(read_file(path, where), where)
        if path.stem == "other":
            others = validated(_OtherFile, data, where).function_words
            continue
        try:
            lists[path.stem] = _compiled(path.stem, validated(_WordsFile, data, where))
        except BadPatternError as error:
            raise MalformedTextError(where, str(error), fix="Correct the regular expression") from error
    return WordLists(lists, {language: _split(words) for language, words in others.items()})


def _compiled(language: str, file: _WordsFile) -> WordList:
    def phrases(find: str, unless: str = "", *, negation: str = "") -> Phrases:
        return compile_phrases(
            _lines(find), _lines(unless), macros=file.macros, boundaries=file.word_boundaries, negation=negation
        )

    compiled = {
        name: phrases(row.find, row.unless, negation=file.negation if row.negatable else "")
        for name, row in file.rules.items()
    }
    for name, row in file.rules.items():
        if row.subject:
            compiled[f"{name}.subject"] = compile_phrases(_lines(row.subject), macros=file.macros, boundaries=False)
    topics = tuple(
        Topic(name, phrases(row.subject), phrases(row.body), row.transactional) for name, row in file.topics.items()
    )
    return WordList(language, compiled, topics, _split(file.function_words), _split(file.shouted) - {"stop"})


def _lines(block: str) -> Sequence[str]:
    lines = (line.strip() for line in block.splitlines())
    return [line for line in lines if line and not line.startswith("# ")]


def _split(words: str) -> frozenset[str]:
    return frozenset(words.lower().split()) - NEUTRAL
