"""The preferences page: what is saved holds at once, for whatever sleeps, and is written down as the person's own."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest

from attune.adapters.links import LinkClaim, LinkPurpose, Links
from attune.domain.cadence import caps_for
from attune.domain.customers import ChannelConsent
from attune.domain.errors import ConflictError
from attune.domain.gate import ContactRequest, Refusal, ask_gate
from attune.domain.personal_moments import PERSONAL
from attune.domain.signals import ProfileChange
from functions.record_feedback.handler import lambda_handler, wire
from tests.support.builders import NOON, consent, playbook
from tests.support.stage import Stage, a_stage

LINKS = Links("a key for tests")
TOKEN = LINKS.make(LinkPurpose.PREFERENCES, LinkClaim("ada", "cart-1", "email", "en", 1))
LONG_AGO = NOON - timedelta(days=365)


class Form(HTMLParser):
    """The fields of a page's form as a browser would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = str(given.get("name") or ""), str(given.get("value") or "")
        match tag:
            case "input" if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self.fields.append((name, value))
            case "select":
                self._select = name
            case "option" if "selected" in given:
                self.fields.append((self._select, value))
            case _:
                pass

    def changed(self, *without: tuple[str, str], **fields: str) -> str:
        kept = [(name, value) for name, value in self.fields if name not in fields and (name, value) not in without]
        return urlencode([*kept, *fields.items()])


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with a_stage(monkeypatch) as made:
        customers = wire().steps.customers
        ada = customers.load_or_create("ada")
        traits = {"email": "ada@example.com", "phone": "+447700900001", "locale": "en", "time_zone": "Europe/London"}
        told = ProfileChange(message_id="m", customer_id="ada", time=LONG_AGO, traits=traits)
        customers.save("ada", ada.profile.told(told))
        customers.save("ada", consent(email=True, sms=True))
        yield made


def ask(method: str, body: str = "", *, token: str = TOKEN, purpose: str = "preferences") -> dict[str, Any]:
    request = {"routeKey": f"{method} /{purpose}/{{token}}", "pathParameters": {"token": token}, "body": body}
    return lambda_handler(request, None)


def ada():
    known = wire().steps.customers.load("ada")
    assert known is not None
    return known


def shown() -> Form:
    return Form(ask("GET")["body"])


def gate(channel: str = "email", **changes: Any):
    """Ask the gate as the journey does when it wakes."""
    request = ContactRequest(
        **{
            "customer": ada(),
            "playbook": playbook(id="cart_abandonment"),
            "channel": channel,
            "now": NOON,
            "zone": None,
            "approved": True,
            "goal_reached": False,
            "expires_at": NOON + timedelta(days=9),
            "promotional": True,
            **changes,
        }
    )
    return ask_gate(request)


def refused_by(**changes: Any) -> str:
    verdict = gate(**changes)
    return verdict.rule if isinstance(verdict, Refusal) else ""


def test_saving_the_page_as_it_is_changes_nothing(stage):
    before = [*stage.rows("customers"), *stage.rows("decisions")]

    answer = ask("POST", shown().changed())

    assert answer["statusCode"] == 200
    assert [*stage.rows("customers"), *stage.rows("decisions")] == before


def test_who_wants_nothing_made_of_what_they_told_us_can_say_so(stage):
    assert ada().profile.wants(PERSONAL)

    answer = ask("POST", shown().changed(("topic", PERSONAL)))

    assert answer["statusCode"] == 200
    assert not ada().profile.wants(PERSONAL)


def test_a_page_from_before_a_topic_was_on_it_says_nothing_about_that_topic(stage):
    [told] = [value for name, value in shown().fields if name == "shown"]
    before = told.replace(f"topic={PERSONAL}", "").replace("&&", "&")

    ask("POST", shown().changed(("topic", PERSONAL), ("topic", "win_back"), shown=before))

    assert ada().profile.wants(PERSONAL)
    assert not ada().profile.wants("win_back")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"without": [("channel", "email")]}, "opted_out"),
        ({"cadence": "important"}, "cadence"),
        ({"without": [("topic", "cart_abandonment")]}, "topic_muted"),
        ({"automation": "no"}, "automation_opt_out"),
        ({"quiet_from": "10:00", "quiet_until": "18:00"}, "quiet_hours"),
    ],
)
def test_what_is_saved_is_what_the_gate_says_from_then_on(stage, change, rule):
    assert refused_by() not in ("opted_out", "cadence", "topic_muted", "automation_opt_out", "quiet_hours")
    without = change.pop("without", [])

    answer = ask("POST", shown().changed(*without, **change))

    assert answer["statusCode"] == 200
    assert "Saved" in answer["body"]
    assert refused_by() == rule
    [decision] = stage.rows("decisions")
    assert (decision["kind"]["S"], decision["choice"]["S"]) == ("preferences", "changed")
    assert decision["automated"]["BOOL"] is False
    assert decision["journey_id"]["S"] == "cart-1"


