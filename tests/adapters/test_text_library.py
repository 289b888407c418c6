import shutil
from pathlib import Path

import pytest
import yaml

from attune.adapters.message_texts import read_text
from attune.adapters.text_library import load
from attune.domain.texts import (
    ApprovalError,
    BadSlotError,
    Found,
    MalformedTextError,
    NotFound,
    NotFoundReason,
    TextError,
    UndeclaredSlotError,
    UnknownChannelError,
    UnusedSlotError,
    find,
)

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
FRONT = {
    "message": "hello",
    "purpose": "Greet.",
    "moment": "test",
    "touch": 1,
    "tone": "informal",
    "kind": "service",
    "offer": False,
    "slots": {"name": {"type": "string", "fallback": "you", "sample": "Ada"}},
}


def write(folder: Path, *, name: str = "onsite.en.liquid", body: str = "Hello {{ name }}.", **fields: object) -> Path:
    path = folder / "hello" / name
    path.parent.mkdir(exist_ok=True)
    front = {key: value for key, value in {**FRONT, **fields}.items() if value is not None}
    path.write_text(f"---\n{yaml.safe_dump(front, sort_keys=False)}---\n{body}\n", encoding="utf-8")
    return path


def refuse(path: Path, error: type[TextError], *parts: str) -> TextError:
    with pytest.raises(error) as caught:
        read_text(path)
    assert str(caught.value).startswith(f"messages/hello/{path.name}")
    for part in parts:
        assert part in str(caught.value)
    return caught.value


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TEMPLATES, tmp_path / "templates"))


def test_the_shipped_library_loads_once_per_process():
    assert load(TEMPLATES) is load(TEMPLATES / ".." / "templates")


def test_a_text_is_read_with_all_it_declares(tmp_path: Path):
    text = read_text(write(tmp_path))

    assert (text.message, text.channel, text.locale, text.tone) == ("hello", "onsite", "en", "informal")
    assert text.body == "Hello {{ name }}."
    assert text.slots[0].fallback == "you"


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ({}, "Hello, {{ name }}."),
        ({}, "hello {{ name }}."),
        ({"tone": "advisory"}, "Hello {{ name }}."),
        ({"kind": "promotional"}, "Hello {{ name }}."),
        ({"slots": {"name": {"type": "string", "fallback": "friend", "sample": "Ada"}}}, "Hello {{ name }}."),
    ],
)
def test_every_edit_changes_the_hash(tmp_path: Path, fields: dict[str, object], body: str):
    before = read_text(write(tmp_path)).content_hash

    assert read_text(write(tmp_path, body=body, **fields)).content_hash != before


def test_the_same_words_in_another_language_or_channel_need_their_own_approval(tmp_path: Path):
    hashes = {
        read_text(write(tmp_path, name=f"{name}.liquid")).content_hash for name in ("onsite.en", "onsite.de", "sms.en")
    }

    assert len(hashes) == 3


def test_windows_line_endings_do_not_change_the_hash(tmp_path: Path):
    path = write(tmp_path, body="Hello {{ name }}.\n\nBye.")
    before = read_text(path).content_hash
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert read_text(path).content_hash == before


def test_an_undeclared_slot_is_refused_with_its_line_and_the_fix(tmp_path: Path):
    path = write(tmp_path, body="Hello {{ name }}.\n\nYour {{ order }} is kept.")
    line = path.read_text(encoding="utf-8").splitlines().index("Your {{ order }} is kept.") + 1

    error = refuse(path, UndeclaredSlotError, f":{line}:", "'order' is used but not declared", "slots: {order:")
    assert error.line == line


@pytest.mark.parametrize(
    "body", ["{{ name }}{% if order != blank %}x{% endif %}", "{{ name | append: order }}", "{{ name }}{{- order -}}"]
)
def test_a_slot_is_found_wherever_liquid_can_use_it(tmp_path: Path, body: str):
    refuse(write(tmp_path, body=body), UndeclaredSlotError, "'order'")


