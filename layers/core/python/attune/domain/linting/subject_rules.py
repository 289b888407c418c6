"""The rules about a subject and the body it promises."""

import re
from collections.abc import Iterator

from attune.domain.linting.findings import Finding
from attune.domain.linting.reading import Reading
from attune.domain.tones import TextKind

_PERCENT = re.compile(r"\d+(?= ?(?:%|percent|per cent|prozent|por ciento|pour cent|パーセント))")


def find_broken_promises(reading: Reading) -> Iterator[Finding]:
    """Find topics of the subject that the body does not have, and transactions feigned by a promotional text."""
    if reading.words is None or not reading.text.subject:
        return
    for topic in reading.words.topics:
        hit = topic.subject.first(reading.subject)
        if hit is None:
            continue
        if topic.body.first(reading.body) is None:
            detail = f"the body has nothing about {topic.name}" if topic.name != "impossible" else "it says nothing"
        elif topic.transactional and reading.text.kind is TextKind.PROMOTIONAL:
            detail = f"a promotional text looks like a message about {topic.name}"
        else:
            continue
        yield reading.finding("deceptive-subject", reading.subject, hit.start, hit.end, detail=detail)
        return
    yield from _other_numbers(reading)


def _other_numbers(reading: Reading) -> Iterator[Finding]:
    said = {match[0] for match in _PERCENT.finditer(reading.body.folded)}
    for match in _PERCENT.finditer(reading.subject.folded):
        if said and match[0] not in said:
            detail = f"the body says {', '.join(sorted(said))} %"
            yield reading.finding("deceptive-subject", reading.subject, match.start(), match.end(), detail=detail)
