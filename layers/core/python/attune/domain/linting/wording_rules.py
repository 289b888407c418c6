"""The rules that look for words: pressure, guilt, shame, feigned nearness, machines that apologise, strong calls."""

from collections.abc import Iterator

from attune.domain.linting.findings import Finding
from attune.domain.linting.passages import Passage, PassageKind, read_passage
from attune.domain.linting.reading import Reading
from attune.domain.tones import CallToAction

EVERYWHERE = (
    "false-urgency",
    "scarcity",
    "countdown",
    "fear-of-loss",
    "guilt",
    "shaming-opt-out",
    "exploits-distress",
    "fake-personalisation",
    "promise-to-do-better",
    "machine-apology",
)
_COUNTING_SLOTS = ("countdown", "timer", "time_left", "hours_left", "minutes_left", "time_remaining", "seconds_left")
_SCARCITY_SLOTS = (
    "stock_left",
    "items_left",
    "left_in_stock",
    "viewers",
    "people_viewing",
    "remaining_stock",
    "quantity_left",
)


def find_wording(reading: Reading) -> Iterator[Finding]:
    """Find the words of every rule that has a word list for the text's language; one finding a place."""
    if reading.words is None:
        return
    for rule in EVERYWHERE:
        phrases = reading.words.get(rule)
        if phrases is None:
            continue
        for passage in reading.passages:
            for hit in phrases.hits(passage):
                yield reading.finding(rule, passage, hit.start, hit.end)


def find_counting_slots(reading: Reading) -> Iterator[Finding]:
    """Find slots that can only be meant for a clock or a stock counter."""
    for slot in reading.text.slots:
        for rule, names in (("countdown", _COUNTING_SLOTS), ("scarcity", _SCARCITY_SLOTS)):
            if slot.name in names:
                yield reading.at(rule, reading.places.slots.get(slot.name, 1), 1, slot.name)


def find_feigned_reply(reading: Reading) -> Iterator[Finding]:
    """Find a subject that pretends to answer or to forward."""
    marks = reading.words.get("fake-personalisation.subject") if reading.words else None
    marks = marks or reading.context.words.by_language["en"].get("fake-personalisation.subject")
    match = marks.find.match(reading.subject.folded) if marks and reading.text.subject else None
    if match:
        yield reading.finding("fake-personalisation", reading.subject, match.start(), match.end())


def find_strong_calls(reading: Reading) -> Iterator[Finding]:
    """Find link labels, and short commands in the words, that push harder than the tone allows."""
    if reading.words is None or reading.tone is None:
        return
    soft = reading.tone.call_to_action is CallToAction.SOFT
    names = ("strong-call-to-action", "commanding-call-to-action") if soft else ("strong-call-to-action",)
    for label in _labels(reading):
        for name in names:
            phrases = reading.words.get(name)
            hit = phrases.first(label) if phrases else None
            if hit:
                detail = f"the tone {reading.tone.name} allows {reading.tone.call_to_action} calls only"
                yield reading.finding("strong-call-to-action", label, hit.start, hit.end, detail=detail)
                break


def _labels(reading: Reading) -> Iterator[Passage]:
    """Yield link labels, and sentences so short that they can only be a call."""
    for link in reading.body.links:
        if link.label:
            line, column = reading.body.place_of_offset(link.offset)
            yield read_passage(PassageKind.BODY, link.label, first_line=line, first_column=column + 1)
    for passage in (reading.subject, reading.body):
        for start, end in passage.sentences:
            words = passage.plain[start:end].strip()
            longest = 14 if _is_dense(words) else 40
            if len(words) <= longest and len(words.split()) <= 5 and not words.endswith("?"):  # noqa: PLR2004 - as long as a button
                line, column = passage.place(start)
                yield read_passage(passage.kind, words, first_line=line, first_column=column)


def _is_dense(words: str) -> bool:
    return any("\u3040" <= char <= "\u9fff" for char in words)


def find_contractions(reading: Reading) -> Iterator[Finding]:
    """Find the first contraction in a tone that has none."""
    if reading.words is None or reading.tone is None or reading.tone.contractions:
        return
    phrases = reading.words.get("contraction")
    for passage in reading.passages if phrases else ():
        hit = phrases.first(passage) if phrases else None
        if hit:
            yield reading.finding(
                "contractions", passage, hit.start, hit.end, detail=f"the tone is {reading.tone.name}"
            )
            return
