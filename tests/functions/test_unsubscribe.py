"""Two hundred clicks on one link at the same time are one unsubscribe, and every one of them is answered."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from attune.adapters.links import LinkClaim, LinkPurpose, Links
from functions.record_feedback.handler import lambda_handler, wire
from tests.support.builders import consent
from tests.support.stage import Stage, a_stage

CLICKS = 200


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with a_stage(monkeypatch) as made:
        customers = wire().steps.customers
        customers.load_or_create("ada")
        customers.save("ada", consent(email=True, sms=True))
        yield made


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
