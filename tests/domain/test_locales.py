import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.locales import LocaleError, fallback_chain, parse_locale


@pytest.mark.parametrize(
    ("tag", "usual"),
    [
        ("de", "de"),
        ("DE-ch", "de-CH"),
        ("de_CH", "de-CH"),
        ("de_CH.UTF-8", "de-CH"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("de-CH-1996", "de-CH"),
        ("en-US-u-hc-h12", "en-US"),
        (" fr ", "fr"),
    ],
)
def test_a_tag_is_read_in_any_spelling_and_written_in_its_usual_one(tag: str, usual: str):
    assert str(parse_locale(tag)) == usual


@pytest.mark.parametrize("tag", ["", "*", "d", "german", "de--CH", "de-CH;q=0.8", "12", "x" * 10_000])
def test_what_names_no_language_is_refused_with_an_example(tag: str):
    with pytest.raises(LocaleError, match="de-CH"):
        parse_locale(tag)


def test_a_region_falls_back_to_its_language_then_to_the_next_wish():
    assert fallback_chain(["de-CH", "fr"]) == ("de-CH", "de", "fr")


def test_a_script_is_given_up_after_the_region():
    assert fallback_chain(["zh-Hant-TW"]) == ("zh-Hant-TW", "zh-Hant", "zh")


def test_unreadable_wishes_are_skipped_and_none_is_added():
    assert fallback_chain(["", "klingon", "de"]) == ("de",)
    assert fallback_chain([]) == ()


def test_right_to_left_languages_say_so():
    assert parse_locale("ar-EG").direction == "rtl"
    assert parse_locale("de").direction == "ltr"


@given(st.lists(st.text(max_size=40)))
def test_a_chain_never_repeats_and_never_holds_anything_unreadable(tags: list[str]):
    chain = fallback_chain(tags)

    assert len(set(chain)) == len(chain)
    assert all(str(parse_locale(tag)) == tag for tag in chain)
