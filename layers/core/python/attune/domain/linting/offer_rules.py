"""The rules about offers and selling words: where they may stand, and that they are declared."""

from collections.abc import Iterator

from attune.domain.linting.findings import Finding
from attune.domain.linting.passages import Passage
from attune.domain.linting.reading import Reading
from attune.domain.texts import TextChannel
from attune.domain.tones import TextKind

_OFFER_SLOTS = ("discount", "coupon", "voucher", "promo", "rabatt", "gutschein", "rebate", "offer")
FIRST_TOUCH = 1

type Place = tuple[int, int, str]


def find_offers(reading: Reading) -> Iterator[Finding]:
    """Find offers in a first touch, in a service text, or undeclared; and declared offers that are none."""
    text = reading.text
    offered = _offer(reading)
    if text.touch == FIRST_TOUCH and (text.offer or offered):
        yield reading.at(
            "discount-in-first-touch", *(offered or (reading.places.front.get("offer", 1), 1, "offer: true"))
        )
    if offered and not text.offer:
        yield reading.at("undeclared-offer", *offered)
    if offered and text.kind is TextKind.SERVICE:
        yield reading.at("promotion-in-service", *offered)
    elif text.offer and text.kind is TextKind.SERVICE:
        place = (reading.places.front.get("offer", 1), 1, "offer: true")
        yield reading.at("promotion-in-service", *place)
    if text.offer and not offered and reading.words is not None:
        yield reading.at("offer-without-offer", reading.places.front.get("offer", 1), 1, "offer: true")


def find_promotion(reading: Reading) -> Iterator[Finding]:
    """Find selling words in a service text."""
    phrases = reading.words.get("promotion") if reading.words else None
    if phrases is None or reading.text.kind is not TextKind.SERVICE:
        return
    for passage in reading.passages:
        hit = phrases.first(passage)
        if hit:
            yield reading.finding("promotion-in-service", passage, hit.start, hit.end)
            return


def find_missing_way_out(reading: Reading) -> Iterator[Finding]:
    """Find a promotional SMS that does not say how to stop."""
    if reading.text.channel is not TextChannel.SMS or reading.text.kind is not TextKind.PROMOTIONAL:
        return
    words = reading.body.folded
    if not any(
        way in words
        for way in ("stop", "unsub", "opt out", "opt-out", "abmeld", "baja", "désinscri", "停止", "配信停止")
    ):
        line, column = reading.body.place(max(len(reading.body.plain) - 1, 0))
        yield reading.at("missing-unsubscribe", line, column, reading.body.plain[-40:])


def _offer(reading: Reading) -> Place | None:
    phrases = reading.words.get("discount") if reading.words else None
    for passage in reading.passages if phrases else ():
        hit = phrases.first(passage) if phrases else None
        if hit:
            return (*passage.place(hit.start), _words(passage, hit.start, hit.end))
    for slot in reading.text.slots:
        if any(name in slot.name for name in _OFFER_SLOTS):
            return reading.places.slots.get(slot.name, 1), 1, slot.name
    return None


def _words(passage: Passage, start: int, end: int) -> str:
    return passage.plain[start:end]
