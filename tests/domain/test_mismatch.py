"""Whether a landing page answers what somebody looked for: what counts, what does not, and what is not judged."""
# ruff: noqa: RUF001 - letters of other languages

import pytest

from attune.domain.mismatch.keywords import asked_for
from attune.domain.mismatch.scoring import THRESHOLD, mismatch, mismatch_of


def score(wanted, title, text="", **more):
    return mismatch(wanted, title, text, **more).score


@pytest.mark.parametrize(
    ("wanted", "title"),
    [
        ("Regenjacke", "Regenjacken für Damen"),
        ("Damenschuhe", "Schuhe für Damen"),
        ("rain jackets", "Rain Jacket"),
        ("jacket rain", "Rain Jackets"),
        ("kuehlschrank", "Kühlschränke"),
        ("sofa", "Schlafsofas"),
        ("ebike", "E-Bikes for the City"),
        ("iphone15 case", "iPhone 15 Cases"),
        ("wh-1000xm5", "Sony WH1000XM5"),
        ("zapatillas baratas", "Zapatillas"),
        ("buy cheap boots online", "Boots"),
        ("Laufschuhe günstig kaufen", "Laufschuhe"),
        ("ΠΑΠΟΥΤΣΙΑ", "Παπούτσια"),
        ("кроссовки", "Кроссовок много"),
        ("قهوة", "القهوة العربية"),
        ("防水ジャケット", "ジャケット（防水）"),
        ("รองเท้าวิ่ง", "รองเท้าวิ่งผู้ชาย"),
    ],
)
def test_a_page_that_has_what_was_wanted_in_another_form_is_no_mismatch_at_all(wanted, title):
    assert score(wanted, title) <= 0.2


@pytest.mark.parametrize(
    ("wanted", "title"),
    [
        ("adiddas runing shoe", "adidas Running Shoes"),
        ("headphnes", "Headphones"),
        ("waterprof boots", "Waterproof boots"),
    ],
)
def test_slips_of_the_finger_are_forgiven(wanted, title):
    assert score(wanted, title) <= 0.4


@pytest.mark.parametrize(
    ("wanted", "title"),
    [
        ("rain jacket", "Sunglasses for Men"),
        ("rain jacket", "Train Tickets"),
        ("Regenjacke", "Sonnenbrillen für Herren"),
        ("防水ジャケット", "水着コレクション"),
        ("iphone 15 case", "Washing Machines"),
    ],
)
def test_a_page_about_something_else_is_a_mismatch(wanted, title):
    judged = mismatch(wanted, title)

    assert judged.score >= THRESHOLD
    assert judged.mismatched


def test_another_model_number_is_another_thing():
    assert mismatch("wh-1000xm5", "Sony WH-1000XM4").missing == ("1000xm5",)


def test_the_text_of_the_page_may_explain_what_the_title_calls_otherwise():
    assert mismatch("parasol", "Garden Shade").mismatched
    assert score("parasol", "Garden Shade", "Every parasol and sail we make.") == 0.0


def test_the_words_of_the_path_are_the_pages_own():
    assert mismatch("rain jackets", "Northfell").mismatched
    assert score("rain jackets", "Northfell", path="/outdoor/rain-jackets?ref=1") == 0.0
    assert score("böots", "Northfell", path="https://shop.example/b%C3%B6ots/") == 0.0


def test_colours_and_sizes_weigh_less_than_things():
    assert score("red boots", "Boots") < score("red boots", "Red Dresses")


@pytest.mark.parametrize(
    ("wanted", "title", "locale"),
    [
        ("", "Boots", ""),
        ("boots", "", ""),
        ("!!! ???", "Boots", ""),
        ("buy cheap online", "Boots", ""),
        ("red", "Boots", ""),
        ("rain jacket", "Солнцезащитные очки", ""),
        ("кроссовки", "Sunglasses", ""),
        ("running shoes", "Sonnenbrillen für Herren", ""),
        ("umbrella", "Sonnenbrillen für Herren", "en-GB"),
        ("gafas de sol", "Winter Jackets for Women", ""),
    ],
)
def test_what_cannot_be_judged_has_no_score_and_is_no_mismatch(wanted, title, locale):
    judged = mismatch(wanted, title, locale=locale)

    assert judged.score is None
    assert not judged.mismatched
    assert judged.missing == ()


