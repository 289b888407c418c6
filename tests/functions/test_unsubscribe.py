"""Two hundred clicks on one link at the same time are one unsubscribe, and every one of them is answered."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.links import LinkClaim, LinkPurpose, Links
from functions.record_feedback.handler import lambda_handler, wire
from tests.support.builders import consent
from tests.support.crashing import KilledError
from tests.support.replying import refuse
from tests.support.stage import Stage, a_stage

CLICKS = 200


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with a_stage(monkeypatch) as made:
        customers = wire().steps.customers
        customers.load_or_create("ada")
        customers.save("ada", consent(email=True, sms=True))
        yield made


def click_once(channel: str = "email", **form: str) -> int:
    token = Links("a key for tests").make(LinkPurpose.UNSUBSCRIBE, LinkClaim("ada", "cart-1", channel, "en", 1))
    request = {"routeKey": "POST /unsubscribe/{token}", "pathParameters": {"token": token}}
    return int(
        lambda_handler({**request, "body": urlencode(form or {"List-Unsubscribe": "One-Click"})}, None)["statusCode"]
    )


@pytest.mark.parametrize("form", [{}, {"everything": "yes"}])
def test_an_opt_out_whose_record_a_crash_left_out_is_recorded_when_it_is_sent_again_and_only_once(
    stage, monkeypatch, form
):
    with monkeypatch.context() as patch:
        patch.setattr(DecisionsTable, "record", refuse)
        with pytest.raises(KilledError):
            click_once(**form)
    assert wire().steps.customers.load("ada").consent.refused("email")
    assert stage.rows("decisions") == []

    assert [click_once(**form) for _ in range(3)] == [200] * 3

    [row] = stage.rows("decisions")
    channels = "email" if not form else "email,sms,onsite"
    assert (row["choice"]["S"], json.loads(row["inputs"]["S"])["channels"]) == ("withdrawn", channels)


def test_two_hundred_at_once_leave_one_state_and_are_all_answered(stage):
    token = Links("a key for tests").make(LinkPurpose.UNSUBSCRIBE, LinkClaim("ada", "cart-1", "email", "en", 1))
    start = threading.Barrier(CLICKS)

    def click(_: int) -> int:
        start.wait()
        request = {"routeKey": "POST /unsubscribe/{token}", "pathParameters": {"token": token}}
        return int(lambda_handler({**request, "body": "List-Unsubscribe=One-Click"}, None)["statusCode"])

    with ThreadPoolExecutor(CLICKS) as clicks:
        answered = list(clicks.map(click, range(CLICKS)))

    ada = wire().steps.customers.load("ada")
    assert ada is not None
    assert answered == [200] * CLICKS
    assert (ada.consent.allows("email"), ada.consent.allows("sms")) == (False, True)
    assert ada.consent.version == 2
    assert [row["choice"]["S"] for row in stage.rows("decisions")] == ["withdrawn"]
