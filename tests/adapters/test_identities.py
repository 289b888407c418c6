"""One customer behind many identifiers, on moto's table: claims, merges, refusals, races and crashes."""

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.identities import Identities
from attune.adapters.identity_links import IdentityLinks
from attune.adapters.merges import Merges
from attune.domain.clock import ClockScale
from attune.domain.identifiers import Identifier, IdentifierType, IdentityClaim
from attune.domain.sessions import Session, record
from attune.domain.signals import ConsentChange, Signal, SignalKind
from tests.support.tables import create_tables

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Shop:
    """Identities over moto's tables, with a log of decisions."""

    def __init__(self) -> None:
        self.dynamodb: Any = boto3.client("dynamodb", region_name="us-east-1")
        create_tables(self.dynamodb)
        clock = Clock(ClockScale())
        self.customers = CustomersTable(self.dynamodb, "customers", clock)
        self.decisions = DecisionsTable(self.dynamodb, "decisions", clock, "test")
        self.identities = self.process()
        self.messages = 0

    def process(self) -> Identities:
        """Return identities as another process has them, remembering nothing."""
        return Identities(IdentityLinks(self.dynamodb, "customers"), Merges(self.customers, self.decisions), "a key")

    def claim(self, *, name: str = "", replaces: str = "", **identifiers: str) -> IdentityClaim:
        self.messages += 1
        listed = tuple(Identifier(IdentifierType(kind), value) for kind, value in identifiers.items())
        return IdentityClaim(
            message_id=f"m{self.messages}",
            customer_id="handle",
            time=NOON + timedelta(seconds=self.messages),
            identifiers=listed,
            name=name,
            replaces=replaces,
        )

    def who(self, *, name: str = "", replaces: str = "", **identifiers: str) -> str:
        return self.identities.claim(self.claim(name=name, replaces=replaces, **identifiers)).customer_id

    def owner(self, handle: str) -> str:
        return self.process().owner(handle).customer_id

    def visit(self, customer_id: str, *message_ids: str) -> None:
        """Give a customer a session with these signals."""
        customer = self.customers.load_or_create(customer_id)
        signals = [
            Signal(
                message_id=m, customer_id=customer_id, session_id="main", time=NOON, kind=SignalKind.VIEWED, name="v"
            )
            for m in message_ids
        ]
        session = customer.sessions.get("main", Session("main"))
        self.customers.save(customer.customer_id, record(session, signals, ()).session)

    def seen(self, customer_id: str) -> int:
        customer = self.customers.load(customer_id)
        return sum(len(session.tail) for session in customer.sessions.values()) if customer else 0

    def choices(self) -> list[tuple[str, str]]:
        rows = self.dynamodb.scan(TableName="decisions")["Items"]
        return sorted((row["choice"]["S"], row["reason_code"]["S"]) for row in rows)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with mock_aws():
        yield Shop()


@pytest.mark.parametrize("user", ["ada", "zoe", "0"])
def test_a_visitor_who_signs_in_is_the_user_with_all_they_did_before(shop, user):
    shop.visit("anon:d1", "v1", "v2")

    assert shop.who(user=user, anon="d1") == user
    assert shop.seen(user) == 2
    assert shop.owner("anon:d1") == user
    assert shop.customers.load("anon:d1").customer_id == user


def test_phone_laptop_and_cookie_are_one_customer_by_one_address(shop):
    for device in ("phone", "laptop", "cookie"):
        shop.visit(f"anon:{device}", device)
        shop.who(anon=device, email="ada@example.com")

    owners = {shop.customers.load(f"anon:{device}").customer_id for device in ("phone", "laptop", "cookie")}
    assert len(owners) == 1
    assert shop.seen(owners.pop()) == 3