def test_a_brand_in_another_script_does_not_count_for_or_against_the_page():
    assert score("nike кроссовки", "Кроссовки Найк") == 0.0


def test_the_page_of_another_language_is_judged_where_it_has_the_words_all_the_same():
    assert score("nike running shoes", "Nike Running: Schuhe für Herren") < THRESHOLD


def test_missing_words_are_named_apart_from_the_sentence_which_holds_no_word_of_the_customer():
    judged = mismatch("vegan protein powder", "Drum Kits")

    assert judged.missing == ("vegan", "protein", "powder")
    assert judged.sentence == (
        "The page they landed on does not answer what they looked for: it lacks 3 of the 3 words they looked for."
    )
    assert mismatch("boots", "Drum Kits").sentence.endswith("it lacks the word they looked for.")
    assert mismatch("boots", "Boots").sentence == "The page they landed on has what they looked for."
    assert "without 1 of the 2" in mismatch("pizza berlin", "Pizza").sentence


@pytest.mark.parametrize(
    "keyword",
    [
        "",
        "  ",
        "-",
        "(not provided)",
        "(not set)",
        "Not Set",
        "{keyword}",
        "{KeyWord:boots}",
        "%7Bkeyword%7D",
        "{{ad.name}}",
        "${term}",
        "%%KEYWORD%%",
        "null",
        "undefined",
        "n/a",
        "23846290712340512",
        "aud-1234567:kwd-298",
        "kwd-298123",
        "https://shop.example/boots",
        "dynamic search ads",
    ],
)
def test_what_stands_for_no_keyword_is_not_judged(keyword):
    assert asked_for(keyword) == ""
    assert mismatch(keyword, "Sunglasses").score is None


@pytest.mark.parametrize(
    "keyword", ["[rain jacket]", '"rain jacket"', "+rain +jacket", "rain+jacket", "rain%20jacket", "Rain  JACKET -kids"]
)
def test_marks_of_match_types_and_excluded_words_are_not_wanted(keyword):
    assert score(keyword, "Rain Jackets") == 0.0
    assert mismatch(keyword, "Sofas").missing == ("rain", "jacket")


LANDED = {"campaign_keyword": "rain jacket", "landing_title": "Sunglasses", "landing_page": "/sunglasses"}


def test_a_sessions_context_is_judged_by_its_keyword_and_its_landing():
    judged = mismatch_of(LANDED)

    assert judged == mismatch("rain jacket", "Sunglasses", path="/sunglasses")
    assert judged.mismatched


@pytest.mark.parametrize(
    "change",
    [
        {"campaign_keyword": ""},
        {"campaign_keyword": "{keyword}"},
        {"landing_title": ""},
        {"campaign_medium": "Email"},
        {"campaign_medium": "paid_social"},
        {"keyword_page": "/jackets", "title_page": "/sunglasses"},
        {"landing_title": "Солнцезащитные очки"},
    ],
)
def test_a_context_without_a_keyword_of_this_landing_is_not_judged(change):
    assert mismatch_of({**LANDED, **change}) is None


def test_what_was_searched_on_the_site_is_not_what_led_there():
    assert mismatch_of({"search_query": "umbrella", "landing_title": "Sunglasses"}) is None


def test_pages_are_the_same_with_and_without_host_query_and_last_slash():
    pages = {"keyword_page": "https://shop.example/Sunglasses/?gclid=1", "title_page": "/sunglasses"}

    assert mismatch_of({**LANDED, **pages}).mismatched
