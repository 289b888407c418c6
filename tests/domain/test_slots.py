import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.slots import LONGEST_STRING, clean, is_web_url, one_line
from attune.domain.texts import SlotType


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("Maria", "Maria"),
        ("  María   José ", "María José"),
        ("Eve\r\nBcc: all@example.com", "Eve Bcc: all@example.com"),
        ("one\u2028two\tthree", "one two three"),
        ("مريم 🌸", "مريم 🌸"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("evil\u202etxt.exe", "eviltxt.exe"),
        ("\ue000data\ue001", "data"),
        ("nul\x00l", "null"),
        ("", None),
        (" \n ", None),
        (None, None),
        ("Win at http://evil.example", None),
        ("WWW.evil.example", None),
    ],
)
def test_a_string_becomes_one_clean_line_without_links(value: str | None, printed: str | None):
    assert clean(SlotType.STRING, value, locale="en") == printed


def test_a_long_string_is_cut_with_dots_that_an_sms_can_carry():
    printed = clean(SlotType.STRING, "a" * 1_000_000, locale="en")

    assert printed == "a" * (LONGEST_STRING - 3) + "..."


@given(st.text())
def test_a_printed_string_never_holds_control_characters(value: str):
    printed = clean(SlotType.STRING, value, locale="en") or ""

    assert len(printed) <= LONGEST_STRING
    assert not {unicodedata.category(char) for char in printed} & {"Cc", "Co", "Cs", "Zl", "Zp"}
    assert printed == one_line(printed)


@pytest.mark.parametrize(
    "url", ["https://shop.example/cart?id=1&x=%20", "http://127.0.0.1:8080/x", "HTTPS://a.example"]
)
def test_absolute_web_addresses_are_urls(url: str):
    assert is_web_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "/cart",
        "//evil.example",
        "https://",
        "https://user@evil.example",
        "https://a.example/\n",
        "https://a.example/ b",
        'https://a.example/"onload=',
        "https://a.example/(x)",
        "https://a.example:99999/",
        "https://[::1",
        "https://a.example/" + "x" * 3000,
        "mailto:a@example.com",
        "",
    ],
)
def test_everything_else_is_no_url(url: str):
    assert not is_web_url(url)


@pytest.mark.parametrize(
    ("value", "locale", "printed"),
    [
        ("49.90 EUR", "de", "49,90 €"),
        ("1249.9 EUR", "de-AT", "1.249,90 €"),
        ("1249.9 EUR", "en", "€1,249.90"),
        ("1249.9 EUR", "es", "1.249,90 €"),
        ("12800 JPY", "ja", "12,800円"),
        ("12800 JPY", "en", "12,800 JPY"),
        ("49.90 EUR", "ja", "€49.90"),
        ("20 USD", "en-US", "$20.00"),
        ("20 CHF", "en", "20.00 CHF"),
        ("20 JPY", "ja", "20円"),
        ("20", "en", None),
        ("-5 EUR", "en", None),
        ("free!", "en", None),
    ],
)
def test_money_reads_as_the_language_writes_it(value: str, locale: str, printed: str | None):
    assert clean(SlotType.MONEY, value, locale=locale) == printed


@pytest.mark.parametrize(
    ("value", "locale", "printed"),
    [
        ("2026-11-03", "en", "3 November 2026"),
        ("2026-11-03", "de-CH", "3. November 2026"),
        ("2026-11-03", "fr", "2026-11-03"),
        (date(2026, 3, 1), "de", "1. März 2026"),
        (date(2026, 3, 1), "es-MX", "1 de marzo de 2026"),
        (date(2026, 3, 1), "ja", "2026年3月1日"),
        (datetime(2026, 11, 3, 14, 5, tzinfo=UTC), "ja", "2026年11月3日 14:05"),
        (datetime(2026, 11, 3, 14, 5, tzinfo=UTC), "en", "3 November 2026, 14:05"),
        ("2026-11-03T14:05:00+01:00", "de", "3. November 2026, 14:05 Uhr"),
        ("tomorrow", "en", None),
        ("", "en", None),
        (None, "en", None),
    ],
)
def test_dates_read_as_the_language_writes_them(value: str | date | None, locale: str, printed: str | None):
    assert clean(SlotType.DATE, value, locale=locale) == printed


@pytest.mark.parametrize("value", ["SAVE10", "a-b_c", "7"])
def test_codes_are_printed_as_they_are(value: str):
    assert clean(SlotType.CODE, value, locale="en") == value


@pytest.mark.parametrize("value", ["", "SAVE 10", "<b>", "10%", "x" * 41, "-x", "SAVE\n"])
def test_what_nobody_could_type_is_no_code(value: str):
    assert clean(SlotType.CODE, value, locale="en") is None


def test_a_date_in_a_slot_of_words_does_not_fit():
    assert clean(SlotType.STRING, date(2026, 1, 1), locale="en") is None