def test_an_undeclared_slot_in_the_subject_is_refused(tmp_path: Path):
    path = write(tmp_path, name="email.en.liquid", subject="{{ order }}, {{ name }}")

    refuse(path, UndeclaredSlotError, "'order'")


def test_an_unused_slot_is_refused(tmp_path: Path):
    refuse(write(tmp_path, body="Hello."), UnusedSlotError, "'name' is declared but not used", "remove it")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("{{ name }}{% for x in y %}{% endfor %}", "the tag 'for' is not allowed"),
        ("{{ name }}{% include 'x' %}", "the tag 'include' is not allowed"),
        ("{{ name }}{% assign x = 1 %}", "the tag 'assign' is not allowed"),
        ("{{ name | date: '%Y' }}", "the filter 'date' is not allowed"),
        ("{{ name.first }}", "has no parts"),
        ("{{ name['first'] }}", "has no parts"),
        ("{{ name }", "'{{' has no partner"),
        ("{{ name }} %}", "'%}' has no partner"),
        ("{{ name }}\ue000", "private-use"),
        ("", "there are no words"),
    ],
)
def test_liquid_that_a_text_may_not_use_is_refused_before_anything_runs(tmp_path: Path, body: str, problem: str):
    refuse(write(tmp_path, body=body), MalformedTextError, problem)


@pytest.mark.parametrize(
    ("name", "error", "part"),
    [
        ("pigeon.en.liquid", UnknownChannelError, "one of the channels email, sms, onsite, agent"),
        ("onsite.liquid", MalformedTextError, "onsite.de.liquid"),
        ("onsite.english.liquid", MalformedTextError, "'english' is no language tag"),
        ("onsite.de_ch.liquid", MalformedTextError, "Rename the file to onsite.de-CH.liquid"),
    ],
)
def test_a_file_is_refused_whose_name_says_no_channel_or_language(
    tmp_path: Path, name: str, error: type[TextError], part: str
):
    refuse(write(tmp_path, name=name), error, part)


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"message": "goodbye"}, "Write message: hello"),
        ({"touch": "first"}, "touch: "),
        ({"touch": None}, "touch: Field required"),
        ({"kind": "spam"}, "kind: "),
        ({"colour": "red"}, "colour: Extra inputs"),
        ({"subject": "Hi"}, "only an email has a subject"),
        ({"slots": {"name": {"type": "number", "fallback": "", "sample": "1"}}}, "slots.name.type"),
        ({"slots": {"name": {"type": "string", "sample": "Ada"}}}, "slots.name.fallback: Field required"),
    ],
)
def test_a_front_matter_that_does_not_fit_is_refused_by_field(tmp_path: Path, fields: dict[str, object], part: str):
    refuse(write(tmp_path, **fields), MalformedTextError, part)


def test_an_email_without_subject_is_refused(tmp_path: Path):
    refuse(write(tmp_path, name="email.en.liquid"), MalformedTextError, "an email needs a subject")


@pytest.mark.parametrize(
    ("slot", "part"),
    [
        ({"type": "url", "fallback": "", "sample": "/cart"}, "no url"),
        ({"type": "url", "fallback": "javascript:x", "sample": "https://a.example"}, "the fallback"),
        ({"type": "money", "fallback": "", "sample": "ten"}, "49.90 EUR"),
        ({"type": "date", "fallback": "", "sample": "soon"}, "2026-11-03"),
        ({"type": "code", "fallback": "", "sample": "a b"}, "no code"),
    ],
)
def test_a_sample_or_fallback_that_does_not_fit_its_type_is_refused(tmp_path: Path, slot: dict[str, str], part: str):
    refuse(write(tmp_path, slots={"name": slot}), BadSlotError, part)


