"""The pages in Chromium: nothing for axe to complain of, nothing wider than a phone, and forms that work without script."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from attune.adapters.journey_steps import JourneySteps
from attune.adapters.links import LinkClaim, LinkPurpose, Links
from attune.domain.decisions import Decision, DecisionKind, Reason
from attune.domain.signals import ProfileChange
from functions.record_feedback.handler import wire
from tests.support.browser import Answer, Asked, chromium, web_server
from tests.support.builders import consent
from tests.support.pages_arabic import ARABIC
from tests.support.stage import a_stage

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"phone": (390, 844), "desktop": (1100, 800)}
LINKS = Links("a key for tests")
LOCALES = ("en", "de", "es", "ja", "ar")
PAGES = [*LinkPurpose, "thanks", "asked", "invalid", "unsubscribed"]
"""Every page, the one that changes what the others show at the end."""
PICTURES = os.environ.get("PAGE_PICTURES", "")
"""A folder to put pictures of every page into; without it none are taken."""


@dataclass(frozen=True)
class Site:
    """The pages on a port of this machine."""

    url: str

    def link(self, purpose: str, locale: str) -> str:
        token = LINKS.make(LinkPurpose(purpose), LinkClaim(f"ada-{locale}", "cart-1", "email", locale, 1))
        return f"{self.url}/{purpose}/{token}"

    def open(self, page: Page, name: str, locale: str) -> None:
        """Open a page as somebody gets to it."""
        match name:
            case "unsubscribed":
                page.goto(self.link("unsubscribe", locale))
                page.click("button[name=confirmed]")
            case "thanks":
                page.goto(self.link("feedback", locale))
                page.fill("textarea", "Danke")
                page.click("button[value=no]")
            case "asked":
                page.goto(self.link("my_data", locale))
                page.click("button[value=export]")
            case "invalid":
                page.goto(f"{self.url}/why/forged")
            case _:
                page.goto(self.link(name, locale))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as monkeypatch, a_stage(monkeypatch):
        answers = wire()
        answers = replace(answers, pages=replace(answers.pages, strings={**answers.pages.strings, "ar": ARABIC}))
        for locale in LOCALES:
            meet(answers.steps, locale)

        def answer(asked: Asked) -> Answer:
            purpose, _, token = asked.path.strip("/").partition("/")
            request = {
                "routeKey": f"{asked.method} /{purpose}/{{token}}",
                "pathParameters": {"token": token},
                "body": asked.body,
                "headers": dict(asked.headers),
            }
            made = answers.answer(request)
            return Answer(made["statusCode"], made["headers"], made["body"])

        with web_server(answer) as server:
            yield Site(server.origin)


def meet(steps: JourneySteps, locale: str) -> None:
    """Write down somebody with this language, who got a message."""
    somebody, now = steps.customers.load_or_create(f"ada-{locale}"), steps.clock.now()
    traits = {"email": "ada@example.com", "phone": "+447700900001", "time_zone": "Europe/London"}
    told = ProfileChange(message_id="m", customer_id=somebody.customer_id, time=now - timedelta(days=99), traits=traits)
    steps.customers.save(somebody.customer_id, somebody.profile.told(told))
    steps.customers.save(somebody.customer_id, consent(email=True, sms=True))
    reasons = tuple(Reason(code, "") for code in ("friction", "form_failures", "page_reloads"))
    for kind, choice in ((DecisionKind.MOMENT, "started"), (DecisionKind.CONTACT, "sent")):
        steps.decisions.record(
            Decision(
                decision_id=f"d-{locale}-{kind}",
                time=now,
                kind=kind,
                subject_key=somebody.profile.subject_key,
                choice=choice,
                reasons=reasons,
                journey_id="cart-1",
                playbook="cart_abandonment",
                inputs={"channel": "email"},
            )
        )


@pytest.mark.parametrize("locale", LOCALES)
def test_axe_finds_nothing_on_any_page_and_all_of_them_fit_a_phone_and_a_desk(browser, site, locale):
    for size, (width, height) in SIZES.items():
        # The pages' own policy lets no script in, axe neither: only this test goes around it.
        viewport = {"width": width, "height": height}
        context = browser.new_context(viewport=viewport, bypass_csp=True, locale=locale)
        page = context.new_page()
        try:
            for name in PAGES:
                site.open(page, name, locale)
                page.evaluate(AXE.read_text())
                found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
                assert found["testEngine"]["name"] == "axe-core"
                assert [(name, one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
                seen = page.evaluate(
                    "({wide: document.documentElement.scrollWidth, lang: document.documentElement.lang,"
                    " dir: document.documentElement.dir})"
                )
                assert seen["wide"] <= width, name
                assert (seen["lang"], seen["dir"]) == (locale, "rtl" if locale == "ar" else "ltr"), name
                if PICTURES:
                    page.screenshot(path=f"{PICTURES}/page-{name}-{size}-{locale}.png", full_page=True)
        finally:
            context.close()


def test_everything_works_with_script_switched_off(browser, site):
    meet(wire().steps, "en-GB")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    try:
        site.open(page, "preferences", "en-GB")
        page.check("input[value=fewer]")
        page.uncheck("input[name=channel][value=sms]")
        page.click("button[type=submit]")
        assert "Saved" in page.inner_text("[role=status]")
        page.click("nav a >> text=Preferences")
        assert page.is_checked("input[value=fewer]")
        page.click("nav a >> text=Why did I get this?")
        assert "A form did not go through." in page.inner_text("main")
    finally:
        context.close()
    ada = wire().steps.customers.load("ada-en-GB")
    assert (ada.profile.cadence, ada.consent.allows("sms"), ada.consent.allows("email")) == ("fewer", False, True)