def test_fewer_messages_are_fewer_at_once(stage):
    usual = caps_for(ada(), playbook(), NOON)

    ask("POST", shown().changed(cadence="fewer"))

    assert len(caps_for(ada(), playbook(), NOON)) == len(usual) + 1


def test_what_was_taken_back_can_be_given_again(stage):
    ask("POST", shown().changed(("channel", "email")))
    ask("POST", shown().changed() + "&channel=email")

    assert ada().consent.allows("email")
    assert [row["choice"]["S"] for row in stage.rows("decisions")] == ["changed", "changed"]


def test_tracking_is_offered_to_nobody_and_can_be_taken_back_by_who_allowed_it(stage):
    assert ("channel", "email_tracking") not in shown().fields
    customers = wire().steps.customers
    consents = ada().consent
    word = ChannelConsent(granted=True, at=NOON, source="account page")
    customers.save("ada", replace(consents, channels={**consents.channels, "email_tracking": word}))
    assert "whether I open your emails" in ask("GET")["body"]

    ask("POST", shown().changed(("channel", "email_tracking")))

    assert not ada().consent.allows("email_tracking")
    assert ada().consent.allows("email")


def test_language_and_time_zone_are_the_customers_from_then_on(stage):
    answer = ask("POST", shown().changed(locale="de", time_zone="Asia/Tokyo"))

    assert (ada().profile.locale, ada().profile.time_zone) == ("de", "Asia/Tokyo")
    assert 'lang="de"' in answer["body"]
    assert "Gespeichert" in answer["body"]
    assert "Asia/Tokyo" not in str(stage.rows("decisions"))


def test_the_same_form_sent_twice_is_written_and_recorded_once(stage):
    form = shown().changed(cadence="fewer")
    for _ in range(2):
        assert ask("POST", form)["statusCode"] == 200

    assert len(stage.rows("decisions")) == 1


def test_a_page_that_was_open_for_long_does_not_bring_back_what_was_unsubscribed_meanwhile(stage):
    old = shown()
    unsubscribe = LINKS.make(LinkPurpose.UNSUBSCRIBE, LinkClaim("ada", "cart-1", "email", "en", 1))
    ask("POST", "List-Unsubscribe=One-Click", token=unsubscribe, purpose="unsubscribe")

    ask("POST", old.changed(cadence="fewer"))

    assert not ada().consent.allows("email")
    assert ada().profile.cadence == "fewer"


@pytest.mark.parametrize("body", ["quiet_from=22:00", "cadence=always", "time_zone=Mars/Olympus", "locale=tlh"])
def test_what_cannot_be_saved_says_so_and_changes_nothing(stage, body):
    before = stage.rows("customers")

    answer = ask("POST", body)

    assert answer["statusCode"] == 400
    assert 'role="alert"' in answer["body"]
    assert stage.rows("customers") == before


def test_what_could_not_be_written_is_not_claimed_to_be_saved(stage, monkeypatch):
    form = shown().changed(cadence="fewer")

    def conflicting(*_: Any) -> None:
        raise ConflictError("again")

    monkeypatch.setattr(type(wire().steps.customers), "save", conflicting)
    answer = ask("POST", form)

    assert answer["statusCode"] == 503
    assert "Saved" not in answer["body"]


def test_the_page_shows_neither_name_nor_address(stage):
    body = ask("GET")["body"]

    assert "ada" not in body.replace(TOKEN, "").split("<main>")[1].split("<footer>")[0].casefold()
    assert "+4477" not in body


def test_who_was_forgotten_gets_the_kind_page(stage):
    token = LINKS.make(LinkPurpose.PREFERENCES, LinkClaim("gone", "cart-1", "email", "en"))

    for method in ("GET", "POST"):
        assert ask(method, "cadence=fewer", token=token)["statusCode"] == 404
    assert stage.rows("decisions") == []
