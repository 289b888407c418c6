"""The file of countries, and the country of a number."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.adapters.phone_countries import country_of
from attune.adapters.sms_countries import FILE, load_sms_rules
from attune.domain.sms import count_segments
from attune.domain.sms_senders import asks_for_reply
from attune.domain.texts import MalformedTextError

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
LANGUAGES = {"en", "de", "es", "ja"}


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+12025550100", "US"),
        ("+14165550100", "CA"),
        ("+15550100", "US"),
        ("+447700900001", "GB"),
        ("+447911123456", "GG"),
        ("+4915112345678", "DE"),
        ("+819012345678", "JP"),
        ("+87812345678901", ""),
        ("447700900001", ""),
        ("", ""),
        ("+", ""),
    ],
)
def test_the_country_of_a_number_is_told_also_where_countries_share_a_code(number, country):
    assert country_of(number) == country


@given(st.text(max_size=30))
def test_no_text_is_too_strange_to_be_of_no_country(text):
    assert country_of(text) == "" or len(country_of(text)) == 2


def test_shipped_countries_can_be_opted_out_of_in_every_language_we_ship():
    rules = load_sms_rules(TEMPLATES)

    assert {"US", "CA", "GB", "DE", "ES", "JP"} <= set(rules.countries)
    for code, country in rules.countries.items():
        assert set(country.reply_words) >= LANGUAGES, code
        assert all(asks_for_reply(words) for words in country.reply_words.values()), code
        assert all(words.count("{url}") == 1 for words in country.link_words.values()), code
        assert all(count_segments(words) == 1 for words in country.reply_words.values()), code


def test_names_are_no_senders_in_north_america():
    rules = load_sms_rules(TEMPLATES)

    assert not rules.countries["US"].sender_ids
    assert not rules.countries["CA"].sender_ids
    assert "HELP" in rules.countries["US"].reply_words["en"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("countries: {}", "reply_words"),
        ("reply_words: {}\nlink_words: {}\ncountries: {GB: {}}", "sender_ids"),
        ("reply_words: {}\nlink_words: {}\ncountries: {GB: {sender_ids: true, senderids: 1}}", "senderids"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_place(tmp_path, text, message):
    (tmp_path / "sms").mkdir()
    (tmp_path / FILE).write_text(text, encoding="utf-8")

    with pytest.raises(MalformedTextError, match=message):
        load_sms_rules(tmp_path)
