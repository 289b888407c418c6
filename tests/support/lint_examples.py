"""The examples of the lint as texts, and what the lint finds in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from attune.adapters.word_files import read_limits, read_tones, read_words
from attune.domain.linting.engine import lint_text
from attune.domain.linting.findings import Finding
from attune.domain.linting.reading import LintContext
from attune.domain.texts import Slot, SlotType, Text, TextChannel
from attune.domain.tones import CallToAction, TextKind

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
CASES = Path(__file__).parent / "lint_cases"
SAMPLES = {
    SlotType.STRING: "Maria",
    SlotType.URL: "https://shop.example/cart",
    SlotType.MONEY: "49.90 EUR",
    SlotType.CODE: "WELCOME10",
    SlotType.DATE: "2026-11-30",
}
QUIET_SUBJECTS = {
    "en": "About your order",
    "de": "Zu Ihrer Bestellung",
    "es": "Sobre su pedido",
    "fr": "À propos de votre commande",
    "ja": "ご注文について",
}


@dataclass(frozen=True)
class Example:
    """One example: `rule` is the one that must be found, empty where nothing may be."""

    locale: str
    rule: str
    text: Text


def examples(name: str) -> Iterator[Example]:
    """Yield the examples of a file."""
    data = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
    for locale, rules in data["bad"].items():
        for rule, cases in rules.items():
            for case in cases:
                yield Example(locale, rule, as_text(case, locale))
    for locale, cases in data["good"].items():
        for case in cases:
            yield Example(locale, "", as_text(case, locale))


def as_text(case: str | Mapping[str, Any], locale: str) -> Text:
    """Return a text; what the case does not say is that of a service text in a later touch."""
    fields = {"body": case} if isinstance(case, str) else case
    channel = TextChannel(fields.get("channel", "email"))
    slots = fields.get("slots", {})
    return Text(
        message="example",
        channel=channel,
        locale=locale,
        tone=fields.get("tone", "advisory"),
        kind=TextKind(fields.get("kind", "service")),
        offer=fields.get("offer", False),
        call_to_action=CallToAction.SOFT,
        purpose="an example",
        moment="cart_abandonment",
        touch=fields.get("touch", 2),
        slots=tuple(Slot(slot, SlotType(kind), "", SAMPLES[SlotType(kind)]) for slot, kind in slots.items()),
        subject=fields.get("subject", QUIET_SUBJECTS.get(locale, "")) if channel is TextChannel.EMAIL else "",
        body=fields["body"],
        content_hash="",
    )


@cache
def context() -> LintContext:
    """Return the words, limits and tones that the project ships."""
    return LintContext(
        words=read_words(TEMPLATES / "lint"),
        limits=read_limits(TEMPLATES / "lint"),
        tones=read_tones(TEMPLATES / "tones.yaml"),
    )


def found_in(example: Example) -> list[Finding]:
    """Return what the lint finds in an example."""
    return lint_text(example.text, context())
