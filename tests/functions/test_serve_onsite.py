"""What a site is told about a customer, and what becomes of answers: by handler, from moto's tables."""

import base64
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import jwt
import pytest

from attune.adapters.senders import read_event
from attune.domain.blocks import Block, BlockKind, Part
from attune.domain.errors import ConflictError
from attune.domain.friction_levels import Level
from attune.domain.identifiers import Identifier, IdentifierType, IdentityClaim
from attune.domain.onsite import OnsiteNote
from attune.domain.signals import Feedback
from attune.domain.site_hints import Hint
from functions.ingest_events.handler import lambda_handler as ingest
from functions.ingest_events.handler import wire as wire_ingest
from functions.serve_onsite.handler import lambda_handler, wire
from tests.support.builders import consent, hours, minutes
from tests.support.events import call, envelope, track
from tests.support.stage import SITE_KEY, Stage, a_stage

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
BLOCKS = (
    Block(BlockKind.PARAGRAPH, ((Part("Can we help?"),),)),
    Block(BlockKind.BUTTON, ((Part("Ask a person", "https://shop.example/help"),),)),
)
NOTE = OnsiteNote(
    note_id="cart-1#1",
    journey_id="cart-1",
    headline="",
    body="Can we help?\n\nAsk a person: https://shop.example/help",
    blocks=BLOCKS,
    locale="en",
    created_at=NOON - hours(1),
    expires_at=NOON + hours(24),
)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with a_stage(monkeypatch) as made:
        customers = wire().steps.customers
        for customer_id in ("ada", "bo"):
            customers.load_or_create(customer_id)
        customers.save("ada", consent(email=True))
        customers.save("ada", NOTE)
        yield made


def token(handle: str = "ada", key: str = SITE_KEY, **changes: Any) -> str:
    now = int(time.time())
    return jwt.encode({"sub": handle, "aud": "attune-onsite", "iat": now, "exp": now + 900, **changes}, key)


def look(handle: str = "ada", **more: Any) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {token(handle)}"}
    return lambda_handler({"routeKey": "GET /onsite/notes", "headers": headers, **more}, None)


def told(handle: str = "ada") -> dict[str, Any]:
    return json.loads(look(handle)["body"])


def post(body: Any, handle: str = "ada", **more: Any) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {token(handle)}", "content-type": "application/json"}
    text = body if isinstance(body, str) else json.dumps(body)
    return lambda_handler({"routeKey": "POST /onsite/answers", "headers": headers, "body": text, **more}, None)


def say(answer: str, handle: str = "ada", **more: Any) -> dict[str, Any]:
    return json.loads(post({"note_id": "cart-1#1", "answer": answer, **more}, handle)["body"])


def everything(stage: Stage) -> list[Any]:
    return [*stage.rows("customers"), *stage.rows("decisions")]


def decisions(stage: Stage) -> list[tuple[str, str, bool]]:
    return [(row["kind"]["S"], row["choice"]["S"], row["automated"]["BOOL"]) for row in stage.rows("decisions")]


def in_trouble(handle: str, **fields: Any) -> None:
    names = ["Form Failed", "Form Failed", "Payment Failed", "Payment Failed", "Page Reloaded"]
    events = [track(handle, name, NOON - minutes(5 - n), **fields) for n, name in enumerate(names)]
    if handle.startswith("anon:"):
        events = [{**event, "anonymousId": event.pop("userId")[5:]} for event in events]
    ingest({"Records": [{"messageId": f"q{n}", "body": envelope(event)} for n, event in enumerate(events)]}, None)


def test_the_site_is_told_the_note_with_its_links_and_words_in_its_language(stage):
    answer = look()
    (note,) = json.loads(answer["body"])["notes"]

    assert (note["id"], note["locale"], note["direction"]) == ("cart-1#1", "en", "ltr")
    assert note["blocks"][1] == {
        "kind": "button",
        "items": [[{"text": "Ask a person", "url": "https://shop.example/help"}]],
    }
    assert note["words"]["label"] == "Message from Acme"
    assert answer["headers"]["cache-control"] == "no-store"


def test_a_note_ends_with_links_to_why_it_came_and_to_what_its_reader_wants(stage):
    pages = {"why_url": "https://m.example/why/t", "preferences_url": "https://m.example/preferences/t"}
    wire().steps.customers.save("bo", OnsiteNote(**{**vars(NOTE), **pages, "locale": "de"}))

    (note,) = told("bo")["notes"]

    *words, last = note["blocks"]
    assert len(words) == len(NOTE.blocks)
    assert last["kind"] == "paragraph"
    assert last["items"] == [
        [
            {"text": "Warum sehe ich das?", "url": "https://m.example/why/t"},
            {"text": " · ", "url": ""},
            {"text": "Einstellungen", "url": "https://m.example/preferences/t"},
        ]
    ]


