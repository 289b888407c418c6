"""A day's lists from stored customers to files: whole, made again without a trace, and each reason decided once."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from attune.adapters.audience_index import AudienceIndex
from attune.adapters.audience_store import AudienceStore
from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.domain.audience.rules import AudienceRules, Platform
from attune.domain.customers import Case, Profile
from attune.domain.signals import SignalKind
from functions.export_audience.exporting import AudienceExport
from tests.support.audience import STAGE, rules
from tests.support.builders import NOON, consent, hours, journey, session_of, signal
from tests.support.events import identify, track
from tests.support.friction import SCORER
from tests.support.stage import Stage, a_stage, handler
from tests.support.tables import create_tables
from tests.support.time import Hands
from tests.support.world import World

CASE = Case(case_id="case-1", about="direct", opened_at=NOON, triggers=("asked_for_help",))
BOUGHT = session_of([signal(SignalKind.ORDERED)])
DAY = timedelta(days=1)


@dataclass
class Shop:
    """A stage's customers, the export over them, and what it wrote."""

    hands: Hands
    dynamodb: Any
    export: AudienceExport

    @property
    def customers(self) -> CustomersTable:
        return self.export.customers

    def add(self, name: str, *items: Any, **traits: Any) -> None:
        """Store a customer with an address of their own, and whatever else."""
        known = {"email": f"{name}@example.com", **traits}
        self.customers.save(name, Profile(customer_id=name, subject_secret=name.encode().hex().ljust(64, "0"), **known))
        for item in items:
            self.customers.save(name, item)

    def run(self, rules: AudienceRules | None = None) -> None:
        """Make the lists, as the schedule's message asks for it now."""
        export = replace(self.export, rules=rules) if rules else self.export
        export.run(json.dumps({"source": "aws.events", "time": self.hands.now.isoformat()}))

    def objects(self) -> dict[str, bytes]:
        """Return everything in the bucket."""
        found = self.export.store.client.list_objects_v2(Bucket="audience").get("Contents", [])
        return {one["Key"]: self._body(one["Key"]) for one in found}

    def _body(self, key: str) -> bytes:
        return self.export.store.client.get_object(Bucket="audience", Key=key)["Body"].read()

    def addresses(self, platform: str = "microsoft") -> set[str]:
        """Return the hashes of a platform's list."""
        text = self.objects()[f"lists/{self.hands.now.date()}/{platform}/keep_away.csv"].decode()
        return {row[0] for row in list(csv.reader(io.StringIO(text)))[1:]}

    def manifest(self) -> dict[str, Any]:
        return json.loads(self.objects()[f"lists/{self.hands.now.date()}/manifest.json"])

    def decisions(self) -> list[dict[str, Any]]:
        rows = self.dynamodb.scan(TableName="decisions")["Items"]
        return sorted(
            ({name: next(iter(value.values())) for name, value in row.items()} for row in rows), key=lambda r: r["sk"]
        )


@pytest.fixture
def shop() -> Iterator[Shop]:
    with mock_aws():
        hands = Hands(NOON)
        dynamodb, s3 = boto3.client("dynamodb"), boto3.client("s3")
        create_tables(dynamodb)
        s3.create_bucket(Bucket="audience")
        yield Shop(
            hands,
            dynamodb,
            AudienceExport(
                customers=CustomersTable(dynamodb, "customers", hands.clock),
                index=AudienceIndex(dynamodb, "customers"),
                decisions=DecisionsTable(dynamodb, "decisions", hands.clock, "test"),
                store=AudienceStore(s3, "audience"),
                rules=rules(),
                scorer=SCORER,
                clock=hands.clock,
                stage=STAGE,
            ),
        )


def hashed(*names: str) -> set[str]:
    return {hashlib.sha256(f"{name}@example.com".encode()).hexdigest() for name in names}


def test_everybody_with_a_reason_is_in_the_file_and_nobody_else(shop):
    shop.add("ada", journey())
    shop.add("bea", BOUGHT)
    shop.add("cyd", consent(email=False))
    shop.add("dan", CASE)
    shop.add("eve", session_of([signal(SignalKind.VIEWED)]), consent(email=True))
    shop.add("fay", CASE, regulatory_flag=True)
    shop.run()

    assert shop.addresses() == hashed("ada", "bea", "cyd", "dan")
    assert shop.manifest()["people"] == 4
    assert shop.manifest()["left_out"] == {"regulatory_flag": 1}


