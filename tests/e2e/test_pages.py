"""A customer's links in a real browser against the deployed stage, while their journeys sleep through days of seconds."""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from time import monotonic

import pytest
from playwright.sync_api import Page

from attune.adapters.clock import Clock
from attune.adapters.links import LinkClaim, LinkPurpose, Links
from attune.domain.cadence import is_softened
from attune.domain.customers import Customer
from attune.domain.holdout import in_holdout
from attune.domain.journeys import Journey, JourneyStatus
from tests.e2e.conftest import PATIENCE, Deployed, eventually
from tests.support.browser import chromium
from tests.support.events import identify, track

SPEED = 7_200
"""A day of theirs takes twelve seconds: the ten days of a journey outlast functions that are slow to start."""
STILL_AWAKE = 20
"""Real seconds within which the local AWS lets no function go that was just used."""
PLAYBOOK, HOLDOUT_PERCENT = "cart_abandonment", 5
TROUBLE = (
    "Product Added",
    "Page Reloaded",
    "Page Reloaded",
    "Page Reloaded",
    "Page Reloaded",
    "Rage Clicked",
    "Error Clicked",
)
"""A cart, and nothing that another playbook answers."""


@dataclass(frozen=True)
class Town:
    """The stage with its fast clock, and what its customers see of it."""

    deployed: Deployed
    clock: Clock
    links: Links

    def in_trouble(self, customer_id: str) -> None:
        """Let somebody who wants email fail at a checkout and leave."""
        then = self.clock.now() - timedelta(minutes=30)
        known = {"firstName": "Ada", "email": address(customer_id), "locale": "en", "timezone": "Europe/London"}
        events = [track(customer_id, name, then + timedelta(seconds=n), cart_id="c") for n, name in enumerate(TROUBLE)]
        self.deployed.publish(
            identify(customer_id, then - timedelta(days=1), **known),
            track(customer_id, "Consent Granted", then - timedelta(days=1), channels=["email"]),
            *events,
        )

    def page(self, name: str, token: str) -> str:
        """Return the address of a page."""
        return f"{self.deployed.outputs['PagesUrl'].rstrip('/')}/{name}/{token}"

    def customer(self, customer_id: str) -> Customer:
        found = self.deployed.customer(customer_id)
        assert found is not None
        return found

    def journey(self, customer_id: str, status: JourneyStatus) -> Journey | None:
        """Return the customer's journey once it has a status."""
        customer = self.deployed.customer(customer_id)
        journeys = customer.journeys.values() if customer else ()
        return next((one for one in journeys if one.playbook == PLAYBOOK and one.status is status), None)

    def emails(self, customer_id: str) -> list[str]:
        """Return what reached somebody by email, as text."""
        return self.deployed.emails_to(address(customer_id))


def address(customer_id: str) -> str:
    return f"{customer_id}@example.com"


def somebody(name: str) -> str:
    """Return an id that no experiment holds out."""
    named = (f"pages-{name}-{number}" for number in itertools.count())
    return next(one for one in named if not in_holdout(one, salt=PLAYBOOK, percent=HOLDOUT_PERCENT))


@pytest.fixture(scope="module")
def town(deployed: Deployed) -> Iterator[Town]:
    resources = deployed.client("cloudformation").describe_stack_resources(StackName="attune-local-state")
    named = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in resources["StackResources"]}
    secret = next(physical for logical, physical in named.items() if logical.startswith("LinkKey"))
    day = datetime.now(UTC).date() + timedelta(days=1)
    tuesday = day + timedelta(days=(1 - day.weekday()) % 7)
    clock = deployed.aws.set_clock(SPEED, datetime.combine(tuesday, time(9), UTC))
    yield Town(deployed, clock, Links.from_secret(deployed.client("secretsmanager"), secret))
    deployed.aws.set_clock(1, datetime.now(UTC))


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False).new_page()


def awake[T](page: Page, town: Town, look: Callable[[], T]) -> Callable[[], T]:
    """Return a look that opens a page now and then: a function that has to start first would sleep through days of theirs."""
    opened = float("-inf")

    def looks() -> T:
        nonlocal opened
        if monotonic() - opened > STILL_AWAKE:
            page.goto(town.page("unsubscribe", "nobody"))
            opened = monotonic()
        return look()

    return looks


def soon[T](look: Callable[[], T]) -> T:
    return eventually(look, seconds=2 * PATIENCE)


def test_unsubscribing_while_the_journey_sleeps_means_that_nothing_is_ever_sent(town: Town, page: Page) -> None:
    leaver = somebody("leaver")
    town.in_trouble(leaver)
    journey = soon(awake(page, town, lambda: town.journey(leaver, JourneyStatus.RUNNING)))
    assert journey is not None, town.deployed.decisions(leaver)
    token = town.links.make(LinkPurpose.UNSUBSCRIBE, LinkClaim(leaver, journey.journey_id, "email", "en", 1))

    page.goto(town.page("unsubscribe", token))
    assert town.customer(leaver).consent.allows("email"), "opening the page is no wish"
    page.click("button[name=confirmed]")

    assert "You are unsubscribed" in page.inner_text("main")
    assert town.customer(leaver).consent.refused("email"), "it holds before the page says so"
    ended = soon(lambda: town.journey(leaver, JourneyStatus.ENDED))
    assert ended is not None
    assert ended.ended_because == "opted_out"
    assert town.emails(leaver) == []


def test_a_message_that_did_not_help_is_said_to_be_so_on_its_page_and_fewer_follow(town: Town, page: Page) -> None:
    critic = somebody("critic")  # leaves now: their message comes when it comes, and the page is opened at once
    town.in_trouble(critic)
    emails = soon(awake(page, town, lambda: town.emails(critic)))
    assert len(emails) == 1, [(row["kind"], row["choice"], row["reasons"]) for row in town.deployed.decisions(critic)]
    [email] = emails
    link = re.search(r"http://\S+/feedback/\S+\?answer=no", email)
    assert link is not None, email[:2000]

    page.goto(link[0])
    assert town.customer(critic).profile.not_helpful_at is None, "opening the page is no answer"
    page.click("button[value=no]")

    assert "Thank you" in page.inner_text("main")
    told_at = soon(lambda: town.customer(critic).profile.not_helpful_at)
    assert told_at is not None
    assert is_softened(town.customer(critic).profile, told_at + timedelta(days=29))
    ended = soon(lambda: town.journey(critic, JourneyStatus.ENDED))
    assert ended is not None
    assert ended.ended_because == "not_helpful"
    assert len(town.emails(critic)) == 1
