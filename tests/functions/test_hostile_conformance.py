"""Requests that schemathesis makes of our own document: every answer is as it says, and nobody gets in without a right."""

from collections.abc import Iterator

import pytest

from bench.hostile import conformance
from bench.hostile.run import stage_of_two
from tests.support.stage import Stage, a_stage

COUNT = 140
OPERATIONS = 14


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with a_stage(monkeypatch) as made:
        stage_of_two()
        yield made


def test_what_the_document_allows_and_what_it_does_not_is_answered_as_it_says(stage: Stage) -> None:
    found = conformance.put_to_the_test(COUNT, chance=20)

    assert found.faults == []
    assert found.undocumented == []
    assert found.leaks == []
    assert found.sent > COUNT / 2, "an operation without anything to choose is asked less often"
    assert len(found.by_route) == OPERATIONS
    assert {status // 100 for status in found.statuses} == {2, 4}, "requests reach past the door and are stopped at it"


@pytest.mark.parametrize(
    ("answer", "list_of"),
    [
        ({"statusCode": 500, "headers": {"content-type": "application/json"}, "body": "{}"}, "faults"),
        ({"statusCode": 418, "headers": {"content-type": "application/json"}, "body": "{}"}, "undocumented"),
        (
            {"statusCode": 400, "headers": {"content-type": "application/json"}, "body": '{"no": "error"}'},
            "undocumented",
        ),
        ({"statusCode": 200, "headers": {"content-type": "image/png"}, "body": "{}"}, "undocumented"),
        ({"statusCode": 404, "headers": {"content-type": "text/html"}, "body": "of theirs-7c1"}, "leaks"),
        ({"statusCode": 200, "headers": {"content-type": "text/html"}, "body": "welcome"}, "leaks"),
    ],
)
def test_what_would_be_wrong_is_found(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, answer: dict[str, object], list_of: str
) -> None:
    monkeypatch.setattr(conformance, "handle", lambda _request: answer)

    found = conformance.put_to_the_test(6, chance=20, path="/onsite/notes")

    assert getattr(found, list_of) != []
