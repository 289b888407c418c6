"""The email layout: what MJML makes of its source, and what mail programs need of it."""

import re
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from attune.domain.rendering import render
from attune.domain.texts import Text, TextChannel
from tests.templates.shipped import SENDER, TEMPLATES, library, samples

ROOT = TEMPLATES.parent
MJML = ROOT / "node_modules" / ".bin" / "mjml"
LAYOUTS = TEMPLATES / "layouts"
EMAILS = [text for text in library().texts if text.channel is TextChannel.EMAIL]
VOID = {"meta", "br", "img", "link", "hr", "input"}


def html_of(text: Text, **values: str) -> str:
    return render(text, SENDER | samples(text) | values, layout=library().layout).html or ""


class Nesting(HTMLParser):
    """Which element was closed by the wrong tag, if any; and every element with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def test_the_layout_is_what_mjml_makes_of_its_source(tmp_path: Path):
    assert MJML.exists(), "MJML is not installed: run make install"
    compiled = tmp_path / "email.liquid"
    options = ["--config.validationLevel", "strict", "--config.fonts", "{}"]
    subprocess.run([MJML, LAYOUTS / "email.mjml", "-o", compiled, *options], check=True, capture_output=True)

    if compiled.read_text("utf-8") != (LAYOUTS / "email.liquid").read_text("utf-8"):
        pytest.fail("email.liquid is not what email.mjml says: edit email.mjml only, then run make layouts")


@pytest.mark.parametrize("text", EMAILS, ids=lambda text: text.name)
def test_an_email_is_well_formed_and_brings_everything_with_it(text: Text):
    html = html_of(text)
    nesting = Nesting(html)

    assert (nesting.wrong, nesting.open) == ([], [])
    assert {tag for tag, _ in nesting.found}.isdisjoint({"script", "link", "img", "iframe", "form", "object"})
    assert not re.search(r"@import|url\(|\son\w+=", html)
    assert f'<html lang="{text.locale}" dir="ltr"' in html
    assert "<title>" in html
    assert 'name="color-scheme" content="light dark"' in html


def test_every_table_is_for_layout_and_says_so():
    tables = [given for tag, given in Nesting(html_of(EMAILS[0])).found if tag == "table"]

    assert tables
    assert all(given.get("role") == "presentation" for given in tables)


@pytest.mark.parametrize("locale", ["ar", "he"])
def test_languages_from_right_to_left_run_from_right_to_left(locale: str):
    layout = library().layout
    strings = {**layout.strings, locale: layout.strings["en"]}
    text = replace(EMAILS[0], locale=locale)
    html = render(text, SENDER | samples(text), layout=replace(layout, strings=strings)).html or ""
    blocks = [given for tag, given in Nesting(html).found if tag in {"p", "ul"}]

    assert f'<html lang="{locale}" dir="rtl"' in html
    assert {given["dir"] for given in blocks} == {"rtl"}
    assert 'align="left" class="action"' not in html
    assert 'align="right" class="action"' in html


def test_a_button_is_drawn_once_and_leads_where_the_text_says():
    text = library().by_key["cart_help_offer", "email", "en"]
    links = [given["href"] for tag, given in Nesting(html_of(text)).found if tag == "a"]

    assert links.count("https://shop.example/cart") == 1


def test_the_layout_is_far_smaller_than_what_mail_programs_cut():
    assert max(len(html_of(text).encode()) for text in EMAILS) < 40_000
