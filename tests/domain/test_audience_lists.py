"""Files hold hashes and nothing else, whatever customers call themselves; what is told about them names nobody."""

import csv
import io
import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.audience.lists import Built, BuiltList, Listed, ListState, UnhashedError, build, judge, to_csv
from attune.domain.audience.rules import AudienceRules, LeftOut, Platform, Why
from attune.domain.customers import Customer
from tests.support.audience import KINDS, STAGE, rules
from tests.support.builders import NOON, consent, customer
from tests.support.friction import SCORER

HOSTILE = [
    '=HYPERLINK("http://evil.example","x")@evil.example',
    "+1+cmd|' /C calc'!A0@evil.example",
    "-2+3@evil.example",
    "@SUM(1+1)@evil.example",
    '"a","b"@evil.example',
    "a\r\nb,c@evil.example",
    "\t=1+1@evil.example",
    "\ufeffa;b@evil.example",
    "\u202egmail@evil.example",
    "👋🏽@evil.example",
    "x" * 1_000_000 + "@evil.example",
    "\x00@evil.example",
    "\ud800@evil.example",
]
NAMES = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40), st.emails())
HEADERS = {
    Platform.GOOGLE: ["Email", "Phone"],
    Platform.META: ["email", "phone", "extern_id"],
    Platform.MICROSOFT: ["Email"],
    Platform.GENERIC: ["email_sha256", "phone_sha256", "external_id_sha256"],
}


def opted_out(number: int = 0, **profile: str) -> Customer:
    person = customer(
        allows=consent(email=False), profile={"customer_id": f"c{number}", "email": f"c{number}@example.com", **profile}
    )
    return replace(person, profile=replace(person.profile, subject_secret=f"{number:064x}"))


def built(people: list[Customer], account: AudienceRules | None = None) -> Built:
    account = account or rules()
    judged = [judge(person, account, SCORER, stage=STAGE, now=NOON) for person in people]
    return build([one for one in judged if one is not None], account, stage=STAGE)


def of(lists: Built, platform: Platform) -> BuiltList:
    (found,) = [one for one in lists.lists if one.platform is platform]
    return found


def rows(one: BuiltList) -> list[list[str]]:
    assert one.content is not None
    return list(csv.reader(io.StringIO(one.content.decode("ascii"), newline=""), strict=True))


@given(st.lists(st.tuples(NAMES, NAMES, NAMES, NAMES), min_size=1, max_size=5))
def test_whatever_people_are_called_a_file_is_a_table_of_hashes_for_any_reader(people):
    everybody = [
        opted_out(n, email=email, phone=phone, user_id=user_id, first_name=name)
        for n, (email, phone, user_id, name) in enumerate(people)
    ]

    lists = built([opted_out(99), *everybody])

    for platform in Platform:
        header, *body = rows(of(lists, platform))
        assert header == HEADERS[platform]
        assert body
        for row in body:
            assert len(row) == len(header)
            assert all(re.fullmatch(r"|[0-9a-f]{64}", cell) for cell in row)
            assert any(row)


@pytest.mark.parametrize("cell", ["=1+1", "ada@example.com", "A" * 64, "a" * 63, "a" * 64 + "\n", " " + "a" * 63])
def test_a_cell_that_is_no_hash_stops_the_file(cell):
    with pytest.raises(UnhashedError, match="no SHA-256"):
        to_csv(["Email"], [(cell,)])


def test_a_row_of_the_wrong_width_stops_the_file():
    with pytest.raises(UnhashedError):
        to_csv(["Email", "Phone"], [("a" * 64,)])


def test_the_same_people_in_any_order_give_the_same_files():
    people = [opted_out(n) for n in range(20)]

    assert built(people) == replace(built(people[::-1]), memberships=built(people).memberships)


def test_one_person_under_two_ids_is_one_row():
    twice = [opted_out(1, email="a.da@gmail.com", phone=""), opted_out(2, email="ada+x@gmail.com", phone="")]

    assert of(built(twice), Platform.GOOGLE).rows == 1
    assert of(built(twice), Platform.MICROSOFT).rows == 2


def test_a_list_of_too_few_is_not_written_and_puts_nobody_on_it():
    platforms = {
        platform: replace(rule, smallest_list=3 if platform is Platform.META else 2)
        for platform, rule in rules().platforms.items()
    }
    lists = built([opted_out(1), opted_out(2)], rules(platforms=platforms))

    assert of(lists, Platform.META).state == ListState.TOO_SMALL
    assert of(lists, Platform.META).content is None
    assert of(lists, Platform.GOOGLE).state == ListState.WRITTEN
    assert all("meta" not in name for membership in lists.memberships for name in membership.lists)


def test_nobody_is_on_a_list_where_none_is_written():
    platforms = {platform: replace(rule, smallest_list=3) for platform, rule in rules().platforms.items()}
    lists = built([opted_out(1), opted_out(2)], rules(platforms=platforms))

    assert (lists.people, lists.memberships) == (0, ())


def test_numbers_say_how_many_and_why_and_who_was_left_out():
    people = [opted_out(n) for n in range(3)]
    flagged = customer(allows=consent(email=False), profile={"regulatory_flag": True})

    lists = built([*people, flagged])

    assert lists.people == 3
    assert lists.left_out == {LeftOut.REGULATORY_FLAG: 1}
    assert of(lists, Platform.GOOGLE).reasons == {Why.OPTED_OUT: 3}
    assert Counter(membership.why for membership in lists.memberships) == {Why.OPTED_OUT: 3}


def test_a_membership_is_marked_by_nothing_that_names_somebody():
    person = opted_out(1)
    (membership,) = built([person]).memberships

    assert re.fullmatch(r"[0-9a-f]{24}", membership.mark)
    assert membership.subject_key == person.profile.subject_key


def test_every_platform_has_columns_for_what_it_may_be_asked():
    lists = built([opted_out(1, user_id="u-1")])

    assert {one.platform for one in lists.lists} == set(KINDS)
    assert isinstance(judge(opted_out(1), rules(), SCORER, stage=STAGE, now=NOON), Listed)