def test_each_platform_gets_its_own_folder_and_the_manifest_names_nobody(shop):
    shop.add("ada", CASE, phone="+447700900001", user_id="ada")
    shop.run()
    written = shop.objects()

    assert {key for key in written if key.startswith("lists/")} == {
        "lists/2026-11-24/manifest.json",
        *(f"lists/2026-11-24/{platform}/keep_away.csv" for platform in Platform),
    }
    text = json.dumps(shop.manifest()) + written["members/2026-11-24.json"].decode()
    for cell in (cell for platform in Platform for cell in shop.addresses(platform)):
        assert cell not in text
    for known in ("ada", "example.com", "447700900001"):
        assert known not in text
    for told in shop.manifest()["lists"]:
        assert told["sha256"] == hashlib.sha256(written[told["key"]]).hexdigest()
        assert (told["rows"], told["reasons"], told["state"]) == (1, {"open_case": 1}, "written")


def test_the_same_day_made_again_writes_the_same_files_and_no_second_decision(shop):
    for name in ("ada", "bea", "cyd"):
        shop.add(name, BOUGHT, CASE)
    shop.run()
    before, decided = shop.objects(), shop.decisions()
    shop.run()

    assert shop.objects() == before
    assert shop.decisions() == decided
    assert len(decided) == 6


def test_a_day_made_again_hours_later_decides_nothing_again_also_about_who_was_there_before(shop):
    shop.add("ada", CASE)
    for move in (hours(0), hours(3), DAY, hours(3)):
        shop.hands.move(move)
        shop.run()

    assert [row["time"][:10] for row in shop.decisions()] == ["2026-11-24"]


def test_one_decision_when_somebody_comes_onto_a_list_none_for_staying_one_for_coming_back(shop):
    shop.add("ada", CASE)
    shop.run()
    for _ in range(3):
        shop.hands.move(DAY)
        shop.run()
    assert [(row["kind"], row["choice"], row["reason_code"]) for row in shop.decisions()] == [
        ("audience", "kept_away", "open_case")
    ]

    case = shop.customers.load("ada").cases["direct"]
    case = shop.customers.save("ada", replace(case, resolved_at=shop.hands.now))
    shop.hands.move(DAY)
    shop.run()
    assert shop.manifest()["people"] == 0
    shop.customers.save("ada", replace(case, resolved_at=None))
    shop.hands.move(DAY)
    shop.run()

    assert [row["time"][:10] for row in shop.decisions()] == ["2026-11-24", "2026-11-29"]


def test_another_reason_for_somebody_already_listed_is_a_decision_of_its_own(shop):
    shop.add("ada", CASE)
    shop.run()
    shop.customers.save("ada", consent(email=False))
    shop.hands.move(DAY)
    shop.run()

    assert [row["reason_code"] for row in shop.decisions()] == ["open_case", "opted_out"]
    assert all("ada" not in json.dumps({k: v for k, v in row.items() if k != "pk"}) for row in shop.decisions())


def test_a_decision_says_which_lists_and_under_which_rules(shop):
    shop.add("ada", CASE)
    shop.run()
    (row,) = shop.decisions()

    assert json.loads(row["inputs"]) == {
        "lists": "generic/keep_away,google/keep_away,meta/keep_away,microsoft/keep_away",
        "stage": STAGE,
    }
    assert row["model_version"] == "audience-test"
    assert row["subject_key"] == shop.customers.load("ada").profile.subject_key


def test_who_was_merged_is_one_person_on_the_list(shop):
    shop.add("ada", CASE)
    shop.add("anon:1", BOUGHT, merged_into="ada")
    shop.run()

    assert shop.addresses() == hashed("ada")
    assert shop.manifest()["people"] == 1


