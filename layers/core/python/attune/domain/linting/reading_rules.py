"""The rules about how hard a text is to read, and how long an SMS gets."""

from collections.abc import Iterator

from attune.domain.linting.findings import Finding
from attune.domain.linting.readability import DENSE_LANGUAGES, grade, words_in
from attune.domain.linting.reading import Reading
from attune.domain.liquid_sandbox import RenderError
from attune.domain.rendering import render
from attune.domain.sms import count_segments
from attune.domain.texts import Slot, SlotType, Text, TextChannel

_FEWEST_WORDS_OF_A_SENTENCE = 3
_FEWEST_WORDS = 8
_WORDS_FOR_CERTAINTY = 100
_LEEWAY = 8.0
_LONG_NAME = "Maria-Magdalena Oberhauser"
_LONG_PHRASE = "Acme Outdoor & Travel Gear"
_MORE_THAN_UCS2 = 71


def find_hard_words(reading: Reading) -> Iterator[Finding]:
    """Find a text whose grade is above its tone's; a short text gets leeway, because few words measure little."""
    if reading.tone is None:
        return
    language = reading.text.locale.partition("-")[0]
    sentences = [sentence for sentence, _ in _sentences(reading)]
    words = sum(words_in(language, sentence) for sentence in sentences)
    measured = grade(language, sentences) if words >= _FEWEST_WORDS else None
    limit = reading.tone.reading_grade
    leeway = _LEEWAY * max(0.0, 1 - words / _WORDS_FOR_CERTAINTY)
    if measured is not None and measured > limit + leeway:
        detail = f"grade {measured:.0f}, and the tone {reading.tone.name} allows {limit}"
        start = _sentences(reading)[0][1]
        yield reading.finding("reading-level", reading.body, start, start + len(sentences[0]), detail=detail)


def find_long_sentences(reading: Reading) -> Iterator[Finding]:
    """Find sentences with more words than the tone allows."""
    if reading.tone is None:
        return
    language = reading.text.locale.partition("-")[0]
    for sentence, start in _sentences(reading):
        words = words_in(language, sentence)
        if words > reading.tone.sentence_words:
            counted = f"about {words} words" if language in DENSE_LANGUAGES else f"{words} words"
            detail = f"{counted}, and the tone {reading.tone.name} allows {reading.tone.sentence_words}"
            yield reading.finding("long-sentence", reading.body, start, start + len(sentence), detail=detail)


def _sentences(reading: Reading) -> list[tuple[str, int]]:
    """Return the sentences worth measuring with their start; greetings and labels are none."""
    language = reading.text.locale.partition("-")[0]
    found = []
    for start, end in reading.body.sentences:
        sentence = reading.body.plain[start:end]
        if words_in(language, sentence) >= _FEWEST_WORDS_OF_A_SENTENCE:
            found.append((sentence.strip(), start + len(sentence) - len(sentence.lstrip())))
    return found


def find_long_sms(reading: Reading) -> Iterator[Finding]:
    """Find an SMS that takes more segments than its budget, with its samples or with long values."""
    text, limits = reading.text, reading.context.limits
    if text.channel is not TextChannel.SMS:
        return
    for values, which in ((_samples(text), "with its samples"), (_long_values(text), "with long values")):
        words = _rendered(text, values)
        if words is None:
            return
        segments = count_segments(words)
        wide = _beyond_gsm7(words)
        # A language whose letters need UCS-2 gets its budget; a sign that could be left out does not.
        budget = limits.ucs2_segments if any(char.isalpha() for char in wide) else limits.gsm7_segments
        if segments > budget:
            line, column = reading.body.place(0)
            alphabet = f"UCS-2 because of {' '.join(sorted(wide)[:8])}" if wide else "GSM-7"
            detail = f"{segments} segments {which} ({alphabet}; {len(words)} characters), and {budget} are allowed"
            yield reading.at("sms-segments", line, column, reading.body.plain[:60], detail=detail)
            return


def _beyond_gsm7(words: str) -> set[str]:
    """Return the characters that turn a whole SMS into UCS-2, as the counter sees it that is paid by."""
    return {char for char in set(words) if count_segments(char * _MORE_THAN_UCS2) > 1}


def _rendered(text: Text, values: dict[str, str]) -> str | None:
    try:
        return render(text, values).text
    except RenderError:
        return None


def _samples(text: Text) -> dict[str, str]:
    return {slot.name: slot.sample for slot in text.slots}


def _long_values(text: Text) -> dict[str, str]:
    return {slot.name: _long_value(slot) for slot in text.slots}


def _long_value(slot: Slot) -> str:
    """Return a long value as it occurs: nobody plans for the longest that is possible."""
    if slot.type is not SlotType.STRING:
        return slot.sample
    usual = _LONG_NAME if "name" in slot.name and "company" not in slot.name else _LONG_PHRASE
    return usual if "name" in slot.name else slot.sample
