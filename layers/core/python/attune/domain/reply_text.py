"""What a customer wrote, made plain: the quoted mail below it left out, bounded in length, one way to write each mark."""

import re
import unicodedata
from dataclasses import dataclass

LONGEST_HEAD = 4_000
LONGEST_TAIL = 1_000
"""Characters that are read of a long text: its beginning, and its end, where a STOP may stand."""

_QUOTED_LINE = re.compile(r"^[ \t]{0,8}>[^\n]*$", re.MULTILINE)
_QUOTED_REST = re.compile(
    r"^(?:-{2,}[ ]?(?:original|ursprüngliche|message d'origine|mensaje original|messaggio originale)[^\n]{0,60}"
    r"|(?:on|am|le|el|il|em|op) [^\n]{4,160} (?:wrote|schrieb[^\n:]{0,80}|a écrit|escribió|ha scritto|escreveu|schreef)[ ]?:"
    r"|(?:from|von|de|da|van): [^\n]{1,200}\n(?:sent|gesendet|date|datum|envoyé|enviado|inviato|verzonden|to|an|à): )",
    re.MULTILINE | re.IGNORECASE,
)
_TYPOGRAPHY = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u00b4": "'", "`": "'", "\u201c": '"', "\u201d": '"', "\u00ad": ""}
)
_DRAWN_OUT = re.compile(r"(\w)\1{2,}")
_CLAUSE_ENDS = re.compile(r"[.!?;,:\n\u2026\u3002\uff01\uff1f\u3001\uff0c]+|\s[-\u2013\u2014]+\s")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


@dataclass(frozen=True)
class PlainText:
    """A text as the rules read it: `written` keeps case and marks, `plain` is folded, `clauses` are its parts."""

    written: str
    plain: str
    clauses: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the whole text, folded; letters spelled one by one (S.T.O.P) are one word."""
        return words_of(self.plain)


def plain_text(text: str) -> PlainText:
    """Return what the customer wrote themselves, in at most LONGEST_HEAD + LONGEST_TAIL characters."""
    if len(text) > LONGEST_HEAD + LONGEST_TAIL:
        text = f"{text[:LONGEST_HEAD]}\n{text[-LONGEST_TAIL:]}"
    own = _QUOTED_LINE.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    quoted = _QUOTED_REST.search(own)
    own = own[: quoted.start()] if quoted else own
    written = unicodedata.normalize("NFKC", own).translate(_TYPOGRAPHY)
    written = "".join(sign for sign in written if unicodedata.category(sign) not in {"Cf", "Cs"})
    # A compatibility form may be many times as long as its sign; the bound holds for what is read.
    written = written[: LONGEST_HEAD + LONGEST_TAIL]
    folded = _DRAWN_OUT.sub(r"\1\1", written.casefold())
    clauses = tuple(plain for clause in _CLAUSE_ENDS.split(folded) if (plain := " ".join(clause.split())))
    return PlainText(written, " ".join(folded.split()), clauses)


def words_of(plain: str) -> tuple[str, ...]:
    """Return the words of a folded text; letters spelled one by one are joined to a word."""
    words = tuple(_WORD.findall(plain))
    spelled = len(words) > 2 and all(len(word) == 1 and word.isalpha() for word in words)  # noqa: PLR2004 - a word
    return ("".join(words),) if spelled else words