def test_whoever_is_forgotten_is_on_no_list_from_the_next_run_on(shop):
    shop.add("ada", CASE)
    shop.add("bea", CASE)
    shop.run()
    for row in shop.dynamodb.scan(TableName="customers")["Items"]:
        if row["pk"]["S"] == "CUSTOMER#ada":
            shop.dynamodb.delete_item(TableName="customers", Key={"pk": row["pk"], "sk": row["sk"]})
    shop.hands.move(DAY)
    shop.run()

    assert shop.addresses() == hashed("bea")


def test_a_list_that_became_too_small_or_was_switched_off_leaves_no_file_of_the_same_day(shop):
    shop.add("ada", CASE)
    shop.run()
    platforms = {
        platform: replace(rule, stages=frozenset({STAGE} if platform is Platform.GOOGLE else ()), smallest_list=20)
        for platform, rule in rules().platforms.items()
    }
    shop.run(rules(platforms=platforms))

    assert [key for key in shop.objects() if key.endswith(".csv")] == []
    assert [(one["platform"], one["state"], one["rows"]) for one in shop.manifest()["lists"]] == [
        ("google", "too_small", 1)
    ]


def rehearsing(shop: Shop) -> Shop:
    """Return the same shop on a stage that sends nothing."""
    store = replace(shop.export.store, dry_run=True)
    decisions = DecisionsTable(shop.dynamodb, "decisions", shop.hands.clock, "test", dry_run=True)
    export = replace(shop.export, store=store, decisions=decisions, dry_run=True)
    return Shop(shop.hands, shop.dynamodb, export)


def test_a_dry_run_decides_and_counts_and_leaves_no_file_that_anybody_could_upload(shop):
    shop.add("ada", CASE)
    shop.run()
    dry = rehearsing(shop)
    dry.run()

    assert [key for key in dry.objects() if key.endswith(".csv")] == []
    manifest = dry.manifest()
    assert (manifest["dry_run"], manifest["people"]) == (True, 1)
    assert {(one["state"], one["rows"], "key" in one) for one in manifest["lists"]} == {("dry_run", 1, False)}
    assert sorted((row["choice"], row["dry_run"]) for row in dry.decisions()) == [
        ("kept_away", False),
        ("kept_away", True),
    ]


def test_to_a_stage_that_goes_live_after_a_dry_run_everybody_is_new(shop):
    shop.add("ada", CASE)
    dry = rehearsing(shop)
    for _ in range(2):
        dry.run()
        shop.hands.move(DAY)
    before = dry.decisions()
    shop.run()

    assert [row["dry_run"] for row in before] == [True]
    assert [row["dry_run"] for row in shop.decisions()] == [True, False]
    assert shop.addresses() == hashed("ada")


def test_where_no_platform_is_switched_on_no_customer_is_looked_for(shop):
    shop.add("ada", CASE)
    asked: list[str] = []
    shop.dynamodb.meta.events.register("before-call.dynamodb", lambda model, **_: asked.append(model.name))
    shop.run(rules(platforms={name: replace(r, stages=frozenset()) for name, r in rules().platforms.items()}))

    assert asked == []
    assert (shop.manifest()["people"], shop.manifest()["lists"]) == (0, [])


def crash(shop: Shop, at: int) -> None:
    """Run, and die before the request of this number that changes something."""
    changes = {"PutObject", "DeleteObjects", "PutItem"}
    count = iter(range(1000))

    def dies(model: Any, **_: object) -> None:
        if model.name in changes and next(count) == at:
            raise ClientError({"Error": {"Code": "Crash", "Message": ""}}, model.name)

    clients = (shop.export.store.client, shop.dynamodb)
    for client in clients:
        client.meta.events.register("before-call", dies, unique_id="crash")
    try:
        shop.run()
    finally:
        for client in clients:
            client.meta.events.unregister("before-call", unique_id="crash")


@pytest.mark.parametrize("at", range(10))
def test_a_run_that_dies_anywhere_leaves_no_manifest_and_the_next_makes_the_day_whole(shop, at):
    shop.add("ada", CASE)
    shop.add("bea", BOUGHT)
    shop.run()
    whole, decided = shop.objects(), shop.decisions()
    for key in whole:
        shop.export.store.client.delete_object(Bucket="audience", Key=key)
    for row in decided:
        shop.dynamodb.delete_item(TableName="decisions", Key={"pk": {"S": row["pk"]}, "sk": {"S": row["sk"]}})

    try:
        crash(shop, at)
    except ClientError:
        assert not [key for key in shop.objects() if key.endswith("manifest.json")]
    shop.run()

    assert shop.objects() == whole
    assert shop.decisions() == decided


