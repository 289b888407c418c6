"""Which approved replies fit a case best: by what the customer wrote, what happened, and the playbook's own order."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from attune.domain.signals import SignalKind

WROTE, HAPPENED, SENSITIVE = 4, 2, 1
"""How much a kind of evidence weighs: their own words most, then what happened to them, then hints."""


@dataclass(frozen=True)
class Topic:
    """What a reply may be about: the words that name it, and the signals that show it."""

    about: str
    words: re.Pattern[str]
    signals: Mapping[SignalKind, str]


def _words(*stems: str) -> re.Pattern[str]:
    # Stems begin a word where a script has words; Japanese and Chinese have none to begin.
    latin = "|".join(stem for stem in stems if stem.isascii() or stem[0] < "\u0250")
    other = "|".join(stem for stem in stems if stem[0] >= "\u0250")
    return re.compile(rf"\b(?:{latin})" + (f"|{other}" if other else ""), re.IGNORECASE)


TOPICS: Mapping[str, Topic] = {
    "payment": Topic(
        "paying",
        _words(
            "pay",
            "card",
            "paypal",
            "declin",
            "zahl",
            "bezahl",
            "karte",
            "abgelehnt",
            "pago",
            "pagar",
            "tarjeta",
            "支払",
            "カード",
        ),
        {SignalKind.PAYMENT_FAILED: "A payment failed."},
    ),
    "checkout": Topic(
        "the checkout",
        _words(
            "form",
            "checkout",
            "button",
            "page",
            "error",
            "kasse",
            "formular",
            "seite",
            "fehler",
            "formulario",
            "フォーム",
            "エラー",
        ),
        {
            SignalKind.FORM_FAILED: "A form was refused.",
            SignalKind.ERROR_CLICKED: "A click ended in an error.",
            SignalKind.RAGE_CLICKED: "They clicked again and again in one place.",
            SignalKind.RELOADED: "They reloaded a page.",
            SignalKind.CHECKOUT_STARTED: "They were in the checkout.",
        },
    ),
    "price": Topic(
        "the price",
        _words(
            "price",
            "cost",
            "expensive",
            "discount",
            "coupon",
            "preis",
            "kostet",
            "teuer",
            "rabatt",
            "gutschein",
            "precio",
            "caro",
            "値段",
            "価格",
        ),
        {
            SignalKind.PRICING_VIEWED: "They looked at the prices.",
            SignalKind.PRICE_SORTED: "They sorted products by price.",
            SignalKind.DEAL_SEARCHED: "They looked for a discount.",
            SignalKind.COUPON_USED: "They tried a coupon.",
        },
    ),
    "delivery": Topic(
        "the delivery",
        _words(
            "deliver", "ship", "arriv", "parcel", "late", "liefer", "versand", "paket", "envío", "entrega", "配送", "届"
        ),
        {SignalKind.DELIVERY_DELAYED: "A delivery is late."},
    ),
}
"""By the word in a message's id that says what it is about, e.g. `reply_payment_problem`."""


@dataclass(frozen=True)
class Ranked:
    """A message with how well it fits and why, in sentences."""

    message: str
    weight: int
    why: str


def rank_replies(
    messages: Sequence[str], *, wrote: str, happened: Iterable[SignalKind], price_sensitive: bool = False
) -> tuple[Ranked, ...]:
    """Order messages, best first; where nothing speaks for one over another, the given order stays."""
    seen = frozenset(happened)
    ranked = [_weigh(message, wrote, seen, price_sensitive=price_sensitive) for message in dict.fromkeys(messages)]
    return tuple(sorted(ranked, key=lambda found: -found.weight))  # sorting is stable


def _weigh(message: str, wrote: str, seen: frozenset[SignalKind], *, price_sensitive: bool) -> Ranked:
    topic = next((TOPICS[word] for word in message.split("_") if word in TOPICS), None)
    if topic is None:
        return Ranked(message, 0, "The playbook suggests it.")
    weight, why = 0, []
    if topic.words.search(wrote):
        weight += WROTE
        why.append(f"They wrote about {topic.about}.")
    shown = [sentence for kind, sentence in topic.signals.items() if kind in seen]
    if shown:
        weight += HAPPENED
        why.append(shown[0])
    if price_sensitive and topic is TOPICS["price"]:
        weight += SENSITIVE
        why.append("Prices seem to matter to them.")
    return Ranked(message, weight, " ".join(why) or "The playbook suggests it.")
