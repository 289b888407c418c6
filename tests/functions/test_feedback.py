"""Helpful or not, with one line of text: what follows is fewer messages, or a person."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from attune.adapters.decision_history import DecisionHistory
from attune.adapters.links import LinkClaim, LinkPurpose
from attune.domain.cadence import is_softened
from functions.record_feedback.answering import Answers
from functions.record_feedback.publishing import Publishing
from tests.functions.test_whole_journeys import abandons_in_trouble, known
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Bus:
    """Hands what pages publish to the world, as EventBridge does."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.published: list[dict[str, Any]] = []

    def put_events(self, *, Entries: list[dict[str, str]]) -> dict[str, int]:  # noqa: N803 - as the client has it
        for entry in Entries:
            call = json.loads(entry["Detail"])
            self.published.append(call)
            self.world.publish(call)
        return {"FailedEntryCount": 0}


class Visit:
    """Somebody with the links of their message."""

    def __init__(self, world: World) -> None:
        self.world, self.bus = world, Bus(world)
        history = DecisionHistory(world.dynamodb, "decisions", world.clock)
        self.answers = Answers(
            world.steps,
            world.links,
            world.library.pages,
            Publishing(self.bus, "bus"),  # type: ignore[arg-type]
            history,
            "Acme",
            "https://shop.example",
        )

    def open(self, method: str, purpose: LinkPurpose, body: str = "") -> str:
        ada = self.world.customers.load("ada")
        assert ada is not None
        journey_id = next(iter(ada.journeys))
        token = self.world.links.make(purpose, LinkClaim("ada", journey_id, "email", "en", 1))
        request = {"routeKey": f"{method} /{purpose}/{{token}}", "pathParameters": {"token": token}, "body": body}
        answer = self.answers.answer(request)
        assert answer["statusCode"] == 200
        return str(answer["body"])


@pytest.fixture
def visit() -> Iterator[Visit]:
    """Somebody in trouble who has got a message."""
    with mock_aws():
        world = World(TUESDAY_NOON)
        known(world, consents=("email",))
        abandons_in_trouble(world)
        while not world.emails and world.now < TUESDAY_NOON + timedelta(days=5):
            world.run(timedelta(hours=6))
        assert world.emails
        yield Visit(world)


def test_not_helpful_ends_the_journey_and_fewer_messages_follow(visit):
    visit.open("POST", LinkPurpose.FEEDBACK, "helpful=no")
    sent = len(visit.world.emails)
    visit.world.run(timedelta(days=12))

    ada = visit.world.customers.load("ada")
    assert is_softened(ada.profile, ada.profile.not_helpful_at + timedelta(days=29))
    assert not is_softened(ada.profile, ada.profile.not_helpful_at + timedelta(days=30))
    assert len(visit.world.emails) == sent
    assert "not_helpful" in visit.world.choices("ada", "outcome")


def test_helpful_softens_nothing(visit):
    visit.open("POST", LinkPurpose.FEEDBACK, "helpful=yes")

    assert visit.world.customers.load("ada").profile.not_helpful_at is None
    assert visit.world.choices("ada", "outcome") == ["helpful"]


def test_a_line_written_in_distress_becomes_a_case_and_is_in_no_decision(visit):
    words = "I cannot cope any more, I do not want to live"

    page = visit.open("POST", LinkPurpose.FEEDBACK, f"helpful=no&comment={words.replace(' ', '+')}")
    visit.world.run(timedelta(minutes=5))

    assert "people who help our customers" in page
    assert visit.world.customers.load("ada").has_open_case
    rows = boto3.client("dynamodb", region_name="us-east-1").scan(TableName="decisions")["Items"]
    assert "cope any more" not in str(rows)


def test_a_line_that_asks_to_stop_takes_the_channel_back(visit):
    visit.open("POST", LinkPurpose.FEEDBACK, "helpful=no&comment=please+unsubscribe+me")

    assert not visit.world.customers.load("ada").consent.allows("email")


def test_the_same_line_twice_is_one_reply(visit):
    for _ in range(2):
        visit.open("POST", LinkPurpose.FEEDBACK, "helpful=yes&comment=thanks")

    assert len({call["messageId"] for call in visit.bus.published}) == 2


@pytest.mark.parametrize(("asked", "event"), [("export", "Export Requested"), ("deletion", "Deletion Requested")])
def test_who_asks_for_their_data_gets_a_person_once_a_day(visit, asked, event):
    for _ in range(2):
        page = visit.open("POST", LinkPurpose.MY_DATA, f"request={asked}")
    visit.world.run(timedelta(minutes=5))

    assert "30 days" in page
    assert event in [call["event"] for call in visit.bus.published]
    assert len({call["messageId"] for call in visit.bus.published}) == 1
    [case] = visit.world.customers.load("ada").cases.values()
    assert (case.about, case.triggers) == ("my_data", (f"data_{asked}",))


def test_why_did_i_get_this_tells_the_journey_of_the_link_and_no_internals(visit):
    page = re.sub(r"<style>.*?</style>|href=\"[^\"]*\"", "", visit.open("GET", LinkPurpose.WHY), flags=re.DOTALL)

    assert "This was about: A cart you left behind." in page
    assert "A form did not go through." in page
    assert re.search(r"A message by email, on 2\d November 2026\.", page)
    assert "never used" in page
    assert "https" not in page.replace("https://shop.example/help", "")
    assert not re.search(r"0\.\d\d|probability|arm|policy|friction", page)


def test_unsubscribing_can_be_undone_from_the_page_and_not_by_an_old_link(visit):
    assert 'name="undo"' in visit.open("POST", LinkPurpose.UNSUBSCRIBE, "List-Unsubscribe=One-Click")
    assert not visit.world.customers.load("ada").consent.allows("email")

    assert "taken back" in visit.open("POST", LinkPurpose.UNSUBSCRIBE, "undo=yes")
    assert visit.world.customers.load("ada").consent.allows("email")

    visit.open("POST", LinkPurpose.UNSUBSCRIBE, "confirmed=yes")
    visit.world.run(timedelta(days=2))
    visit.open("POST", LinkPurpose.UNSUBSCRIBE, "undo=yes")
    assert not visit.world.customers.load("ada").consent.allows("email")


def test_fewer_instead_gives_the_channel_back_with_fewer_messages(visit):
    visit.open("POST", LinkPurpose.UNSUBSCRIBE, "confirmed=yes")

    assert "hear less" in visit.open("POST", LinkPurpose.UNSUBSCRIBE, "fewer=yes")
    ada = visit.world.customers.load("ada")
    assert ada.consent.allows("email")
    assert ada.profile.cadence == "fewer"


def test_everything_stops_every_channel_and_every_step_is_written_down_as_the_persons_own(visit):
    visit.open("POST", LinkPurpose.UNSUBSCRIBE, "everything=yes")

    consent = visit.world.customers.load("ada").consent
    assert all(consent.refused(channel) for channel in ("email", "sms", "onsite"))
    sent = len(visit.world.emails)
    visit.world.run(timedelta(days=12))
    assert len(visit.world.emails) == sent