def test_a_crash_in_a_day_that_was_whole_takes_its_manifest_back_first(shop):
    shop.add("ada", CASE)
    shop.run()

    with pytest.raises(ClientError):
        crash(shop, 2)

    assert not [key for key in shop.objects() if key.endswith("manifest.json")]


def test_one_customer_who_cannot_be_read_does_not_cost_the_others_their_list(shop):
    shop.add("ada", CASE)
    shop.add("bea", CASE)
    key = {"pk": {"S": "CUSTOMER#ada"}, "sk": {"S": "PROFILE"}}
    shop.dynamodb.update_item(
        TableName="customers",
        Key=key,
        UpdateExpression="SET #d = :broken",
        ExpressionAttributeNames={"#d": "data"},
        ExpressionAttributeValues={":broken": {"S": "{"}},
    )
    shop.run()

    assert shop.addresses() == hashed("bea")
    assert shop.manifest()["left_out"] == {"unreadable": 1}


def test_more_people_than_fit_a_page_are_all_found(shop):
    names = [f"user-{n}" for n in range(150)]
    for name in names:
        shop.add(name, CASE)
    shop.run()

    assert shop.addresses() == hashed(*names)


def test_a_repeat_after_midnight_still_makes_the_day_it_was_asked_for(shop):
    shop.add("ada", CASE)
    body = json.dumps({"time": NOON.isoformat()})
    shop.hands.move(hours(20))
    shop.export.run(body)

    assert "lists/2026-11-24/manifest.json" in shop.objects()


def test_what_applications_publish_is_enough_to_be_kept_away_from_ads():
    with mock_aws():
        world = World(NOON)
        boto3.client("s3").create_bucket(Bucket="audience")
        for name in ("ada", "bea", "cyd", "eve"):
            world.publish(identify(name, NOON, email=f"{name}@example.com", timezone="Europe/London", locale="en"))
            world.publish(track(name, "Consent Granted", NOON, channels=["email"]))
        world.publish(track("ada", "Order Completed", NOON, orderId="o-1"))
        world.publish(track("bea", "Unsubscribed", NOON, channels=["email"]))
        world.publish(track("eve", "Product Viewed", NOON))
        reply = {"channel": "email", "text": "I need help, please call me"}
        world.publish(track("cyd", "Message Replied", NOON, **reply))
        world.run(hours(1))
        export = AudienceExport(
            customers=world.customers,
            index=AudienceIndex(world.dynamodb, "customers"),
            decisions=world.decisions_table,
            store=AudienceStore(boto3.client("s3"), "audience"),
            rules=rules(),
            scorer=SCORER,
            clock=world.clock,
            stage=STAGE,
        )
        export.run("{}")

        reasons = {name: [row["reason_code"] for row in world.decisions(name, "audience")] for name in ("ada", "bea")}
        assert reasons == {"ada": ["converted"], "bea": ["opted_out"]}
        assert [row["reason_code"] for row in world.decisions("cyd", "audience")] == ["open_case"]
        assert world.choices("eve", "audience") == []


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with a_stage(monkeypatch) as made:
        yield made


@pytest.mark.usefixtures("stage")
def test_the_handler_takes_the_schedules_message_and_gives_a_bad_one_back():
    event = {"version": "0", "detail-type": "Scheduled Event", "source": "aws.events", "detail": {}}
    bodies = [json.dumps({**event, "time": datetime.now(UTC).isoformat()}), "{}", "no json", '{"time": "soon"}']
    records = [{"messageId": f"q{n}", "body": body} for n, body in enumerate(bodies)]

    answer = handler("export_audience").lambda_handler({"Records": records}, None)

    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == ["q2", "q3"]
    found = boto3.client("s3").list_objects_v2(Bucket="audience")["Contents"]
    assert [one["Key"] for one in found] == ["lists/2026-11-24/manifest.json", "members/2026-11-24.json"]
