"""Answer in sentences: what a row says, in the words that stand in its query's header."""

import re
from collections.abc import Iterator

from attune_cli.auditing.asking import Answer
from attune_cli.auditing.queries import Query

_SLOT = re.compile(r"\{([a-z_]+)\}")
_CLAUSE = re.compile(r"\[([^\]]*)\]")
"""What is left out where one of its values is unknown."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def sentences(query: Query, answer: Answer, *, since: str) -> Iterator[str]:
    """Yield the question, then a sentence for each row."""
    yield f"{query.question} (Since {since}.)"
    if not answer.rows:
        yield "Nothing of the kind is in the log."
    for record in answer.records():
        yield sentence(query, record)


def sentence(query: Query, record: dict[str, str | None]) -> str:
    """Return one row in words; a query without words of its own names its columns."""
    if not query.words:
        return "; ".join(f"{name.replace('_', ' ')} {spoken(value)}" for name, value in record.items()) + "."
    clauses = _CLAUSE.sub(
        lambda clause: clause[1] if all(map(record.get, _SLOT.findall(clause[1]))) else "", query.words
    )
    text = _SLOT.sub(lambda slot: spoken(record.get(slot[1])), clauses)
    return text[:1].upper() + re.sub(r"\.\.+$", ".", text[1:])


def spoken(value: str | None) -> str:
    """Return a value as it is said: times to the minute, names without underscores, nothing as unknown."""
    if not value:
        return "unknown"
    if _TIME.match(value):
        return f"{value[:10]} {value[11:16]} UTC"
    plain = "".join(sign if sign.isprintable() else " " for sign in value)
    return plain.replace("_", " ") if re.fullmatch(r"[a-z_]+", plain) else plain
