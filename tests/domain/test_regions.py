from datetime import date

import pytest

from attune.domain.regions import Hold, RegionCalendar, Regions, RequiredReview, SensitiveDay, region_of

SWISS = RequiredReview("de-CH", "in-region reviewer (CH)", "another German")
JAPANESE = RequiredReview("ja", "in-region reviewer (JP)", "politeness")
RULES = Regions(reviews=(SWISS, JAPANESE))
MOURNING = SensitiveDay("Mourning", date(2026, 8, 13), date(2026, 8, 16), Hold.PROMOTIONAL)
SILENCE = SensitiveDay("Silence", date(2026, 8, 15), date(2026, 8, 15), Hold.EVERYTHING)
CALENDAR = RegionCalendar(
    region="JP",
    reviewer="Hana",
    role="in-region reviewer (JP)",
    reviewed_on=date(2026, 1, 1),
    reviewed_until=date(2026, 12, 31),
    days=(MOURNING, SILENCE),
)


@pytest.mark.parametrize(
    ("text", "reader", "missing"),
    [
        ("de", "de-DE", ()),
        ("de", "de", ()),
        ("de", "de-CH", (SWISS.role,)),
        ("de-CH", "de-CH", (SWISS.role,)),
        ("en", "de-CH", ()),
        ("ja", "ja-JP", (JAPANESE.role,)),
        ("ja", "", (JAPANESE.role,)),
        ("en", "", ()),
    ],
)
def test_a_region_asks_for_its_own_reviewer(text: str, reader: str, missing: tuple[str, ...]):
    assert RULES.missing_roles(text_locale=text, reader_locale=reader, roles=["editor"]) == missing


def test_nobody_is_missing_once_the_role_has_read_it():
    roles = ["editor", SWISS.role]

    assert RULES.missing_roles(text_locale="de", reader_locale="de-CH", roles=roles) == ()


def test_a_region_that_asks_for_nothing_gets_everything():
    assert Regions().missing_roles(text_locale="ja", reader_locale="ja-JP", roles=[]) == ()


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 8, 12), None),
        (date(2026, 8, 13), MOURNING),
        (date(2026, 8, 15), SILENCE),
        (date(2026, 8, 16), MOURNING),
        (date(2026, 8, 17), None),
    ],
)
def test_a_sensitive_day_has_both_ends_and_the_strictest_counts(day: date, expected: SensitiveDay | None):
    regions = Regions(calendars=(CALENDAR,))

    assert regions.sensitive_day(day, region="jp") == expected
    assert regions.sensitive_day(day, region="DE") is None


@pytest.mark.parametrize(("locale", "region"), [("de-CH", "CH"), ("de", ""), ("zh-Hant-TW", "TW"), ("", "")])
def test_the_region_is_what_the_language_tag_says(locale: str, region: str):
    assert region_of(locale) == region