def test_two_known_users_on_one_device_stay_two_and_the_device_is_nobodys(shop):
    assert shop.who(user="ada", anon="kiosk") == "ada"
    assert shop.who(user="bob", anon="kiosk") == "bob"

    assert shop.customers.load("ada").customer_id != shop.customers.load("bob").customer_id
    assert shop.owner("anon:kiosk") not in ("ada", "bob")
    assert ("refused", "two_known_users") in shop.choices()


def test_two_people_signing_up_on_one_device_stay_two(shop):
    ada = shop.who(anon="tablet", email="ada@example.com")
    bob = shop.who(anon="tablet", email="bob@example.com")

    assert ada != bob
    assert shop.customers.load(ada).customer_id != shop.customers.load(bob).customer_id
    assert shop.owner("anon:tablet") not in (ada, bob)
    assert ("refused", "two_people") in shop.choices()


def test_two_users_with_one_mailbox_stay_two(shop):
    assert shop.who(user="ada", email="family@example.com") == "ada"
    assert shop.who(user="bob", email="family@example.com") == "bob"

    assert ("refused", "two_known_users") in shop.choices()


def test_an_alias_joins_even_two_users_because_the_application_says_so(shop):
    shop.visit("old-id", "v1")
    shop.who(user="old-id", email="ada@example.com")

    assert shop.who(user="new-id", replaces="old-id") == "new-id"
    assert shop.customers.load("old-id").customer_id == "new-id"
    assert shop.seen("new-id") == 1


def test_a_merge_can_be_undone_because_the_history_is_kept(shop):
    shop.visit("anon:d1", "v1", "v2")
    shop.visit("ada", "v3")
    shop.who(user="ada", anon="d1")
    assert shop.seen("ada") == 3

    assert shop.process().separate("anon:d1", NOON) == "ada"

    assert shop.customers.load("anon:d1").customer_id == "anon:d1"
    assert shop.seen("anon:d1") == 2
    assert shop.seen("ada") == 1
    assert shop.owner("anon:d1") == "anon:d1"
    assert ("separated", "separated") in shop.choices()


def test_who_was_separated_stays_two_whatever_comes_and_a_refusal_meanwhile_holds_for_both(shop):
    shop.visit("anon:d1", "v1")
    shop.who(user="ada", anon="d1")
    ada = shop.customers.load("ada")
    no = ConsentChange(
        message_id="no", customer_id="ada", time=NOON, channels=("email",), granted=False, source="reply"
    )
    shop.customers.save("ada", ada.consent.changed(no))

    shop.process().separate("anon:d1", NOON)
    shop.who(user="ada", anon="d1")

    assert shop.customers.load("anon:d1").customer_id == "anon:d1"
    assert shop.customers.load("anon:d1").consent.refused("email")
    assert ("refused", "kept_apart") in shop.choices()


def test_saying_the_same_again_reads_one_customer_and_writes_nothing(shop):
    shop.who(user="ada", anon="d1", email="ada@example.com")
    before = shop.dynamodb.scan(TableName="customers")["Items"]
    calls: list[str] = []
    shop.dynamodb.meta.events.register("before-call.dynamodb", lambda model, **_: calls.append(model.name))

    attributed = shop.identities.claim(shop.claim(user="ada", anon="d1", email="ada@example.com"))

    assert not attributed.changed
    assert calls == ["Query"]
    assert shop.dynamodb.scan(TableName="customers")["Items"] == before


def test_no_address_stands_in_any_key_or_link(shop):
    shop.who(user="ada", anon="d1", email="ada.lovelace@example.com", phone="+447700900001")

    text = str(shop.dynamodb.scan(TableName="customers")["Items"])
    assert "lovelace" not in text
    assert "447700900001" not in text


@pytest.mark.parametrize("users", [True, False])
def test_sixty_four_claims_of_one_device_at_once_end_in_one_owner_or_none(shop, users):
    claims = [shop.claim(user=f"u{n}" if users else "ada", anon="d1") for n in range(64)]

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda claim: shop.process().claim(claim).customer_id, claims))

    assert set(found) == ({f"u{n}" for n in range(64)} if users else {"ada"})
    assert shop.owner("anon:d1") == ("anon:d1~shared" if users else "ada")


