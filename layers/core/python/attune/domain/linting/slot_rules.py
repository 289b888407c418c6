"""The rules about slots: declared, used, and no hole where a value is missing."""

import re
from collections.abc import Iterator

from attune.domain.linting.findings import Finding
from attune.domain.linting.reading import Reading
from attune.domain.liquid_scan import ForbiddenLiquidError, names_used
from attune.domain.slots import clean, is_web_url
from attune.domain.texts import SlotType

_CODE = re.compile(r"\{\{-?\s*(?P<output>.*?)-?\}\}|\{%-?\s*(?P<tag>\w+)(?P<condition>.*?)-?%\}", re.DOTALL)
_NAME = re.compile(r"[a-z_]\w*")
_NOT_BLANK = re.compile(r"(\w+)\s*!=\s*(?:blank|empty|nil|null|''|\"\")|(?:^|\band\b)\s*(\w+)\s*(?=$|\band\b)")
_BLANK = re.compile(r"(\w+)\s*==\s*(?:blank|empty|nil|null|''|\"\")")
_URL_PLACE = re.compile(r"\]\(\{\{-?\s*\w+\s*-?\}\}\)")


def find_slots(reading: Reading) -> Iterator[Finding]:
    """Find slots that are undeclared, unused, or whose sample or fallback does not fit."""
    text = reading.text
    declared = {slot.name for slot in text.slots}
    used: dict[str, tuple[int, int]] = {}
    for passage in (reading.body, reading.subject):
        try:
            names = names_used(passage.source)
        except ForbiddenLiquidError as error:
            line, column = passage.first_line + error.line - 1, 1
            yield reading.at("broken-file", line, column, error.problem, fix=error.fix)
            return
        for name, line in names.items():
            used.setdefault(name, (passage.first_line + line - 1, 1))
    for name, (line, column) in used.items():
        if name not in declared:
            yield reading.at("undeclared-slot", line, column, name)
    for slot in text.slots:
        line = reading.places.slots.get(slot.name, 1)
        if slot.name not in used:
            yield reading.at("unused-slot", line, 1, slot.name)
        if clean(slot.type, slot.sample, locale=text.locale) is None:
            yield reading.at("bad-slot", line, 1, slot.sample or slot.name, detail=f"the sample is no {slot.type}")
        if slot.type is SlotType.URL and slot.fallback and not is_web_url(slot.fallback):
            yield reading.at("bad-slot", line, 1, slot.fallback, detail="the fallback is no url")


def find_holes(reading: Reading) -> Iterator[Finding]:
    """Find slots without a fallback that are printed outside of a condition that asks for their value.

    A link alone in its paragraph or list item needs no condition: without an address it is left out by itself.
    """
    empty = {slot.name for slot in reading.text.slots if not slot.fallback.strip()}
    for passage in (reading.subject, reading.body):
        links = [match.span() for match in _URL_PLACE.finditer(passage.source)]
        told: set[str] = set()
        for name, offset in _unguarded(passage.source):
            in_link = any(start <= offset < end for start, end in links)
            if name in empty and name not in told and not in_link:
                told.add(name)
                line, column = passage.place_of_offset(offset)
                yield reading.at("missing-fallback", line, column, name)


def _unguarded(source: str) -> Iterator[tuple[str, int]]:
    """Yield every slot printed where no condition around it has asked for its value."""
    guards: list[tuple[set[str], set[str]]] = []
    for match in _CODE.finditer(source):
        tag, condition = match["tag"], (match["condition"] or "").strip()
        if tag in {"if", "unless", "case"}:
            guards.append(_guards(tag, condition))
        elif tag in {"elsif", "else", "when"} and guards:
            after = guards[-1][1]
            more = _guards("if", condition) if tag == "elsif" else (set(), set())
            guards[-1] = (more[0] | after, more[1] | after)
        elif tag in {"endif", "endunless", "endcase"} and guards:
            guards.pop()
        elif match["output"]:
            name = _NAME.match(match["output"])
            if name and not any(name[0] in known for known, _ in guards):
                yield name[0], match.start()


def _guards(tag: str, condition: str) -> tuple[set[str], set[str]]:
    """Return which slots have a value inside the branch, and which have one in the branches after it."""
    has = {name for pair in _NOT_BLANK.findall(condition) for name in pair if name}
    lacks = set(_BLANK.findall(condition))
    if " or " in condition:
        return set(), lacks if tag == "if" and "!=" not in condition else set()
    if " and " in condition:
        lacks = set()
    return (lacks, has) if tag == "unless" else (has, lacks)
