"""A shop's page in a real browser against the deployed stage: notes, answers and hints, by way of its HTTP API."""

import json
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from playwright.sync_api import expect

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.domain.blocks import Block, BlockKind, Part
from attune.domain.clock import ClockScale
from attune.domain.onsite import OnsiteNote
from attune.domain.signals import SignalKind
from infra.config import load_stage
from tests.e2e.conftest import PATIENCE, Deployed, eventually
from tests.support.browser import SLOWEST, chromium, web_server
from tests.support.events import identify, track
from tests.support.onsite_page import Endpoint, Shop, Visit, settings, visit

A_MOMENT, LOOKS = 250, 480
TROUBLE = ("Form Failed", "Form Failed", "Payment Failed", "Payment Failed", "Page Reloaded")


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def stage(deployed: Deployed) -> Deployed:
    """The stage, with the CORS of its template: the local AWS keeps it under names of CloudFormation and ignores it."""
    api_id = urllib.parse.urlsplit(deployed.outputs["OnsiteUrl"]).netloc.partition(".")[0]
    cors = {
        "AllowOrigins": list(load_stage("local").onsite_origins),
        "AllowMethods": ["GET", "POST"],
        "AllowHeaders": ["authorization", "content-type"],
    }
    deployed.client("apigatewayv2").update_api(ApiId=api_id, CorsConfiguration=cors)
    return deployed


def token(stage: Deployed, handle: str) -> str:
    keys = json.loads(
        stage.client("secretsmanager").get_secret_value(SecretId=stage.outputs["SiteTokenKeysSecret"])["SecretString"]
    )
    issued = int(time.time())
    return jwt.encode({"sub": handle, "aud": "attune-onsite", "iat": issued, "exp": issued + 600}, keys["current"])


@contextmanager
def browsing(stage: Deployed, token: str, shop: str = "shop.example") -> Iterator[Callable[[], Visit]]:
    """Let a browser reach the shop under its name, and open its page as often as asked, on a device each time."""
    with ExitStack() as stack:
        site = stack.enter_context(web_server(Shop(stage.outputs["OnsiteUrl"], token)))
        rule = f"MAP {shop} 127.0.0.1:{site.server_port}"
        browser = stack.enter_context(chromium(f"--host-resolver-rules={rule}"))

        def look() -> Visit:
            return visit(browser.new_context(**settings()), f"http://{shop}", Endpoint())

        yield look


def in_trouble(stage: Deployed, **who: str) -> None:
    then = now() - timedelta(seconds=30)
    events = [track("x", name, then + timedelta(seconds=n)) for n, name in enumerate(TROUBLE)]
    for event in events:
        del event["userId"]
    stage.publish(*({**event, **who} for event in events))


def leave_note(stage: Deployed, customer_id: str) -> None:
    """Leave a note as send_message does, without the days that a journey waits."""
    table = CustomersTable(stage.client("dynamodb"), stage.outputs["CustomersTable"], Clock(ClockScale()))
    note = OnsiteNote(
        note_id=f"{customer_id}#1",
        journey_id=f"{customer_id}-journey",
        headline="",
        body="Would a hand with your order help?",
        blocks=(
            Block(BlockKind.PARAGRAPH, ((Part("Would a hand with your order help?"),),)),
            Block(BlockKind.BUTTON, ((Part("Ask a person", "https://shop.example/help"),),)),
        ),
        locale="en",
        created_at=now(),
        expires_at=now() + timedelta(days=1),
    )
    table.save(customer_id, note)


def onsite_decisions(stage: Deployed, customer_id: str) -> list[str]:
    return [row["choice"] for row in stage.decisions(customer_id) if row["kind"] == "onsite"]


def test_a_note_is_shown_once_answered_by_keyboard_and_the_answer_reaches_the_customer(stage: Deployed) -> None:
    stage.publish(identify("onsite-ada", now(), firstName="Ada"))
    assert eventually(lambda: stage.customer("onsite-ada"), seconds=PATIENCE)
    leave_note(stage, "onsite-ada")

    with browsing(stage, token(stage, "onsite-ada")) as look:
        first = look()
        expect(first.dialog).to_contain_text("Would a hand with your order help?", timeout=SLOWEST)
        for _ in range(3):
            first.page.keyboard.press("Tab")
        with first.page.expect_response("**/onsite/answers"):
            first.page.keyboard.press("Enter")
        expect(first.dialog).to_have_count(0)
        second = look()
        second.page.wait_for_timeout(3000)
        expect(second.dialog).to_have_count(0)
        assert (first.errors, second.errors) == ([], [])

    def found_helpful() -> bool:
        ada = stage.customer("onsite-ada")
        return ada is not None and ada.latest(SignalKind.FOUND_HELPFUL, ()) is not None

    assert eventually(found_helpful, seconds=PATIENCE)
    assert onsite_decisions(stage, "onsite-ada") == ["shown", "helpful"]


def test_a_page_makes_itself_easier_for_somebody_nobody_knows(stage: Deployed) -> None:
    in_trouble(stage, anonymousId="onsite-7f3a")

    def seen() -> bool:
        visitor = stage.customer("anon:onsite-7f3a")
        return visitor is not None and sum(len(session.tail) for session in visitor.sessions.values()) == len(TROUBLE)

    assert eventually(seen, seconds=PATIENCE)
    with browsing(stage, token(stage, "anon:onsite-7f3a")) as look:
        visited = look()
        expect(visited.page.locator(".extras")).to_be_hidden(timeout=SLOWEST)
        expect(visited.page.locator(".help")).to_be_visible()
        expect(visited.dialog).to_have_count(0)
    assert onsite_decisions(stage, "anon:onsite-7f3a") == ["hints"]


def test_a_page_of_another_site_or_without_a_good_token_learns_nothing(stage: Deployed) -> None:
    stage.publish(identify("onsite-bo", now()))
    assert eventually(lambda: stage.customer("onsite-bo"), seconds=PATIENCE)
    leave_note(stage, "onsite-bo")

    good = token(stage, "onsite-bo")
    for who, shop, trouble in ((good, "another.example", "CORS"), ("not-a-token", "shop.example", "401")):
        with browsing(stage, who, shop) as look:
            visited = look()
            for _ in range(LOOKS):  # until the browser says so, however slow it is
                if any(trouble in error for error in visited.errors):
                    break
                visited.page.wait_for_timeout(A_MOMENT)
            assert any(trouble in error for error in visited.errors), visited.errors
            expect(visited.dialog).to_have_count(0)
