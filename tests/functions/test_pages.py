"""The pages behind a message's links: looking changes nothing, one click is enough, and a broken link is met kindly."""

import base64
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from attune.adapters.links import LinkClaim, LinkPurpose, Links
from attune.adapters.senders import read_event
from attune.domain.errors import ConflictError
from attune.domain.signals import Feedback
from functions.record_feedback.handler import lambda_handler, wire
from tests.support.builders import consent, hours
from tests.support.stage import Stage, a_stage

LINKS = Links("a key for tests")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with a_stage(monkeypatch) as made:
        customers = wire().steps.customers
        customers.load_or_create("ada")
        customers.save("ada", consent(email=True, sms=True))
        yield made


def token(purpose: LinkPurpose, *, channel: str = "email", locale: str = "en", customer_id: str = "ada") -> str:
    return LINKS.make(purpose, LinkClaim(customer_id, "cart-1", channel, locale))


def ask(method: str, purpose: str, a_token: str, body: str = "", **more: Any) -> dict[str, Any]:
    """Send a request as API Gateway hands it over (payload format 2.0)."""
    request = {"routeKey": f"{method} /{purpose}/{{token}}", "pathParameters": {"token": a_token}, **more}
    return lambda_handler({**request, "body": body} if body else request, None)


def everything(stage: Stage) -> list[Any]:
    return [*stage.rows("customers"), *stage.rows("decisions")]


def allowed(channel: str) -> bool:
    ada = wire().steps.customers.load("ada")
    assert ada is not None
    return ada.consent.allows(channel)


@pytest.mark.parametrize("purpose", LinkPurpose)
@pytest.mark.parametrize("query", [None, {"answer": "yes"}, {"answer": "no"}, {"helpful": "yes"}])
def test_looking_at_a_page_changes_nothing(stage, purpose, query):
    before = everything(stage)

    answer = ask("GET", purpose, token(purpose), queryStringParameters=query)

    assert answer["statusCode"] == 200
    assert everything(stage) == before
    assert stage.received("bus_listener") == []


def test_one_click_unsubscribes_before_it_answers(stage):
    """As Gmail and Yahoo post it (RFC 8058): no login, no confirmation, no redirect."""
    answer = ask("POST", "unsubscribe", token(LinkPurpose.UNSUBSCRIBE), "List-Unsubscribe=One-Click")

    assert answer["statusCode"] == 200
    assert "location" not in answer["headers"]
    assert not allowed("email")
    assert allowed("sms")
    [decision] = stage.rows("decisions")
    assert (decision["kind"]["S"], decision["choice"]["S"]) == ("consent", "withdrawn")
    assert decision["reason_code"]["S"] == "unsubscribe_link"
    assert decision["automated"]["BOOL"] is False


def test_a_body_in_base64_is_the_same_body(stage):
    body = base64.b64encode(b"List-Unsubscribe=One-Click").decode()

    ask("POST", "unsubscribe", token(LinkPurpose.UNSUBSCRIBE), body, isBase64Encoded=True)

    assert not allowed("email")


@pytest.mark.parametrize(
    ("body", "encoded"),
    [
        (
            b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
            True,
        ),
        (b"", False),
        (b"\xff\x00" * 30_000, True),
        (b"no base64 at all", False),
        (b"a=1&" * 5_000, False),
    ],
)
def test_one_click_is_understood_as_a_form_of_parts_and_as_anything_else_that_is_posted(stage, body, encoded):
    """RFC 8058 asks clients for multipart/form-data; whatever else comes, the POST alone says what is wanted."""
    written = base64.b64encode(body).decode() if encoded else body.decode()

    answer = ask(
        "POST",
        "unsubscribe",
        token(LinkPurpose.UNSUBSCRIBE),
        written,
        isBase64Encoded=bool(written) and (encoded or " " in written),
        headers={"content-type": "multipart/form-data; boundary=b"},
    )

    assert answer["statusCode"] == 200
    assert not allowed("email")


def test_unsubscribing_takes_back_the_channel_the_link_came_by(stage):
    ask("POST", "unsubscribe", token(LinkPurpose.UNSUBSCRIBE, channel="sms"))

    assert (allowed("sms"), allowed("email")) == (False, True)


def test_unsubscribing_twice_is_answered_twice_and_recorded_once(stage):
    for _ in range(2):
        assert ask("POST", "unsubscribe", token(LinkPurpose.UNSUBSCRIBE))["statusCode"] == 200

    assert len(stage.rows("decisions")) == 1


def test_an_unsubscribe_that_could_not_be_written_does_not_claim_to_have_been(stage, monkeypatch):
    def conflicting(*_: Any) -> None:
        raise ConflictError("again")

    monkeypatch.setattr(type(wire().steps.customers), "save", conflicting)

    answer = ask("POST", "unsubscribe", token(LinkPurpose.UNSUBSCRIBE))

    assert answer["statusCode"] == 503
    assert allowed("email")


def test_somebody_who_was_forgotten_is_unsubscribed_in_any_case(stage):
    answer = ask("POST", "unsubscribe", token(LinkPurpose.UNSUBSCRIBE, customer_id="gone"))

    assert answer["statusCode"] == 200
    assert stage.rows("decisions") == []


@pytest.mark.parametrize(("said", "helpful"), [("yes", True), ("no", False)])
def test_feedback_goes_on_the_bus_in_a_shape_that_ingest_understands(stage, said, helpful):
    answer = ask("POST", "feedback", token(LinkPurpose.FEEDBACK), f"helpful={said}")

    assert answer["statusCode"] == 200
    [event] = stage.received("bus_listener")
    assert (event["source"], event["detail-type"]) == ("attune.pages", "track")
    [fact] = read_event(json.dumps(event), NOON + hours(1))
    assert fact == Feedback(
        message_id=f"feedback#cart-1#{said}",
        customer_id="ada",
        session_id="main",
        time=fact.time,
        helpful=helpful,
        journey_id="cart-1",
    )
    assert abs(fact.time - NOON) < hours(1)


