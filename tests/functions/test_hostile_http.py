"""Hostile requests on every route: no 5xx of ours, nothing changed without a right, and nobody sees another."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from attune.adapters.links import LinkClaim, LinkPurpose, Links
from bench.hostile.requests import Attack, Attacker, Route, routes_of
from bench.hostile.run import MINE, THEIRS, assault, handle, stage_of_two
from infra.components.pages_api import INGEST_PATHS, PATHS, SITE_ROUTES
from tests.support.stage import Stage, a_stage

OPENAPI = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"
SEED = 20
COUNT = 300


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with a_stage(monkeypatch) as made:
        stage_of_two()
        yield made


def test_the_document_describes_exactly_the_routes_that_are_deployed() -> None:
    document = yaml.safe_load(OPENAPI.read_text(encoding="utf-8"))
    described = {(path, method.upper()) for path, methods in document["paths"].items() for method in methods}
    deployed = {(path, method) for path in PATHS for method in ("GET", "POST")}
    deployed |= {(path, "POST") for path in INGEST_PATHS}
    deployed |= {(path, method.value) for path, method in SITE_ROUTES.items()}

    assert described == deployed


def test_hundreds_of_hostile_requests_meet_no_fault_and_reach_nobody_elses_customer(stage: Stage) -> None:
    found = assault(Attacker(routes_of(OPENAPI), SEED), COUNT)

    assert found.faults == []
    assert found.sent == COUNT
    assert found.leaks == []
    assert found.undocumented == []
    assert {status // 100 for status in found.statuses} >= {2, 4}, (
        "the attacks reach past the door and are also stopped at it"
    )


def test_the_same_seed_attacks_in_the_same_way_and_another_in_another() -> None:
    routes = routes_of(OPENAPI)

    def attacks(seed: int) -> list[Attack]:
        attacker = Attacker(routes, seed, tokens={"unsubscribe": "t"})
        return [attacker.next() for _ in range(40)]

    assert attacks(1) == attacks(1)
    assert attacks(1) != attacks(2)


def test_a_fault_would_be_found(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The measure itself: a handler that raises, and one that tells of somebody else."""
    attacker = Attacker([Route("GET", "/onsite/notes", frozenset({200, 401, 503}))], SEED)
    monkeypatch.setattr("bench.hostile.run.handle", lambda _request: {"statusCode": 200, "headers": {}, "body": THEIRS})
    assert len(assault(attacker, 3).leaks) == 3

    def breaking(_request: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr("bench.hostile.run.handle", breaking)
    assert len(assault(attacker, 3).faults) == 3


@pytest.mark.parametrize("purpose", LinkPurpose)
def test_who_tries_links_learns_nothing_about_who_exists(stage: Stage, purpose: LinkPurpose) -> None:
    """Enumeration: a link that somebody forged answers in the same words for a customer who is there and one who is not."""
    forger = Links("another key than the stage's")
    answers = []
    for customer in (MINE, THEIRS, "nobody-of-this-name"):
        token = forger.make(purpose, LinkClaim(customer, "cart-1", "email", "en"))
        answer = handle(request(purpose, token))
        answers.append((answer["statusCode"], answer["body"].replace(token, "")))

    assert len(set(answers)) == 1
    assert answers[0][0] in {200, 400, 403, 404, 410}


def request(purpose: str, token: str) -> dict[str, Any]:
    """Return a look at a page."""
    return {
        "routeKey": f"GET /{purpose}/{{token}}",
        "rawPath": f"/{purpose}/{token}",
        "requestContext": {"http": {"method": "GET", "path": f"/{purpose}/{token}"}},
        "pathParameters": {"token": token},
        "headers": {},
    }


def test_a_body_that_says_it_is_packed_and_is_not_is_the_senders_mistake(stage: Stage) -> None:
    for body in ("%%%", "=", base64.b64encode(b"\xff\xfe\x00").decode(), "a" * 5):
        for route in ("POST /events", "POST /onsite/answers", "POST /preferences/{token}"):
            asked = {**request("preferences", "x"), "routeKey": route, "body": body, "isBase64Encoded": True}
            answer = handle(asked)
            assert answer["statusCode"] < 500, (route, body, answer)
            assert json.dumps(answer)
