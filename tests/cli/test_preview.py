import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from attune.adapters.text_library import load
from attune_cli.errors import CommandError
from attune_cli.main import app
from attune_cli.previewing.drafts import Studio
from attune_cli.previewing.pictures import BROWSERS, VIEWS, find_browser, photographer
from attune_cli.previewing.values import SENDER
from tests.support.browser import find_chromium
from tests.templates.shipped import TEMPLATES


def preview(*words: object, out: Path):
    return CliRunner().invoke(app, ["preview", *map(str, words), "--out", str(out)])


def test_a_message_is_shown_on_every_channel_in_every_language(tmp_path: Path):
    result = preview("cart_help_offer", out=tmp_path)

    assert result.exit_code == 0, result.output
    for word in (
        "Subject: Can we help with your order?",
        "¿Le ayudamos",
        "[1 segment, GSM-7, 130 characters]",
        "UCS-2",
    ):
        assert word in result.output
    assert {path.name for path in (tmp_path / "cart_help_offer").iterdir()} == {
        *(f"{channel}.{locale}.html" for channel in ("email", "sms", "onsite") for locale in ("en", "de", "es", "ja")),
        *(f"email.{locale}.txt" for locale in ("en", "de", "es", "ja")),
    }


def test_channel_and_language_narrow_it_down(tmp_path: Path):
    result = preview("cart_help_offer", "--channel", "sms", "--locale", "de", out=tmp_path)

    assert "cart_help_offer/sms.de.liquid" in result.output
    assert "1 text," in result.output
    assert "Subject" not in result.output


def test_a_value_of_yours_stands_in_its_slot_and_an_empty_one_shows_the_fallback(tmp_path: Path):
    result = preview(
        *("cart_help_offer", "--channel", "email", "--locale", "en"),
        *("--sample", "first_name=Ada <b>", "--sample", "cart_url="),
        out=tmp_path,
    )
    html = (tmp_path / "cart_help_offer" / "email.en.html").read_text("utf-8")

    assert "Hello Ada <b>," in result.output
    assert "[read without: cart_url]" in result.output
    assert "Ada &lt;b&gt;" in html
    assert "Go to your cart" not in html


def test_the_frame_of_a_preview_has_every_link_that_readers_get(tmp_path: Path):
    for channel in ("email", "onsite"):
        preview("cart_help_offer", "--channel", channel, "--locale", "en", out=tmp_path)
    pages = {
        name: (tmp_path / "cart_help_offer" / name).read_text("utf-8") for name in ("email.en.html", "onsite.en.html")
    }

    assert all(url in pages["email.en.html"] for url in SENDER.values() if url.startswith("https://"))
    for words in ("Why did I get this?", "Preferences", "Unsubscribe", "Get help"):
        assert words in pages["email.en.html"]
    for words in ("Why am I seeing this?", "Settings", SENDER["why_url"], SENDER["preferences_url"]):
        assert words in pages["onsite.en.html"]
    asked = set(re.findall(r"\b\w+_url(?:_\w+)?\b", (TEMPLATES / "layouts" / "email.mjml").read_text("utf-8")))
    assert "why_url" in asked <= set(SENDER), "the layout asks for what a preview does not give"


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["nothing_like_it"], "there is no text nothing_like_it"),
        (["cart_help_offer", "--locale", "fr"], "cart_help_offer/email.de.liquid"),
        (["cart_help_offer", "--channel", "pigeon"], "there is no text cart_help_offer/pigeon.*"),
        (["cart_help_offer", "--sample", "shoe=42"], "there is no slot 'shoe'"),
        (["cart_help_offer", "--sample", "first_name"], "'first_name' is no sample"),
        (["cart_help_offer", "--sample", "cart_url=ftp://x"], "'ftp://x' is no url"),
        ([], "say which message, or --all"),
        (["cart_help_offer", "--all"], "say which message, or --all"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_what_can(tmp_path: Path, words: list[str], part: str):
    result = preview(*words, out=tmp_path)

    assert result.exit_code == 2
    assert part in result.output


def test_all_makes_a_page_that_leads_to_every_text(tmp_path: Path):
    result = preview("--all", out=tmp_path)
    index = (tmp_path / "index.html").read_text("utf-8")
    links = set(re.findall(r'href="([^"]+\.html)"', index))
    texts = load(TEMPLATES).texts

    assert result.exit_code == 0, result.output
    assert links == {f"{text.message}/{text.channel}.{text.locale}.html" for text in texts}
    assert all((tmp_path / link).exists() for link in links)


def test_a_text_that_nobody_approved_says_so(tmp_path: Path):
    folder = tmp_path / "templates"
    shutil.copytree(TEMPLATES, folder, ignore=shutil.ignore_patterns("lint", "friction"))
    path = folder / "messages/cart_help_offer/sms.en.liquid"
    path.write_text(path.read_text("utf-8").replace("Can we", "May we"), encoding="utf-8")

    result = preview("cart_help_offer", "--channel", "sms", "--templates", folder, out=tmp_path / "out")

    assert "not approved as it is" in result.output
    assert "not approved</strong>" in (tmp_path / "out/index.html").read_text("utf-8")


def test_without_a_browser_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CommandError, match="pictures need Chromium") as caught:
        find_browser()
    assert "apt-get install chromium" in caught.value.hint
    assert preview("cart_help_offer", "--png", out=tmp_path / "out").exit_code == 1


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")

    result = preview("cart_help_offer", "--channel", "sms", out=blocked)

    assert result.exit_code == 1
    assert "cannot write to" in result.output


def test_pictures_are_taken_at_phone_and_desktop_width_light_and_dark(tmp_path: Path):
    assert find_chromium() or BROWSERS
    studio = Studio(load(TEMPLATES), TEMPLATES)
    texts = [studio.library.by_key["cart_help_offer", channel, "ja"] for channel in ("email", "onsite")]
    with photographer() as camera:
        written = studio.write([studio.draft(text, {}) for text in texts], tmp_path, camera)

    for one in written:
        sizes = [_size(path) for path in one.pictures]
        assert [path.suffixes[-3:-1] for path in one.pictures] == [
            [f".{part}" for part in view.name.split(".")] for view in VIEWS
        ]
        assert [width for width, _ in sizes] == [390, 390, 1200, 1200]
        assert all(height >= 700 for _, height in sizes)
        assert len({path.read_bytes() for path in one.pictures}) == 4


def _size(png: Path) -> tuple[int, int]:
    """Return width and height from the header of a PNG."""
    header = png.read_bytes()[:24]
    assert header.startswith(b"\x89PNG")
    return int.from_bytes(header[16:20]), int.from_bytes(header[20:24])
