import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.adapters.playbook_files import load_playbooks
from attune.domain.liquid_sandbox import RenderError
from attune.domain.personal_moments import PERSONAL
from attune.domain.rendering import render_page
from tests.templates.shipped import TEMPLATES, library

PAGES = library().pages
VALUES = {"company_name": "Acme & Söhne", "help_url": "https://shop.example/help"}
EVERY_PAGE = pytest.mark.parametrize(("page", "locale"), [(p, tag) for p in PAGES.bodies for tag in PAGES.strings])


class Outline(HTMLParser):
    """The tags of a page in order, with the attributes that make a difference."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.attributes += attrs


@EVERY_PAGE
def test_a_page_renders_in_its_language_without_script_or_anything_from_elsewhere(page: str, locale: str):
    html = render_page(PAGES, page, locales=[locale], values=VALUES)
    tags = {tag for tag, _ in Outline(html).tags}

    assert f'<html lang="{locale}" dir="ltr">' in html
    assert PAGES.strings[locale][page]["title"] in html
    assert "Acme &amp; Söhne" in html
    assert tags.isdisjoint({"script", "link", "img", "iframe", "object"})
    assert not re.search(r"\son\w+=|url\(|@import", html)


@EVERY_PAGE
def test_only_a_button_that_posts_changes_anything(page: str, locale: str):
    outline = Outline(render_page(PAGES, page, locales=[locale], values=VALUES))
    forms = [value for name, value in outline.attributes if name == "method"]

    assert forms == (["post"] if page in {"unsubscribe", "feedback", "my_data"} else [])


def test_feedback_offers_yes_and_no_and_marks_the_answer_of_the_link():
    plain = render_page(PAGES, "feedback", locales=["en"], values=VALUES)
    marked = render_page(PAGES, "feedback", locales=["en"], values={**VALUES, "answer": "no"})

    assert re.findall(r'name="helpful" value="(\w+)"( class="second")?', plain) == [
        ("yes", ' class="second"'),
        ("no", ' class="second"'),
    ]
    assert re.findall(r'name="helpful" value="(\w+)"( class="second")?', marked) == [
        ("yes", ' class="second"'),
        ("no", ""),
    ]


def test_every_language_has_words_for_everything_the_others_say():
    shapes = [{page: frozenset(words) for page, words in strings.items()} for strings in PAGES.strings.values()]

    assert all(shape == shapes[0] for shape in shapes)


def test_a_visitor_reads_the_first_language_they_accept_else_the_default():
    assert '<html lang="de"' in render_page(PAGES, "thanks", locales=["fr", "de-CH", "en"], values={})
    assert '<html lang="en"' in render_page(PAGES, "thanks", locales=["fr"], values={})
    assert '<html lang="en"' in render_page(PAGES, "thanks", locales=[], values={})


def test_an_unknown_page_is_named_with_those_that_exist():
    with pytest.raises(RenderError, match=r"no page 'thank_you'.*thanks"):
        render_page(PAGES, "thank_you", locales=["en"], values={})


@given(company=st.text(), answer=st.text(), help_url=st.text())
def test_no_value_changes_the_structure_of_a_page(company: str, answer: str, help_url: str):
    values = {"company_name": "x" + company, "answer": answer, "help_url": help_url}
    html = render_page(PAGES, "unsubscribed", locales=["en"], values=values)
    plain = render_page(PAGES, "unsubscribed", locales=["en"], values={"company_name": "x"})

    assert Outline(html).tags == Outline(plain).tags


def test_a_help_link_that_is_no_web_address_is_left_out():
    html = render_page(PAGES, "thanks", locales=["en"], values={"help_url": "javascript:alert(1)"})

    assert "javascript" not in html


def test_every_topic_has_a_name_in_every_language_that_people_can_choose_it_by_and_no_other_has():
    topics = {*load_playbooks(TEMPLATES), PERSONAL}

    assert len(topics) > 1
    assert {tag: set(words["topics"]) for tag, words in PAGES.strings.items()} == dict.fromkeys(PAGES.strings, topics)
