"""The rules about apologies: one, in one touch of a journey."""

from collections.abc import Iterator

from attune.domain.linting.findings import Finding
from attune.domain.linting.passages import PassageKind, read_passage
from attune.domain.linting.reading import Reading
from attune.domain.linting.word_lists import WordLists
from attune.domain.texts import Text


def find_apologies(reading: Reading) -> Iterator[Finding]:
    """Find a second apology in the text, and one that an earlier touch of the journey has made already."""
    phrases = reading.words.get("apology") if reading.words else None
    if phrases is None:
        return
    said = [
        (passage, hit, passage.sentence_at(hit.start))
        for passage in (reading.subject, reading.body)
        for hit in phrases.hits(passage)
    ]
    sentences = list(dict.fromkeys((passage.kind, span) for passage, _, span in said))
    bodies = [entry for entry in sentences if entry[0] is PassageKind.BODY]
    if len(bodies) > 1:
        passage, hit, _ = next(entry for entry in said if (entry[0].kind, entry[2]) == bodies[1])
        detail = f"apology {len(bodies)} of this text" if len(bodies) > 2 else "the second apology of this text"  # noqa: PLR2004 - a pair
        yield reading.finding("repeated-apology", passage, hit.start, hit.end, detail=detail)
    earlier = next((text for text in reading.context.earlier if apologises(text, reading.context.words)), None)
    if said and earlier is not None:
        passage, hit, _ = said[0]
        detail = f"{earlier.name} (touch {earlier.touch}) has apologised"
        yield reading.finding("apology-after-apology", passage, hit.start, hit.end, detail=detail)


def apologises(text: Text, words: WordLists) -> bool:
    """Whether a text apologises."""
    known = words.of(text.locale)
    phrases = known.get("apology") if known else None
    return phrases is not None and phrases.first(read_passage(PassageKind.BODY, text.body)) is not None
