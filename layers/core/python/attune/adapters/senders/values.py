"""Read what senders write, whatever they write: a missing or misshapen value is nothing, never an error."""

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

MAX_ID = 256
"""In bytes of UTF-8, which is what DynamoDB counts in a key."""


def obj(value: object) -> Mapping[str, Any]:
    """Return an object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a list; one object alone counts as a list of it."""
    if isinstance(value, dict):
        yield value
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, dict))


def text(value: object) -> str:
    """Return a text or a number as trimmed text; anything else, true and false too, is "" ."""
    if value is None:  # of all that is asked for, most is not there
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return ""
    try:
        return str(int(value)) if value == int(value) else str(value)
    except ValueError:  # an integer of thousands of digits
        return ""


def first(*values: object) -> str:
    """Return the first of some values that is a text or a number, as text."""
    for value in values:
        if value is not None and (found := text(value)):
            return found
    return ""


def texts(value: object) -> tuple[str, ...]:
    """Return the texts of a list; one text alone counts as a list of it."""
    listed = value if isinstance(value, list) else [value]
    return tuple(found for one in listed if (found := text(one)))


def named(fields: Mapping[str, Any], name: str) -> str:
    """Return the text of a field whatever its case (HTTP headers lose theirs on the way); of a list, the first."""
    folded = name.casefold()
    found = (value for key, value in fields.items() if key.casefold() == folded)
    return next((listed[0] for value in found if (listed := texts(value))), "")


def bounded(value: str, most: int = MAX_ID) -> str:
    """Cut a text to so many bytes of UTF-8, never within a character."""
    return value if len(value.encode()) <= most else value.encode()[:most].decode(errors="ignore")
