"""Events put on the bus of the deployed system, at the speed of real life."""

import itertools
import json
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from attune.adapters.links import LinkClaim, LinkPurpose, Links
from attune.domain.folding import TAIL_LIMIT
from tests.e2e.conftest import PATIENCE, Deployed, eventually
from tests.support import otto
from tests.support.events import identify, track


def now() -> datetime:
    return datetime.now(UTC)


def test_a_reply_that_asks_for_help_is_a_case_within_seconds_and_only_one_however_often_it_is_delivered(
    deployed: Deployed,
) -> None:
    reply = track("help-me", "Message Replied", now(), text="I need help with the form", channel="email")
    deployed.publish(identify("help-me", now(), firstName="Rosa", email="rosa@example.com", locale="en"))
    assert eventually(lambda: deployed.knows("help-me"), seconds=PATIENCE)
    for _ in range(3):
        deployed.publish(reply)

    cases = eventually(lambda: deployed.pull("SupportQueueUrl"), seconds=PATIENCE)
    more = deployed.pull("SupportQueueUrl")

    assert [case["wrote"] for case in cases + more] == ["I need help with the form"]
    assert cases[0]["display_name"] == "Rosa"
    assert [row["choice"] for row in deployed.decisions("help-me") if row["kind"] == "escalation"] == ["opened"]


def test_events_that_do_not_fit_are_kept_with_the_reason_and_good_ones_beside_them_go_through(
    deployed: Deployed,
) -> None:
    good = track("beside-bad", "Product Added", now())
    bad = {
        "missing_id": {"type": "track", "event": "Product Added", "messageId": "x1"},
        "id_too_long": {**good, "userId": "u" * 10_000, "messageId": "x2"},
        "time_in_future": {**good, "timestamp": (now() + timedelta(days=2)).isoformat(), "messageId": "x3"},
        "unknown_type": {**good, "type": "teleport", "messageId": "x4"},
        "too_large": {**good, "messageId": "x5", "properties": {"filler": "x" * 300_000}},
    }

    deployed.publish(*list(bad.values())[:2], good, *list(bad.values())[2:])
    quarantined: list[dict[str, Any]] = []

    def all_there() -> bool:
        quarantined.extend(deployed.pull("QuarantineQueueUrl"))
        return len(quarantined) >= len(bad)

    eventually(all_there, seconds=PATIENCE)
    assert sorted(kept["reason"] for kept in quarantined) == sorted(bad)
    for kept in quarantined:
        assert kept["sender"] == "app.tests"
        assert json.loads(kept["original"])["detail"]["messageId"] == bad[kept["reason"]]["messageId"]
        assert len(kept["message"]) > 30
    assert eventually(lambda: deployed.customer("beside-bad"), seconds=PATIENCE) is not None


def test_the_same_event_three_times_counts_once(deployed: Deployed) -> None:
    event = track("thrice", "Form Failed", now())
    for _ in range(3):
        deployed.publish(event)
    deployed.publish(track("thrice", "Page Reloaded", now()))

    def two_entries() -> bool:
        customer = deployed.customer("thrice")
        return customer is not None and "main" in customer.sessions and len(customer.sessions["main"].tail) >= 2

    eventually(two_entries, seconds=PATIENCE)
    customer = deployed.customer("thrice")
    assert customer is not None
    assert sorted(entry.kind.name for entry in customer.sessions["main"].tail) == ["FORM_FAILED", "RELOADED"]


def ask(deployed: Deployed, path: str, *, form: dict[str, str] | None = None) -> tuple[int, str]:
    """Ask the pages API; its local host name resolves nowhere, so it goes into the Host header."""
    pages = urllib.parse.urlsplit(deployed.outputs["PagesUrl"])
    data = urllib.parse.urlencode(form).encode() if form is not None else None
    request = urllib.request.Request(f"{deployed.aws.endpoint}{path}", data=data, headers={"Host": pages.netloc})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - always the local endpoint
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture
def links(deployed: Deployed) -> Links:
    resources = deployed.client("cloudformation").describe_stack_resources(StackName="attune-local-state")[
        "StackResources"
    ]
    secret = next(r["PhysicalResourceId"] for r in resources if r["LogicalResourceId"].startswith("LinkKey"))
    return Links.from_secret(deployed.client("secretsmanager"), secret)


