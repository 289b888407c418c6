"""Whatever a customer calls themselves, and whatever an application sends: every text keeps its form."""

from functools import lru_cache
from html.parser import HTMLParser

import pytest

from attune.domain.rendering import Rendered
from attune.domain.slots import LONGEST_STRING, clean
from attune.domain.texts import SlotType, Text, TextChannel
from tests.templates.shipped import SENDER, library, rendered, samples

EVERY_TEXT = pytest.mark.parametrize("text", library().texts, ids=lambda text: text.name)
HOSTILE = {
    "liquid output": "{{ unsubscribe_url }}",
    "liquid loop": "{% for i in (1..1000000000) %}x{% endfor %}",
    "liquid file": "{% include 'approvals' %}{%- render 'x' -%}",
    "half a liquid tag": "}} {{ '",
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "closing tags": "</p></div></td></tr></table></body></html><h1>",
    "attribute": '" onmouseover="alert(1)" x=\'',
    "comment": "<!-- --><![endif]-->--!>",
    "entity": "&lt;b&gt;&#x3c;b&#x3e;&nbsp;",
    "markdown link": "[Click](javascript:alert(1))",
    "new blocks": "x\n\n- one\n- two\n\n[Go](https://evil.example)",
    "header": "Ada\r\nBcc: everyone@evil.example\r\n\r\nBuy",
    "marks of ours": "\ue000x\ue001\ue001\ue000",
    "control characters": "a\x00b\x1b[31mc\x7f\u2028d\u2029",
    "overrides of direction": "\u202eevil\u2066\u200f",
    "megabyte": "A" * 1_000_000,
    "megabyte of braces": "{{" * 500_000,
    "megabyte of tags": "<b>" * 350_000,
    "formula": "=HYPERLINK(1)",
}
GENTLE = {
    "arabic": "محمد عبد الرحمن",
    "hebrew": "עדה לוי",
    "emoji": "Zoë 👩‍👩‍👧‍👦 🇯🇵",
    "combined": "Nguyễn Thị Ánh",
    "japanese": "山田 花子",
    "apostrophe": "O’Brien & Søn",
}
LARGEST_EMAIL = 60_000
"""In characters; the strictest mail program cuts at 102,000 bytes."""


class Outline(HTMLParser):
    """The elements of a page in order with the names of their attributes, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.links: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.links |= {value or "" for name, value in attrs if name in {"href", "src", "action", "background"}}

    def handle_endtag(self, tag: str) -> None:
        self.elements.append((f"/{tag}", ()))


@lru_cache(maxsize=64)
def outline(html: str) -> Outline:
    return Outline(html)


def filled(text: Text, value: str) -> tuple[Rendered, Rendered]:
    """Render with the value in every slot; and, to compare, with a plain word where the value is taken at all."""
    plain = samples(text)
    hostile = {slot.name: value for slot in text.slots}
    tame = {
        slot.name: "plain" if slot.type is SlotType.STRING else plain[slot.name]
        for slot in text.slots
        if clean(slot.type, value, locale=text.locale) is not None
    }
    # What surrounds an email is the stage's own, but for the name of the company, which may come from a brand.
    around = {name: given for name, given in SENDER.items() if name not in hostile}
    if text.channel is TextChannel.EMAIL:
        hostile = {name: given for name, given in hostile.items() if name not in SENDER}
        tame = {name: given for name, given in tame.items() if name not in SENDER}
        around = SENDER
    return rendered(text, around | hostile), rendered(text, around | tame)


def form_of(message: Rendered) -> list[tuple[str, int]]:
    return [(block.kind.value, len(block.items)) for block in message.blocks]


@EVERY_TEXT
def test_no_value_breaks_out_of_its_slot(text: Text):
    for name, value in HOSTILE.items():
        message, plain = filled(text, value)
        html = message.html or ""

        assert form_of(message) == form_of(plain), name
        assert message.text.count("\n") == plain.text.count("\n"), name
        assert outline(html).elements == outline(plain.html or "").elements, name
        assert outline(html).links == outline(plain.html or "").links, name
        assert len(html) < LARGEST_EMAIL, name
        assert len(message.text) < len(plain.text) + 4 * LONGEST_STRING * (len(text.slots) + 1), name
        assert "\ue000" not in message.text + html, name
        assert not any(char in message.text for char in "\x00\x1b\u202e\u2066\u2028"), name
        subject = message.subject or ""
        assert len(subject.splitlines()) <= 1, name
        assert len(subject) <= 150, name


@EVERY_TEXT
def test_names_of_every_script_come_out_as_they_are(text: Text):
    names = [slot.name for slot in text.slots if slot.name == "first_name"]
    for name, value in GENTLE.items():
        message = rendered(text, SENDER | samples(text) | dict.fromkeys(names, value))

        assert (value in message.text) == bool(names), name
        assert form_of(message) == form_of(rendered(text, SENDER | samples(text))), name


@EVERY_TEXT
def test_an_address_that_is_none_leaves_no_link(text: Text):
    urls = [slot.name for slot in text.slots if slot.type is SlotType.URL and slot.name not in SENDER]
    if text.channel is TextChannel.EMAIL:
        without = outline(rendered(text, SENDER).html or "")
        for bad in ("javascript:alert(1)", 'https://evil.example/"><script>', "data:text/html,x", "//evil.example"):
            values = SENDER | dict.fromkeys(urls, bad)
            assert outline(rendered(text, values).html or "").elements == without.elements
            assert outline(rendered(text, values).html or "").links == without.links
