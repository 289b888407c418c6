"""The script in a browser and the real function behind it: what a visitor sees, across tabs and devices."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import jwt
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from attune.domain.blocks import Block, BlockKind, Part
from attune.domain.onsite import OnsiteNote
from attune.domain.signals import SignalKind
from functions.ingest_events.handler import lambda_handler as ingest
from functions.serve_onsite.handler import lambda_handler, wire
from tests.support.browser import Answer, Asked, chromium, web_server, with_cors
from tests.support.builders import hours, minutes
from tests.support.events import envelope, track
from tests.support.onsite_page import Endpoint, Shop, Visit, settings, visit
from tests.support.stage import SITE_KEY, Stage, a_stage

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
NOTE = OnsiteNote(
    note_id="cart-1#1",
    journey_id="cart-1",
    headline="",
    body="Can we help?",
    blocks=(
        Block(BlockKind.PARAGRAPH, ((Part("Can we help? <b>Really</b>"),),)),
        Block(BlockKind.BUTTON, ((Part("Ask a person", "https://shop.example/help"),),)),
    ),
    locale="de",
    created_at=NOON - hours(1),
    expires_at=NOON + hours(24),
)


class Gateway:
    """An HTTP API in front of the function, as far as the script can tell."""

    def __init__(self) -> None:
        self.origins: tuple[str, ...] = ()

    def __call__(self, asked: Asked) -> Answer:
        if asked.method == "OPTIONS":
            return with_cors(Answer(), asked, self.origins)
        request = {"routeKey": f"{asked.method} {asked.path}", "headers": asked.headers, "body": asked.body}
        answer = lambda_handler(request, None)
        return with_cors(Answer(answer["statusCode"], answer["headers"], answer["body"]), asked, self.origins)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with a_stage(monkeypatch) as made:
        yield made


@pytest.fixture
def site(stage: Stage) -> Iterator[str]:
    """Return the shop's address; who looks is Ada."""
    now = int(time.time())
    token = jwt.encode({"sub": "ada", "aud": "attune-onsite", "iat": now, "exp": now + 900}, SITE_KEY)
    gateway = Gateway()
    with ExitStack() as stack:
        api = stack.enter_context(web_server(gateway))
        shop = stack.enter_context(web_server(Shop(f"{api.origin}/onsite", token)))
        gateway.origins = (shop.origin,)
        yield shop.origin


def look(context: BrowserContext, site: str) -> Visit:
    return visit(context, site, Endpoint())


def a_note_waits() -> None:
    wire().steps.customers.load_or_create("ada")
    wire().steps.customers.save("ada", NOTE)


def tell(*events: dict) -> None:
    ingest({"Records": [{"messageId": f"q{n}", "body": envelope(event)} for n, event in enumerate(events)]}, None)


def test_a_note_is_shown_on_one_device_answered_there_and_gone_everywhere(browser, stage, site):
    a_note_waits()
    with browser.new_context(**settings()) as laptop, browser.new_context(**settings(has_touch=True)) as phone:
        first = look(laptop, site)
        expect(first.dialog).to_contain_text("Can we help? <b>Really</b>")
        expect(first.dialog).to_have_accessible_name("Nachricht von Acme")
        second = look(phone, site)
        second.page.wait_for_timeout(500)
        expect(second.dialog).to_have_count(0)

        with first.page.expect_response("**/onsite/answers"):
            first.dialog.get_by_role("button", name="Ja").click()
        first.page.reload()
        first.page.wait_for_timeout(500)

        expect(first.dialog).to_have_count(0)
        assert (first.errors, second.errors) == ([], [])
    (event,) = stage.received("bus_listener")
    ingest({"Records": [{"messageId": "q", "body": json.dumps(event)}]}, None)
    ada = wire().steps.customers.load("ada")
    assert ada is not None
    assert ada.latest(SignalKind.FOUND_HELPFUL, ()) is not None
    assert [row["choice"]["S"] for row in stage.rows("decisions") if row["kind"]["S"] == "onsite"] == [
        "shown",
        "helpful",
    ]


def test_two_tabs_that_open_at_once_show_a_note_once(browser, stage, site):
    a_note_waits()
    with browser.new_context(**settings()) as context:
        pages = [context.new_page() for _ in range(4)]
        for page in pages:
            page.goto(site, wait_until="commit")

        def dialogs() -> int:
            return sum(page.get_by_role("dialog").count() for page in pages)

        for _ in range(240):  # until it is there, on the slowest machine; and then a while for another
            if dialogs():
                break
            pages[0].wait_for_timeout(250)
        pages[0].wait_for_timeout(1500)

        assert dialogs() == 1


def test_a_page_makes_itself_easier_for_a_visit_in_trouble(browser, stage, site):
    names = ["Form Failed", "Form Failed", "Payment Failed", "Payment Failed", "Page Reloaded"]
    tell(*(track("ada", name, NOON - minutes(5 - n)) for n, name in enumerate(names)))

    with browser.new_context(**settings()) as context:
        page = look(context, site).page
        expect(page.get_by_role("link", name="Shall we call you?")).to_be_visible()
        hints = page.locator("html").get_attribute("data-attune-hints")
        assert hints == "succinct_help fewer_choices call_back_offer form_help payment_help"
        expect(page.locator(".extras")).to_be_hidden()
        expect(page.get_by_role("dialog")).to_have_count(0)