def test_the_same_answer_given_twice_has_one_message_id(stage):
    for _ in range(2):
        ask("POST", "feedback", token(LinkPurpose.FEEDBACK), "helpful=yes")

    assert {event["detail"]["messageId"] for event in stage.received("bus_listener")} == {"feedback#cart-1#yes"}


@pytest.mark.parametrize("body", ["", "helpful=perhaps", "other=1", "helpful=", "%%%"])
def test_feedback_that_says_nothing_is_asked_for_again(stage, body):
    assert ask("POST", "feedback", token(LinkPurpose.FEEDBACK), body)["statusCode"] == 400
    assert stage.received("bus_listener") == []


@pytest.mark.parametrize("purpose", [*LinkPurpose, "admin"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_broken_link_gets_the_kind_page_and_changes_nothing(stage, purpose, method):
    before = everything(stage)
    good = token(LinkPurpose.UNSUBSCRIBE)
    broken = [good[:-5] + "AAAAA", good[5:], "", "x", token(LinkPurpose.UNSUBSCRIBE) + "x"]

    for one in broken:
        answer = ask(method, purpose, one, "helpful=yes")
        assert answer["statusCode"] == 404
        assert "text/html" in answer["headers"]["content-type"]
        assert "https://shop.example/help" in answer["body"]
    assert everything(stage) == before


@pytest.mark.parametrize(
    ("told", "language"),
    [("de-CH,fr;q=0.8", "de"), ("xx, ja;q=0.5", "ja"), ("*", "en"), ("<b>", "en"), ("", "en"), ("x" * 9999, "en")],
)
def test_a_broken_link_is_met_in_the_language_that_the_browser_names(stage, told, language):
    assert f'lang="{language}"' in ask("GET", "why", "forged", headers={"accept-language": told})["body"]


def test_a_link_for_something_else_opens_nothing(stage):
    assert ask("POST", "unsubscribe", token(LinkPurpose.FEEDBACK))["statusCode"] == 404
    assert allowed("email")


def test_a_page_speaks_the_language_of_the_message(stage):
    english = ask("GET", "unsubscribe", token(LinkPurpose.UNSUBSCRIBE))["body"]
    german = ask("GET", "unsubscribe", token(LinkPurpose.UNSUBSCRIBE, locale="de"))["body"]
    unknown = ask("GET", "unsubscribe", token(LinkPurpose.UNSUBSCRIBE, locale="xx"))["body"]

    assert 'lang="de"' in german
    assert 'lang="en"' in english
    assert re.sub(r"\.\./\w+/[\w.-]+", "", unknown) == re.sub(r"\.\./\w+/[\w.-]+", "", english)


@pytest.mark.parametrize("purpose", [LinkPurpose.UNSUBSCRIBE, LinkPurpose.FEEDBACK])
def test_a_page_is_cached_framed_and_scripted_by_nobody(stage, purpose):
    headers = ask("GET", purpose, token(purpose))["headers"]

    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"


def test_what_stands_behind_the_question_mark_is_never_echoed_as_markup(stage):
    for value in ("<script>alert(1)</script>", '"><img src=x>', "yes' onload='x"):
        body = ask("GET", "feedback", token(LinkPurpose.FEEDBACK), queryStringParameters={"answer": value})["body"]
        assert value not in body


VISITORS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "WhatsApp/2.23.20.0",
    "facebookexternalhit/1.1",
    "Mozilla/5.0 (compatible; MSOffice 12; SafeLinks prefetch)",
    "BarracudaCentral/1.0 link scanner",
    "TelegramBot (like TwitterBot)",
)


def test_a_storm_of_looks_by_people_scanners_and_previews_changes_not_a_byte(stage):
    before, links = everything(stage), {purpose: token(purpose) for purpose in LinkPurpose}
    answers = [
        ask(method, purpose, link, requestContext={"http": {"method": method, "userAgent": agent}})
        for purpose, link in links.items()
        for _ in range(25)
        for agent in VISITORS
        for method in ("GET", "HEAD")
    ]

    assert len(answers) == len(links) * 400
    assert {answer["statusCode"] for answer in answers} == {200}
    assert {bool(answer["body"]) for answer in answers[1::2]} == {False}, "HEAD has headers only"
    assert {answer["headers"]["content-type"] for answer in answers} == {"text/html; charset=utf-8"}
    assert everything(stage) == before
    assert stage.received("bus_listener") == []


def test_any_other_method_is_told_which_ones_there_are_and_changes_nothing(stage):
    before = everything(stage)

    for purpose in LinkPurpose:
        for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"):
            http = {"http": {"method": method}}
            answer = ask("ANY", purpose, token(purpose), "helpful=yes", requestContext=http)
            expected = "GET, HEAD" if purpose is LinkPurpose.WHY else "GET, HEAD, POST"
            assert (answer["statusCode"], answer["headers"]["allow"]) == (405, expected)
    assert everything(stage) == before
    assert stage.received("bus_listener") == []


def test_the_method_is_the_requests_own_where_the_route_takes_any(stage):
    click = {"requestContext": {"http": {"method": "POST"}}}

    assert ask("ANY", "unsubscribe", token(LinkPurpose.UNSUBSCRIBE), "confirmed=yes", **click)["statusCode"] == 200
    assert not allowed("email")
