from datetime import date
from pathlib import Path

import pytest

from attune.adapters.region_file import load_regions
from attune.domain.regions import Hold
from attune.domain.texts import MalformedTextError
from tests.templates.shipped import TEMPLATES, library

CALENDAR = """
  DE:
    reviewer: Ada
    role: editor
    reviewed_on: 2026-11-21
    reviewed_until: 2027-12-31
    days:
      - {name: Silence, hold: everything, dates: [2026-11-22, 2027-11-21]}
      - {name: Week, hold: promotional, first: 2027-03-01, last: 2027-03-07}
"""
GOOD = f"reviews:\n  - {{locale: ja, role: in-region reviewer (JP), reason: politeness}}\ncalendars:{CALENDAR}"


def read(folder: Path, source: str):
    path = folder / "regions.yaml"
    path.write_text(source, encoding="utf-8")
    return load_regions(path)


def test_rules_and_calendars_are_read(tmp_path: Path):
    regions = read(tmp_path, GOOD)

    assert regions.missing_roles(text_locale="ja", reader_locale="ja-JP", roles=[]) == ("in-region reviewer (JP)",)
    silence = regions.sensitive_day(date(2027, 11, 21), region="DE")
    assert silence is not None
    assert (silence.name, silence.hold) == ("Silence", Hold.EVERYTHING)
    assert regions.sensitive_day(date(2027, 3, 7), region="DE") is not None
    assert regions.sensitive_day(date(2027, 3, 8), region="DE") is None
    assert regions.calendars[0].reviewer == "Ada"


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("locale: ja", "locale: japanese!", "no language tag"),
        ("locale: ja", "locale: JA", "is written ja"),
        ("  DE:", "  Germany:", "two capital letters"),
        ("reviewer: Ada", "reviewer: ''", "reviewer"),
        ("hold: everything", "hold: maybe", "hold"),
        ("2027-11-21]", "2028-11-21]", "Silence is after reviewed_until"),
        ("first: 2027-03-01, ", "", "first and last"),
        ("first: 2027-03-01", "first: 2027-03-09", "first and last"),
        ("dates: [2026-11-22, 2027-11-21]", "dates: []", "write dates, or first and last"),
        ("reviews:", "reviewers:", "reviews"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(tmp_path: Path, old: str, new: str, part: str):
    assert old in GOOD
    with pytest.raises(MalformedTextError, match=part):
        read(tmp_path, GOOD.replace(old, new, 1))


def test_every_shipped_calendar_names_who_looked_at_it_and_covers_a_year():
    for calendar in load_regions(TEMPLATES / "regions.yaml").calendars:
        assert calendar.reviewer
        assert calendar.reviewed_until >= date(calendar.reviewed_on.year + 1, 12, 31)
        assert calendar.days


def test_the_library_has_the_rules_of_the_regions():
    assert library().regions == load_regions(TEMPLATES / "regions.yaml")
