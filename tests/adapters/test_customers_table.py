"""One contract for the customers table, held by DynamoDB (moto) and by what replays run on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from attune.adapters.customer_rows import JOURNEY_KEPT_FOR, SESSION_KEPT_FOR, partition_key
from attune.adapters.customers_table import KEYS_PER_REQUEST, CustomersTable
from attune.domain.contacts import ContactState, Ledger
from attune.domain.customers import Case, Consent, Profile
from attune.domain.errors import ConflictError
from attune.domain.onsite import OnsiteNote
from attune.domain.sessions import Session, record
from attune.domain.signals import SignalKind
from attune_cli.replaying.customers import CustomersInMemory
from tests.support.builders import CART, NOON, consent, contact, hours, journey, session_of, signal, story
from tests.support.tables import create_tables
from tests.support.time import Hands

VISIT = session_of(
    [
        signal(SignalKind.PRODUCT_ADDED, reference="cart-1", context={"device": "phone"}),
        *story(*((SignalKind.VIEWED, n) for n in range(1, 90))),
    ]
)
CASE = Case(case_id="case-1", about="direct", opened_at=NOON, triggers=("asked_for_help",), references=("m1",))
NOTE = OnsiteNote(
    note_id="cart-1#1",
    journey_id="cart-1",
    headline="Hello",
    body="Can we help? Grüße 👋",
    locale="en",
    created_at=NOON,
    expires_at=NOON + hours(24),
)
LEDGER = Ledger((contact(NOON, ContactState.RESERVED), contact(NOON + hours(1), provider_id="ses-1")))


@pytest.fixture
def hands() -> Hands:
    return Hands(NOON)


@pytest.fixture(params=["dynamodb", "in memory"])
def table(request, hands) -> Iterator[CustomersTable | CustomersInMemory]:
    if request.param == "in memory":
        yield CustomersInMemory(hands.clock, lambda name: name.encode().hex().zfill(64))
        return
    with mock_aws():
        dynamodb = boto3.client("dynamodb")
        create_tables(dynamodb)
        yield CustomersTable(dynamodb, "customers", hands.clock)


@pytest.fixture
def ada(table) -> str:
    table.load_or_create("ada")
    return "ada"


def test_somebody_nobody_knows_is_none(table):
    assert table.load("nobody") is None
    assert table.onsite_notes("nobody") == ()


def test_somebody_created_is_found_again_with_the_same_secret(table):
    created = table.load_or_create("ada")

    assert table.load("ada") == created
    assert table.load_or_create("ada") == created
    assert len(bytes.fromhex(created.profile.subject_secret)) == 32


def test_every_customer_has_a_secret_of_their_own(table):
    assert table.load_or_create("ada").profile.subject_key != table.load_or_create("eve").profile.subject_key


def test_everything_about_a_customer_comes_back_as_it_was_written(table, ada):
    profile = replace(table.load(ada).profile, first_name="Zoë", vip=True, changed_at={"first_name": NOON})
    table.save(ada, profile)
    visit = table.save(ada, VISIT)
    for item in (consent(email=True, sms=False), LEDGER, journey(), CASE):
        table.save(ada, item)

    found = table.load(ada)

    assert found.profile == replace(profile, version=2)
    assert found.consent == replace(consent(email=True, sms=False), version=1)
    assert found.sessions == {"s": visit}
    assert replace(visit, version=0) == VISIT
    assert found.ledger == replace(LEDGER, version=1)
    assert found.journeys == {"cart-1": replace(journey(), version=1)}
    assert found.cases == {"direct": replace(CASE, version=1)}


def test_a_stored_session_goes_on_where_it_was(table, ada):
    table.save(ada, VISIT)
    more = [signal(SignalKind.ORDERED, NOON + hours(3))]

    stored = record(table.load(ada).sessions["s"], more, [CART]).session

    assert replace(stored, version=0) == record(VISIT, more, [CART]).session


def test_notes_come_back_as_they_were_written(table, ada):
    table.save(ada, NOTE)

    assert table.onsite_notes(ada) == (replace(NOTE, version=1),)


def test_customers_do_not_see_one_another(table, ada):
    table.load_or_create("ada2")
    table.save(ada, NOTE)
    table.save(ada, CASE)

    assert table.load("ada2").cases == {}
    assert table.onsite_notes("ada2") == ()


@pytest.mark.parametrize(
    "item", [Consent(), VISIT, LEDGER, journey(), CASE, NOTE], ids=lambda item: type(item).__name__
)
def test_writing_over_what_somebody_else_wrote_is_a_conflict_and_changes_nothing(table, ada, item):
    first = table.save(ada, item)
    second = table.save(ada, first)
    before = (table.load(ada), table.onsite_notes(ada))

    for stale in (item, first):
        with pytest.raises(ConflictError, match="changed by somebody else"):
            table.save(ada, stale)

    assert (table.load(ada), table.onsite_notes(ada)) == before
    assert second.version == first.version + 1


def test_writing_what_was_read_is_no_conflict(table, ada):
    table.save(ada, LEDGER)

    for _ in range(3):
        table.save(ada, table.load(ada).ledger)

    assert table.load(ada).ledger.version == 4


def test_two_creators_of_one_customer_end_in_one(table):
    """The second one looked before the first one wrote."""
    looked = []

    class Late(type(table)):
        def load(self, customer_id: str):
            looked.append(customer_id)
            return None if len(looked) == 1 else super().load(customer_id)

    late = Late.__new__(Late)
    late.__dict__ = table.__dict__
    first = table.load_or_create("ada")

    assert late.load_or_create("ada") == first


def test_an_expired_note_is_not_seen_and_may_be_replaced(table, ada, hands):
    table.save(ada, NOTE)
    hands.move(hours(24))

    assert table.onsite_notes(ada) == ()

    fresh = replace(NOTE, body="again", expires_at=NOON + hours(90))
    table.save(ada, fresh)
    assert table.onsite_notes(ada) == (replace(fresh, version=1),)


def test_until_it_expires_a_note_is_seen_and_not_replaced(table, ada, hands):
    table.save(ada, NOTE)
    hands.move(hours(24) - timedelta(seconds=1))

    assert len(table.onsite_notes(ada)) == 1
    with pytest.raises(ConflictError):
        table.save(ada, NOTE)


def test_an_expired_session_is_forgotten_and_a_new_one_may_begin(table, ada, hands):
    table.save(ada, VISIT)
    hands.move(timedelta(days=31))

    assert table.load(ada).sessions == {}

    begun = table.save(ada, session_of([signal(SignalKind.VIEWED, hands.now)]))
    assert table.load(ada).sessions == {"s": begun}


def test_a_session_in_use_does_not_expire(table, ada, hands):
    stored = table.save(ada, VISIT)
    for day in range(3):
        hands.move(timedelta(days=20))
        stored = record(stored, [signal(SignalKind.VIEWED, hands.now, message_id=f"d{day}")], [CART]).session
        stored = table.save(ada, stored)

    assert table.load(ada).sessions["s"] == stored


@pytest.mark.parametrize("item", [journey(), CASE], ids=["journey", "case"])
def test_journeys_and_cases_are_kept_for_ninety_days_after_their_time(table, ada, hands, item):
    table.save(ada, item)
    begins = journey().expires_at if item == journey() else CASE.opened_at

    hands.move(begins + JOURNEY_KEPT_FOR - timedelta(seconds=1) - hands.now)
    assert {**table.load(ada).journeys, **table.load(ada).cases} != {}
    hands.move(timedelta(seconds=1))
    assert {**table.load(ada).journeys, **table.load(ada).cases} == {}


def test_who_someone_is_and_what_they_allow_never_expires(table, ada, hands):
    table.save(ada, consent(email=False))
    table.save(ada, LEDGER)
    hands.move(timedelta(days=4000))

    found = table.load(ada)

    assert found.consent.refused("email")
    assert found.ledger.contacts == LEDGER.contacts


@pytest.mark.parametrize("customer_id", ["a#b", "CUSTOMER#x", "üñí 👋", "x" * 256])
def test_odd_names_of_customers_and_sessions_are_only_names(table, customer_id):
    table.load_or_create(customer_id)
    table.save(customer_id, replace(VISIT, session_id=f"s#{customer_id}"))

    assert list(table.load(customer_id).sessions) == [f"s#{customer_id}"]
    assert table.load(f"{customer_id}x") is None


def test_a_customer_with_more_than_a_page_of_sessions_is_read_whole():
    with mock_aws():
        dynamodb = boto3.client("dynamodb")
        create_tables(dynamodb)
        real = CustomersTable(dynamodb, "customers", Hands(NOON).clock)
        real.load_or_create("ada")
        for number in range(160):  # about 8 KB each; a page of a query holds 1 MB
            real.save("ada", replace(VISIT, session_id=f"s{number}"))

        assert len(real.load("ada").sessions) == 160


def test_rows_carry_what_dynamodb_needs_to_delete_them():
    with mock_aws():
        dynamodb = boto3.client("dynamodb")
        create_tables(dynamodb)
        CustomersTable(dynamodb, "customers", Hands(NOON).clock).save("ada", NOTE)
        [row] = dynamodb.scan(TableName="customers")["Items"]

    assert row["pk"]["S"] == partition_key("ada") == "CUSTOMER#ada"
    assert row["sk"]["S"] == "ONSITE#cart-1#1"
    assert int(row["expires_at"]["N"]) == int((NOON + hours(24)).timestamp())


def test_a_profile_read_is_one_the_domain_knows(table, ada):
    assert isinstance(table.load(ada).profile, Profile)


def test_sessions_of_many_are_seen_at_a_glance(table, ada):
    table.load_or_create("eve")
    hers = table.save(ada, VISIT)
    eves = table.save("eve", table.save("eve", VISIT))
    table.save("eve", replace(VISIT, session_id="another"))

    seen = table.sessions_at_a_glance([("ada", "s"), ("eve", "s"), ("eve", "none"), ("nobody", "s"), ("ada", "s")])

    assert seen == {("ada", "s"): hers, ("eve", "s"): eves}
    assert eves.version == hers.version + 1
    assert table.sessions_at_a_glance([]) == {}


def test_a_glance_is_enough_to_write_the_next_version_of_a_session(table, ada):
    table.save(ada, VISIT)
    [session] = table.sessions_at_a_glance([(ada, "s")]).values()

    table.save(ada, session)

    with pytest.raises(ConflictError):
        table.save(ada, session)


def test_what_has_expired_is_not_seen_at_a_glance(table, ada, hands):
    table.save(ada, VISIT)
    hands.now += SESSION_KEPT_FOR

    assert table.sessions_at_a_glance([(ada, "s")]) == {}


def test_more_than_one_request_may_ask_for_are_seen_at_a_glance(table, ada):
    wanted = [f"s{number}" for number in range(KEYS_PER_REQUEST + 1)]
    for name in wanted:
        table.save(ada, Session(name))

    assert {name for _, name in table.sessions_at_a_glance((ada, name) for name in wanted)} == set(wanted)