def test_looking_changes_nothing_about_the_customer(stage):
    before = everything(stage)

    assert told()["notes"]
    assert told("bo") == told("nobody") == {"notes": [], "friction": "calm", "hints": []}
    assert everything(stage) == before
    assert stage.received("bus_listener") == []


def test_an_answer_without_notes_may_be_used_again_by_this_customers_browser_for_seconds(stage):
    headers = look("bo")["headers"]

    assert headers["cache-control"] == "private, max-age=15"
    assert headers["vary"] == "authorization, origin"


def test_a_note_is_shown_by_one_display_alone_whoever_else_asks(stage):
    assert say("shown", view="tab-1")["show"] is True
    assert say("shown", view="tab-2")["show"] is False
    assert say("shown", view="tab-1")["show"] is True
    assert told()["notes"] == []
    assert decisions(stage) == [("onsite", "shown", False)]


@pytest.mark.parametrize(("answer", "helpful"), [("helpful", True), ("not_helpful", False)])
def test_a_verdict_goes_to_the_bus_and_means_the_journey(stage, answer, helpful):
    say("shown", view="tab-1")

    assert say(answer)["answer"] == answer
    (event,) = stage.received("bus_listener")
    (fact,) = read_event(json.dumps(event), NOON + hours(1))

    assert event["source"] == "attune.onsite"
    assert isinstance(fact, Feedback)
    assert (fact.customer_id, fact.helpful) == ("ada", helpful)
    assert event["detail"]["properties"]["journey_id"] == "cart-1"
    assert told()["notes"] == []
    assert ("onsite", answer, False) in decisions(stage)


@pytest.mark.parametrize("answer", ["helpful", "not_helpful", "not_now", "dismissed"])
def test_the_same_answer_sent_again_is_one_answer(stage, answer):
    say("shown", view="tab-1")
    first, events = say(answer), stage.received("bus_listener")
    rows = everything(stage)
    second, again = say(answer), stage.received("bus_listener")

    assert first == second
    assert everything(stage) == rows
    assert {event["detail"]["messageId"] for event in again} <= {event["detail"]["messageId"] for event in events}


def test_the_first_answer_for_good_counts(stage):
    say("dismissed")

    assert say("helpful")["answer"] == "dismissed"
    assert stage.received("bus_listener") == []


def test_not_now_is_neither_a_verdict_nor_the_end(stage):
    say("shown", view="tab-1")

    assert say("not_now")["answer"] == "not_now"
    assert stage.received("bus_listener") == []
    assert say("helpful")["answer"] == "helpful"


def test_an_answer_that_met_another_one_is_tried_again(stage, monkeypatch):
    table, save = wire().steps.customers, type(wire().steps.customers).save
    conflicts = iter([True, False])

    def save_late(self, customer_id, item):
        if next(conflicts, False):
            raise ConflictError("somebody was faster")
        return save(self, customer_id, item)

    monkeypatch.setattr(type(table), "save", save_late)

    assert say("shown", view="tab-1")["show"] is True


def test_an_answer_whose_event_was_lost_is_kept_and_passed_on_when_it_is_sent_again(stage, monkeypatch):
    events = wire().answers.events
    with monkeypatch.context() as patch:
        patch.setattr(events, "put_events", lambda **_: {"FailedEntryCount": 1})
        lost = post({"note_id": "cart-1#1", "answer": "helpful"})

    assert lost["statusCode"] == 503
    assert "same one again" in json.loads(lost["body"])["error"]
    assert say("helpful")["answer"] == "helpful"
    assert len(stage.received("bus_listener")) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("[]", 400),
        ("{}", 400),
        ("[" * 1000, 400),
        ('{"note_id": "cart-1#1"}', 400),
        ('{"note_id": 7, "answer": "helpful"}', 400),
        ('{"note_id": "cart-1#1", "answer": "buy"}', 400),
        ('{"note_id": "cart-1#1", "answer": "shown"}', 400),
        ('{"note_id": "another", "answer": "helpful"}', 404),
        (json.dumps({"note_id": "cart-1#1", "answer": "helpful", "filler": "x" * 3000}), 413),
    ],
)
def test_an_answer_that_makes_no_sense_says_what_would_and_changes_nothing(stage, body, status):
    before = everything(stage)

    answer = post(body)

    assert answer["statusCode"] == status
    assert len(json.loads(answer["body"])["error"]) > 30
    assert everything(stage) == before


def test_a_packed_body_is_read(stage):
    body = base64.b64encode(json.dumps({"note_id": "cart-1#1", "answer": "dismissed"}).encode()).decode()

    assert post(body, isBase64Encoded=True)["statusCode"] == 200
    assert post("%%%", isBase64Encoded=True)["statusCode"] == 400


