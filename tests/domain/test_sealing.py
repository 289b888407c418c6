"""Seals: what a day held hangs on neither order nor copies, and every way of tampering is seen."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from attune.domain.sealing import (
    BEGINNING,
    Seal,
    Verdict,
    check_chain,
    check_days,
    compare,
    days_between,
    lines_of,
    read_lines,
    read_seal,
    row_hash,
    rows_digest,
)

FIRST = date(2026, 11, 1)
TODAY = date(2026, 11, 10)
ROWS = st.dictionaries(
    st.text("abcdef0123456789", min_size=1, max_size=8), st.text("0123456789abcdef", min_size=4, max_size=4)
)
DAYS = st.lists(ROWS, min_size=1, max_size=6)


def chain(days: list[dict[str, str]]) -> tuple[list[Seal], dict[str, dict[str, str]]]:
    """Seal some days, one after the other."""
    seals: list[Seal] = []
    for number, rows in enumerate(days, start=1):
        seals.append(
            Seal(
                sequence=number,
                day=(FIRST + timedelta(days=number - 1)).isoformat(),
                sealed_at="2026-11-10T04:15:00.000Z",
                rows=len(rows),
                digest=rows_digest(rows),
                previous=seals[-1].hash if seals else BEGINNING,
                kept_days=400,
            )
        )
    return seals, {seal.name: rows for seal, rows in zip(seals, days, strict=True)}


def checked(seals: list[Seal], rows: dict[str, dict[str, str]], lake: list[dict[str, str]]) -> list[Verdict]:
    days = days_between(FIRST, FIRST + timedelta(days=len(lake) - 1))
    found = dict(zip(days, lake, strict=True))
    return [report.verdict for report in check_days(days, seals, rows, found, today=TODAY)]


def test_a_columns_value_counts_and_an_empty_column_does_not() -> None:
    row = {"decision_id": "1", "touch": 2, "automated": True, "note": ""}

    assert row_hash(row) == row_hash({**row, "added_later": None})
    assert row_hash(row) == row_hash({"automated": "true", "touch": "2", "decision_id": "1"})
    assert row_hash(row) != row_hash({**row, "touch": 3})
    assert row_hash(row) != row_hash({**row, "added_later": "x"})


def test_a_value_that_moves_to_another_column_is_another_row() -> None:
    assert row_hash({"a": "x", "b": ""}) != row_hash({"a": "", "b": "x"})
    assert row_hash({"a": "xy"}) != row_hash({"a": "x", "b": "y"})


@given(ROWS, st.randoms())
def test_the_order_of_rows_means_nothing(rows: dict[str, str], chance) -> None:
    shuffled = list(rows.items())
    chance.shuffle(shuffled)

    assert rows_digest(dict(shuffled)) == rows_digest(rows)
    assert read_lines(lines_of(rows)) == rows


@given(DAYS)
def test_an_untouched_log_is_intact_and_its_head_says_so(days: list[dict[str, str]]) -> None:
    seals, rows = chain(days)
    report = check_chain(list(reversed(seals)), rows, known_head=seals[-1].hash)

    assert report.problems == ()
    assert report.head == seals[-1].hash
    assert set(checked(seals, rows, days)) == {Verdict.INTACT}


@given(DAYS, st.data())
def test_a_row_that_is_taken_out_put_in_or_changed_is_named(days: list[dict[str, str]], data: st.DataObject) -> None:
    seals, rows = chain(days)
    where = data.draw(st.integers(0, len(days) - 1))
    lake = [dict(day) for day in days]
    assume(lake[where])
    victim = data.draw(st.sampled_from(sorted(lake[where])))
    way = data.draw(st.sampled_from(["missing", "changed", "added"]))
    if way == "missing":
        del lake[where][victim]
    elif way == "changed":
        lake[where][victim] += "0"
    else:
        victim = f"{victim}-new"
        lake[where][victim] = "0000"

    days_of = days_between(FIRST, FIRST + timedelta(days=len(lake) - 1))
    reports = list(check_days(days_of, seals, rows, dict(zip(days_of, lake, strict=True)), today=TODAY))

    assert [report.verdict for report in reports].count(Verdict.DIFFERS) == 1
    assert getattr(reports[where].differences, way) == (victim,)


@given(DAYS, st.data())
def test_a_seal_that_is_taken_out_or_changed_breaks_the_chain(days: list[dict[str, str]], data: st.DataObject) -> None:
    seals, rows = chain([*days, {"last": "0000"}])
    where = data.draw(st.integers(0, len(seals) - 2))
    without = [*seals[:where], *seals[where + 1 :]]
    forged = [*seals[:where], replace(seals[where], missing_rows=1), *seals[where + 1 :]]

    assert check_chain(without, rows).problems
    assert check_chain(forged, rows).problems


@given(DAYS)
def test_rows_swapped_beneath_a_seal_are_seen(days: list[dict[str, str]]) -> None:
    seals, rows = chain(days)
    rows[seals[0].name] = {**rows[seals[0].name], "forged": "0000"}

    assert "are not those that were sealed" in check_chain(seals, rows).problems[0]


def test_a_chain_made_anew_or_cut_off_is_seen_by_whoever_noted_a_head() -> None:
    seals, rows = chain([{"a": "1111"}, {"b": "2222"}])
    anew, _ = chain([{"a": "1111"}, {"b": "3333"}])

    assert check_chain(anew, {}).problems == ()
    assert "made anew, or cut off" in check_chain(anew, {}, known_head=seals[-1].hash).problems[0]
    assert check_chain(seals[:1], rows, known_head=seals[-1].hash).problems
    assert check_chain(seals, rows, known_head=seals[0].hash).problems == ()


def test_late_rows_have_a_seal_of_their_own_and_the_day_is_intact() -> None:
    seals, rows = chain([{"a": "1111"}])
    late = replace(seals[0], sequence=2, late=True, rows=1, digest=rows_digest({"b": "2222"}), previous=seals[0].hash)
    rows[late.name] = {"b": "2222"}

    assert checked([*seals, late], rows, [{"a": "1111", "b": "2222"}]) == [Verdict.INTACT]
    assert check_chain([*seals, late], rows).problems == ()


def test_a_day_without_a_seal_is_told_apart_from_one_that_is_empty() -> None:
    seals, rows = chain([{}])

    assert checked(seals, rows, [{}, {}]) == [Verdict.INTACT, Verdict.UNSEALED]


@pytest.mark.parametrize(("kept", "verdict"), [(5, Verdict.EXPIRED), (400, Verdict.DIFFERS)])
def test_rows_that_left_by_rule_are_not_missing_before_their_time(kept: int, verdict: Verdict) -> None:
    seals, rows = chain([{"a": "1111"}])

    assert checked([replace(seals[0], kept_days=kept)], rows, [{}]) == [verdict]


def test_without_the_sealed_rows_a_day_is_not_called_intact() -> None:
    seals, _ = chain([{"a": "1111"}])

    assert checked(seals, {}, [{"a": "1111"}]) == [Verdict.DIFFERS]


def test_what_never_arrived_is_told_until_it_does() -> None:
    seals, rows = chain([{"a": "1111"}])
    gap = [replace(seals[0], missing_rows=1, missing=("b",))]

    def lacking(*lake: dict[str, str]) -> int:
        days = days_between(FIRST, FIRST + timedelta(days=len(lake) - 1))
        return next(check_days(days, gap, rows, dict(zip(days, lake, strict=True)), today=TODAY)).never_arrived

    assert lacking({"a": "1111"}) == 1
    assert lacking({"a": "1111"}, {"b": "2222"}) == 0


@given(ROWS, ROWS)
def test_comparing_finds_each_row_in_exactly_one_way(expected: dict[str, str], found: dict[str, str]) -> None:
    seen = compare(expected, found)
    parts = [*seen.missing, *seen.changed, *seen.added]

    assert len(parts) == len(set(parts))
    assert bool(seen) == (expected != found)


def test_a_seal_is_read_as_it_was_written_and_nothing_else_is_a_seal() -> None:
    seal = replace(chain([{"a": "1111"}])[0][0], missing=("b", "c"), missing_rows=2)

    assert read_seal(seal.text()) == seal
    assert read_seal(seal.text()).hash == seal.hash
    for text in ("", "{}", "[1]", seal.text().replace("2026-11-01", "someday")):
        with pytest.raises(ValueError, match=r".+"):
            read_seal(text)
