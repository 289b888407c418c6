"""The rules' file says what is wrong with it; the index finds people without a scan; the bucket keeps whole days."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from moto import mock_aws

from attune.adapters.audience_file import load_audience
from attune.adapters.audience_index import AudienceIndex
from attune.adapters.audience_store import AudienceStore
from attune.adapters.customers_table import CustomersTable
from attune.domain.audience.index import PARTITIONS
from attune.domain.audience.lists import BuiltList
from attune.domain.audience.rules import IdentifierKind, Platform, Why
from attune.domain.customers import Case
from attune.domain.journeys import JourneyStatus
from attune.domain.signals import SignalKind
from attune.domain.texts import MalformedTextError
from tests.support.builders import NOON, consent, hours, journey, session_of, signal
from tests.support.tables import create_tables
from tests.support.time import Hands

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
SHIPPED = yaml.safe_load((TEMPLATES / "audience.yaml").read_text())
DAY = date(2026, 11, 24)
CASE = Case(case_id="case-1", about="direct", opened_at=NOON, triggers=("asked_for_help",))


def test_as_delivered_no_stage_hands_anybody_to_any_platform():
    rules = load_audience(TEMPLATES)

    assert set(rules.platforms) == set(Platform)
    assert all(not rule.stages for rule in rules.platforms.values())
    assert all(not list(rules.wanted(stage)) for stage in ("local", "dev", "prod", "test"))


def test_as_delivered_one_list_has_every_reason_so_that_no_platform_learns_which():
    rules = load_audience(TEMPLATES)

    assert set(rules.lists["keep_away"].reasons) == set(Why)
    assert list(rules.lists) == ["keep_away"]
    assert rules.looks_back == timedelta(days=14)
    assert rules.never_automation_opt_out


def changed(*path: str, to: Any) -> dict[str, Any]:
    """Return the shipped rules with one thing changed, or taken out."""
    data = yaml.safe_load(yaml.safe_dump(SHIPPED))
    inner = data
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = to
    if to is None:
        del inner[path[-1]]
    return dict(data)


REASONS = ("lists", "keep_away", "reasons")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (changed("version", to=None), "version: Field required"),
        (changed("platforms", "google", "identifiers", to=["email", "external_id"]), "google takes no external_id"),
        (changed("platforms", "microsoft", "identifiers", to=["phone"]), "microsoft takes no phone"),
        (changed("platforms", "google", "identifiers", to=[]), "platforms.google.identifiers"),
        (changed("platforms", "google", "smallest_list", to=1), "platforms.google.smallest_list"),
        (changed("platforms", "myspace", to={"stages": []}), "platforms.myspace"),
        (changed("platforms", "meta", to=None), "meta has no rules"),
        (changed("countries_off", to=["Germany"]), "countries_off"),
        (changed("never", "regulatory_flag", to=False), "never.regulatory_flag: Extra inputs"),
        (changed(*REASONS, "converted", to={}), "converted: days is missing"),
        (changed(*REASONS, "converted", to={"days": 31}), "converted.days"),
        (changed(*REASONS, "frustrated", to={"days": 0}), "frustrated.days"),
        (changed(*REASONS, "in_journey", to={"days": 3}), "it lasts as long as it lasts"),
        (changed(*REASONS, "bored", to={}), "bored"),
        (changed("lists", "../../etc", to=SHIPPED["lists"]["keep_away"]), r"\.\./\.\./etc"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_with_its_place_and_a_fix(tmp_path, data, said):
    (tmp_path / "audience.yaml").write_text(yaml.safe_dump(data))

    with pytest.raises(MalformedTextError, match=said) as caught:
        load_audience(tmp_path)

    assert "audience.yaml" in str(caught.value)


def test_an_opt_out_may_be_limited_in_days(tmp_path):
    (tmp_path / "audience.yaml").write_text(yaml.safe_dump(changed(*REASONS, "opted_out", to={"days": 30})))

    assert load_audience(tmp_path).lists["keep_away"].reasons[Why.OPTED_OUT] == timedelta(days=30)


def test_a_platform_is_switched_on_by_naming_a_stage(tmp_path):
    (tmp_path / "audience.yaml").write_text(yaml.safe_dump(changed("platforms", "meta", "stages", to=["prod"])))
    rules = load_audience(tmp_path)

    assert list(rules.wanted("prod")) == [(Platform.META, "keep_away")]
    assert list(rules.wanted("dev")) == []
    assert rules.platforms[Platform.META].identifiers == {IdentifierKind.EMAIL, IdentifierKind.PHONE}


@pytest.fixture
def dynamodb() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("dynamodb")
        create_tables(client)
        yield client


@pytest.fixture
def customers(dynamodb) -> CustomersTable:
    return CustomersTable(dynamodb, "customers", Hands(NOON).clock)


def found(dynamodb: Any, since: str = "2026-11-01") -> list[str]:
    index = AudienceIndex(dynamodb, "customers")
    return sorted(one for number in range(PARTITIONS) for one in index.candidates(number, since))


def bought(day: int) -> Any:
    return session_of([signal(SignalKind.ORDERED, NOON + hours(24 * day))])


def test_who_has_a_reason_is_found_once_and_nobody_else(dynamodb, customers):
    for name in ("ada", "eve", "kim", "zoë#1"):
        customers.load_or_create(name)
    customers.save("ada", consent(email=False))
    customers.save("ada", CASE)
    customers.save("eve", session_of([signal(SignalKind.VIEWED)]))
    customers.save("zoë#1", bought(0))

    assert found(dynamodb) == ["ada", "zoë#1"]


def test_what_is_over_leaves_the_index_with_the_write_that_ends_it(dynamodb, customers):
    running, case = customers.save("ada", journey()), customers.save("ada", CASE)
    refused = customers.save("ada", consent(email=False))
    assert found(dynamodb) == ["ada"]

    customers.save("ada", replace(running, status=JourneyStatus.ENDED))
    customers.save("ada", replace(case, resolved_at=NOON))
    customers.save("ada", replace(refused, channels=consent(email=True).channels))

    assert found(dynamodb) == []


def test_what_is_longer_ago_than_rules_look_back_is_not_even_read(dynamodb, customers):
    customers.save("ada", bought(0))
    customers.save("eve", bought(2))
    customers.save("kim", CASE)

    assert found(dynamodb, "2026-11-24") == ["ada", "eve", "kim"]
    assert found(dynamodb, "2026-11-25") == ["eve", "kim"]


def test_whoever_is_forgotten_is_gone_from_the_index_too(dynamodb, customers):
    customers.delete("ada", customers.save("ada", CASE))

    assert found(dynamodb) == []


def test_looking_for_people_never_scans(dynamodb, customers):
    asked: list[str] = []
    dynamodb.meta.events.register("before-call.dynamodb", lambda model, **_: asked.append(model.name))
    customers.save("ada", CASE)
    found(dynamodb)

    assert set(asked) == {"PutItem", "Query"}
    assert asked.count("Query") == PARTITIONS


@pytest.fixture
def store() -> Iterator[AudienceStore]:
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="audience")
        yield AudienceStore(s3, "audience")


def a_list(content: bytes | None = b"Email\n", name: str = "keep_away") -> BuiltList:
    return BuiltList(Platform.GOOGLE, name, 1, {}, content)


def keys(store: AudienceStore) -> list[str]:
    return [row["Key"] for row in store.client.list_objects_v2(Bucket="audience").get("Contents", [])]


def test_a_day_is_told_of_only_once_its_manifest_is_there(store):
    store.put_list(DAY, a_list())
    assert store.days() == []
    assert store.manifest(DAY) is None

    store.put_manifest(DAY, {"people": 1})

    assert store.days() == [DAY]
    assert store.manifest(DAY) == {"people": 1}
    assert keys(store) == ["lists/2026-11-24/google/keep_away.csv", "lists/2026-11-24/manifest.json"]


def test_a_day_that_is_made_again_loses_what_it_no_longer_has_and_other_days_stay(store):
    for day in (DAY, DAY - timedelta(days=1)):
        store.put_list(day, a_list())
        store.put_list(day, a_list(name="other"))
        store.put_manifest(day, {})

    store.begin(DAY)
    store.put_list(DAY, a_list(None))
    store.keep_only(DAY, [a_list(None), a_list(name="other")])

    assert [key for key in keys(store) if "11-24" in key] == ["lists/2026-11-24/google/other.csv"]
    assert len([key for key in keys(store) if "11-23" in key]) == 3


def test_the_members_known_last_are_those_of_the_day_itself_or_before(store):
    assert store.members_before(DAY) == {}
    store.put_members(DAY - timedelta(days=5), {"a": "2026-11-19"})
    store.put_members(DAY + timedelta(days=1), {"b": "2026-11-25"})

    assert store.members_before(DAY) == {"a": "2026-11-19"}
    assert store.members_before(DAY + timedelta(days=9)) == {"b": "2026-11-25"}