def test_one_click_unsubscribes_before_it_answers_and_a_look_changes_nothing(deployed: Deployed, links: Links) -> None:
    deployed.publish(
        identify("leaver", now(), email="leaver@example.com"),
        track("leaver", "Consent Granted", now(), channels=["email", "sms"]),
    )
    eventually(lambda: (c := deployed.customer("leaver")) and c.consent.allows("email"), seconds=PATIENCE)
    token = links.make(LinkPurpose.UNSUBSCRIBE, LinkClaim("leaver", "journey-1", "email", "de"))

    status, page = ask(deployed, f"/unsubscribe/{token}")
    before = deployed.customer("leaver")
    posted, _ = ask(deployed, f"/unsubscribe/{token}", form={"List-Unsubscribe": "One-Click"})
    after = deployed.customer("leaver")

    assert (status, posted) == (200, 200)
    assert 'lang="de"' in page
    assert before is not None
    assert before.consent.allows("email")
    assert after is not None
    assert not after.consent.allows("email")
    assert after.consent.allows("sms")


def test_not_helpful_comes_back_as_an_event(deployed: Deployed, links: Links) -> None:
    deployed.publish(identify("critic", now(), email="critic@example.com"))
    eventually(lambda: deployed.customer("critic"), seconds=PATIENCE)
    token = links.make(LinkPurpose.FEEDBACK, LinkClaim("critic", "journey-2", "email", "en"))

    status, _ = ask(deployed, f"/feedback/{token}", form={"helpful": "no"})

    def unhelpful() -> bool:
        customer = deployed.customer("critic")
        kinds = (
            [entry.kind.name for session in customer.sessions.values() for entry in session.tail] if customer else []
        )
        return "FOUND_UNHELPFUL" in kinds

    assert status == 200
    assert eventually(unhelpful, seconds=PATIENCE)


def test_a_forged_link_gets_a_kind_page_and_changes_nothing(deployed: Deployed) -> None:
    forged = Links("not the key").make(LinkPurpose.UNSUBSCRIBE, LinkClaim("leaver", "j", "sms", "en"))

    status, page = ask(deployed, f"/unsubscribe/{forged}", form={})

    assert status == 404
    assert "<h1>" in page


def is_of_a_cart(row: dict[str, Any]) -> bool:
    return row["kind"] == "moment" and row["playbook"] == "cart_abandonment"


def taken_in_as_far_as(deployed: Deployed, call: dict[str, Any]) -> None:
    """Wait for an event, so that no slow start of a function puts more of a session out of order than it remembers."""

    def is_there() -> bool:
        customer = deployed.customer(call["userId"])
        latest = customer.current_session(()) if customer else None
        return latest is not None and bool(latest[1].last_seen == datetime.fromisoformat(call["timestamp"]))

    assert eventually(is_there, seconds=PATIENCE)


@pytest.mark.skipif(not otto.SAMPLE.exists(), reason=f"the real sessions are not here: {otto.SAMPLE}")
def test_twenty_real_sessions_have_the_moments_that_their_file_says(deployed: Deployed) -> None:
    sessions = otto.sessions()
    expected = {otto.customer(session): otto.moments(session) for session in sessions}
    for session in sessions:
        for piece in itertools.batched(otto.calls(session), TAIL_LIMIT // 2, strict=False):
            deployed.publish(*piece)
            taken_in_as_far_as(deployed, piece[-1])

    def found() -> dict[str, int]:
        return {customer: sum(map(is_of_a_cart, deployed.decisions(customer))) for customer in expected}

    eventually(lambda: found() == expected, seconds=240)
    assert found() == expected