def test_broken_yaml_is_refused_with_the_line_in_the_file(tmp_path: Path):
    path = write(tmp_path)
    path.write_text("---\nmessage: hello\ntone: [\n---\nHello\n", encoding="utf-8")

    assert refuse(path, MalformedTextError, "this is no YAML").line in {3, 4}


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"Hello", "there is no front matter"),
        (b"---\nhello\n---\nHello\n", "the file: "),
        (b"---\n---\nHello\n", "there is no front matter"),
        (b"\xff\xfe", "no UTF-8"),
        (b"x" * 200_000, "200000 characters"),
    ],
)
def test_a_file_that_is_no_text_file_is_refused(tmp_path: Path, content: bytes, part: str):
    path = write(tmp_path)
    path.write_bytes(content)

    refuse(path, MalformedTextError, part)


def test_editing_a_shipped_text_makes_it_unfindable(templates: Path):
    path = templates / "messages/cart_help_offer/sms.en.liquid"
    path.write_text(path.read_text(encoding="utf-8").replace("Can we help", "May we help"), encoding="utf-8")

    library = load(templates)
    english = find(library, message="cart_help_offer", channel="sms", locale="en-GB", accepted=[])
    german = find(library, message="cart_help_offer", channel="sms", locale="en-GB", accepted=["de"])
    assert english == NotFound(NotFoundReason.UNAPPROVED, ("en-GB", "en"))
    assert isinstance(german, Found)


@pytest.mark.parametrize(
    ("file", "old", "new", "part"),
    [
        ("approvals.yaml", "role: editor", "rule: editor", "approvals.yaml, entry 1: "),
        ("approvals.yaml", "hash: sha256:", "hash: md5:", "entry 1: hash"),
        ("tones.yaml", "Hi {name},", "Hi {nane},", "greeting.en: braces may only stand around {name}"),
        ("tones.yaml", "tones: [advisory]", "tones: [shouting]", "'distress' names tone 'shouting'"),
        ("tones.yaml", "sentiment: [distressed]", "sentiment: [distresed]", "sentiment 'distresed'"),
        ("tones.yaml", "  informal:\n", "  casual:\n", "tone 'informal'"),
        ("tones.yaml", "  informal:\n", "  advisory:\n", "'advisory' is there twice"),
        ("tones.yaml", "id: unhappy", "id: distress", "several rows are called 'distress'"),
        ("approvals.yaml", "locale: de\n", "locale: de\n  locale: en\n", "approvals.yaml:6: 'locale' is there twice"),
        ("tones.yaml", "when: {segment: [business]}", "when: {segmant: [business]}", "map.3.when.segmant: "),
        (
            "tones.yaml",
            "  informal:\n",
            "  informal: friendly\n  other:\n",
            "informal: Input should be fields with values",
        ),
        ("approvals.yaml", "locale: de\n", "locale: de_\n", "entry 1: locale"),
        ("approvals.yaml", "locale: de\n", "locale: DE\n", "is written de"),
        ("pages/strings.yaml", "default_locale: en", "default_locale: fr", "there are no words for fr"),
        ("pages/strings.yaml", "    thanks:\n", "    thank:\n", "en has no words for thanks"),
        ("layouts/strings.yaml", "en:\n", "en: nothing\nx:\n", "layouts/strings.yaml: en: "),
    ],
)
def test_a_broken_file_beside_the_texts_is_refused_by_name(templates: Path, file: str, old: str, new: str, part: str):
    path = templates / file
    source = path.read_text(encoding="utf-8")
    assert old in source
    path.write_text(source.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(TextError) as caught:
        load(templates)
    assert part in str(caught.value)


def test_approvals_that_are_no_list_are_refused(templates: Path):
    (templates / "approvals.yaml").write_text("nobody: nothing\n", encoding="utf-8")

    with pytest.raises(ApprovalError, match="Write one entry"):
        load(templates)


@pytest.mark.parametrize("name", ["approvals.yaml", "tones.yaml", "layouts/email.liquid", "pages/_frame.liquid"])
def test_a_missing_file_is_named(templates: Path, name: str):
    (templates / name).unlink()

    with pytest.raises(MalformedTextError, match="the file is missing"):
        load(templates)


def test_a_folder_without_texts_is_refused(tmp_path: Path):
    with pytest.raises(MalformedTextError, match="there are no texts here"):
        load(tmp_path)