def test_sixty_four_devices_with_one_address_at_once_end_as_one_customer_and_lose_nothing(shop):
    for number in range(64):
        shop.visit(f"anon:d{number}", f"v{number}")
    claims = [shop.claim(anon=f"d{number}", email="ada@example.com") for number in range(64)]

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(lambda claim: shop.process().claim(claim), claims))

    owners = {shop.customers.load(f"anon:d{number}").customer_id for number in range(64)}
    assert len(owners) == 1
    assert shop.seen(owners.pop()) == 64


class CrashError(Exception):
    """A process that dies."""


@pytest.mark.parametrize("dies_at", range(1, 6))
def test_a_process_that_dies_during_a_merge_leaves_it_to_the_next_event(shop, monkeypatch, dies_at):
    shop.visit("anon:d1", "v1")
    shop.who(anon="d1", email="ada@example.com")
    shop.visit("ada", "v2")
    writes = 0
    put = shop.dynamodb.put_item

    def dying_put(**request: Any) -> Any:
        nonlocal writes
        writes += 1
        if writes == dies_at:
            raise CrashError
        return put(**request)

    monkeypatch.setattr(shop.dynamodb, "put_item", dying_put)
    with contextlib.suppress(CrashError):
        shop.process().claim(shop.claim(user="ada", email="ada@example.com"))
    monkeypatch.setattr(shop.dynamodb, "put_item", put)

    shop.process().claim(shop.claim(user="ada", email="ada@example.com"))

    assert shop.customers.load("anon:d1").customer_id == "ada"
    assert shop.seen("ada") == 2


def _dies_once_the_link_is_written(shop: Shop, monkeypatch: pytest.MonkeyPatch, claim: IdentityClaim) -> None:
    put = shop.dynamodb.put_item
    linked = []

    def dying_put(**request: Any) -> Any:
        if linked:
            raise CrashError
        if request["Item"]["pk"]["S"].startswith("IDENTITY#"):
            linked.append(request)
        return put(**request)

    with monkeypatch.context() as patch:
        patch.setattr(shop.dynamodb, "put_item", dying_put)
        with pytest.raises(CrashError):
            shop.process().claim(claim)
    assert linked


def test_a_device_whose_link_moved_on_before_its_merge_was_done_is_not_left_behind(shop, monkeypatch):
    shop.visit("anon:laptop", "v1")
    shop.visit("anon:phone", "v2")
    shop.who(anon="laptop", email="ada@example.com")
    _dies_once_the_link_is_written(shop, monkeypatch, shop.claim(anon="phone", email="ada@example.com"))
    _dies_once_the_link_is_written(shop, monkeypatch, shop.claim(user="ada", email="ada@example.com"))

    shop.process().claim(shop.claim(anon="phone", email="ada@example.com"))

    assert {shop.customers.load(f"anon:{device}").customer_id for device in ("laptop", "phone")} == {"ada"}
    assert shop.seen("ada") == 2


def test_nobody_is_merged_into_themselves(shop):
    shop.visit("ada", "v1")
    ada = shop.customers.load("ada")

    Merges(shop.customers, shop.decisions).merge(ada, ada, shop.claim(user="ada"), "")

    assert shop.seen("ada") == 1
    assert shop.choices() == []


def test_what_is_written_to_a_customer_while_a_merge_takes_them_elsewhere_is_moved_after(shop):
    shop.visit("anon:d1", "v1")
    stale = shop.customers.load("anon:d1")
    shop.who(user="ada", anon="d1")
    late = record(Session("other"), [], ()).session
    shop.customers.save("anon:d1", replace(late, tail=stale.sessions["main"].tail))

    shop.process().heal("anon:d1")

    assert any(session.name == "other" for session in shop.customers.load("ada").sessions.values())