@pytest.mark.parametrize("route", ["GET /onsite/notes", "POST /onsite/answers"])
@pytest.mark.parametrize(
    "header", [None, "", "Basic YWRh", "Bearer", "Bearer not.a.token", f"Bearer {token(key='x' * 40)}"]
)
def test_nobody_is_told_or_taken_seriously_without_a_token_of_the_site(stage, route, header):
    before = everything(stage)
    headers = {} if header is None else {"authorization": header}
    body = json.dumps({"note_id": "cart-1#1", "answer": "helpful"})

    answer = lambda_handler({"routeKey": route, "headers": headers, "body": body}, None)

    assert answer["statusCode"] == 401
    assert answer["headers"]["www-authenticate"] == "Bearer"
    assert "token" in json.loads(answer["body"])["error"].lower()
    assert everything(stage) == before


def test_one_customer_neither_sees_nor_answers_anothers_note(stage):
    assert told("bo")["notes"] == []
    assert post({"note_id": "cart-1#1", "answer": "helpful"}, "bo")["statusCode"] == 404


def test_a_device_sees_the_notes_of_the_one_customer_it_belongs_to_and_a_shared_one_nobodys(stage):
    device = Identifier(IdentifierType.ANONYMOUS, "7f3a")

    def belongs_to(user: str) -> None:
        claim = IdentityClaim(
            message_id=f"m-{user}",
            customer_id=user,
            time=NOON,
            identifiers=(Identifier(IdentifierType.USER, user), device),
        )
        wire_ingest().identities.claim(claim)

    assert told("anon:7f3a")["notes"] == []
    belongs_to("ada")
    wire().identities._remembered.clear()
    assert [note["id"] for note in told("anon:7f3a")["notes"]] == ["cart-1#1"]
    assert say("helpful", "anon:7f3a")["answer"] == "helpful"
    assert stage.received("bus_listener")[0]["detail"]["anonymousId"] == "7f3a"

    wire().steps.customers.save("ada", OnsiteNote(**{**vars(NOTE), "note_id": "cart-2#1", "journey_id": "cart-2"}))
    belongs_to("bo")
    wire().identities._remembered.clear()
    assert told("anon:7f3a")["notes"] == []


@pytest.mark.parametrize("handle", ["cleo", "anon:55ab"])
def test_a_visit_in_trouble_is_met_by_hints_that_are_written_down_once(stage, handle):
    in_trouble(handle)

    answer = told(handle)
    wire()._recorded.clear()
    told(handle)

    assert answer["friction"] in {Level.MEDIUM, Level.HIGH}
    assert {Hint.FORM_HELP, Hint.PAYMENT_HELP, Hint.FEWER_CHOICES} <= set(answer["hints"])
    assert [row for row in decisions(stage) if row[0] == "onsite"] == [("onsite", "hints", True)]


def test_who_opts_out_of_automated_decisions_is_told_nothing_from_then_on(stage):
    in_trouble("ada")
    opted_out = call("identify", "ada", NOON, traits={"automationOptOut": True})
    ingest({"Records": [{"messageId": "q", "body": envelope(opted_out)}]}, None)

    assert told() == {"notes": [], "friction": "calm", "hints": []}


@pytest.mark.parametrize("switch", [{"SENDING_ENABLED": "false"}, {"DRY_RUN": "true"}])
def test_a_stage_that_sends_nothing_shows_nothing(monkeypatch, switch):
    with a_stage(monkeypatch, **switch) as made:
        wire().steps.customers.load_or_create("ada")
        wire().steps.customers.save("ada", NOTE)
        in_trouble("ada")

        assert told() == {"notes": [], "friction": "calm", "hints": []}
        assert say("shown", view="opened-before")["show"] is False
        hints = [row for row in made.rows("decisions") if row["choice"]["S"] == "hints"]
        assert [row["dry_run"]["BOOL"] for row in hints] == ([True] if "DRY_RUN" in switch else [])


def test_a_note_from_before_there_were_blocks_is_told_as_words(stage):
    wire().steps.customers.save("bo", OnsiteNote(**{**vars(NOTE), "blocks": (), "locale": "he"}))

    (note,) = told("bo")["notes"]

    assert note["blocks"] == [{"kind": "paragraph", "items": [[{"text": NOTE.body, "url": ""}]]}]
    assert (note["direction"], note["words"]["close"]) == ("rtl", "Close")


def test_without_keys_the_site_is_asked_to_come_again(stage):
    boto3.client("secretsmanager").put_secret_value(SecretId="site-token-keys", SecretString="{}")
    wire.cache_clear()

    answer = look()

    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "30")
