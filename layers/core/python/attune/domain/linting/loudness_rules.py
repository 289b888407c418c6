"""The rules about capitals, exclamation marks and invisible words; they need no language."""

import re
from collections.abc import Iterator

from attune.domain.linting.findings import Finding
from attune.domain.linting.passages import Passage
from attune.domain.linting.reading import Reading

_CAPITALS = re.compile(r"(?<![\w¤-])[^\W\d_](?:[^\W\d_]|['-](?=[^\W\d_])){1,}(?![\w¤])")
_RUN_GAP = re.compile(r"[\s,:;'\"-]*")
_VOLLEY = re.compile(r"[!?][!?\s]*![!?]*|!\s*[!?]+|[¡]{2,}")
_MARK = re.compile(r"!+")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u180e\u2061-\u2064\u3164\u115f\u1160\U000e0000-\U000e007f]")
_HIDING = re.compile(
    r"<[^<>]*(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*[01](?:px|pt|em)?\s*[;\"']|opacity\s*:\s*0(?:\.0+)?\s*[;\"']"
    r"|text-indent\s*:\s*-\d{3,}|\shidden[\s>])[^<>]*>",
    re.IGNORECASE,
)
_SHORT_WORD = 3
_LONG_WORD = 6
_LOUD_RUN = 2


def find_shouting(reading: Reading) -> Iterator[Finding]:
    """Find words in capitals that are no abbreviations: two in a row, or one that everybody knows in ordinary case."""
    for passage in reading.passages:
        for run in _runs(passage):
            loud = [m for m in run if _is_loud(reading, m[0])]
            known = [m for m in loud if reading.words and m[0].lower() in reading.words.shouted]
            long = [m for m in loud if len(m[0]) > _SHORT_WORD]
            if (
                known
                or (len(run) >= _LOUD_RUN and len(long) >= _LOUD_RUN)
                or (len(run) > _LOUD_RUN and len(loud) >= _LOUD_RUN)
            ):
                yield reading.finding("shouting", passage, run[0].start(), run[-1].end())


def _runs(passage: Passage) -> Iterator[list[re.Match[str]]]:
    run: list[re.Match[str]] = []
    for match in _CAPITALS.finditer(passage.plain):
        if not match[0].isupper():
            continue
        if run and not _RUN_GAP.fullmatch(passage.plain, run[-1].end(), match.start()):
            yield run
            run = []
        run.append(match)
    if run:
        yield run


def _is_loud(reading: Reading, word: str) -> bool:
    return len(word) > 1 and word not in reading.context.limits.capitals_allowed


def find_volleys(reading: Reading) -> Iterator[Finding]:
    """Find exclamation marks in a row, and the first one too many of a text."""
    for passage in reading.passages:
        for match in _VOLLEY.finditer(passage.plain):
            if "!" in match[0] or "¡" in match[0]:
                yield reading.finding("exclamation-volley", passage, match.start(), match.end())
    allowed = reading.context.limits.exclamation_marks
    marks = [(passage, m) for passage in (reading.subject, reading.body) for m in _MARK.finditer(passage.plain)]
    if len(marks) > allowed:
        passage, match = marks[allowed]
        start = passage.sentence_at(match.start())[0]
        detail = f"{len(marks)} exclamation marks in one text"
        yield reading.finding("exclamation-volley", passage, start, match.end(), detail=detail)


def find_hidden_words(reading: Reading) -> Iterator[Finding]:
    """Find characters without a shape, and markup that hides words, in subject and body."""
    for passage in (reading.subject, reading.body):
        for pattern in (_INVISIBLE, _HIDING):
            match = pattern.search(passage.source)
            if match:
                line, column = passage.place_of_offset(match.start())
                words = match[0] if match[0].isprintable() else f"U+{ord(match[0][0]):04X}"
                yield reading.at("hidden-text", line, column, words)
