"""`attune explain`: the reasons of a session's score, in a table, as JSON and as a page."""

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from attune_cli.cdk import ROOT
from attune_cli.main import app

STUCK = ROOT / "examples" / "sessions" / "stuck_at_checkout.json"


def explain(*words: object) -> Any:
    return CliRunner().invoke(app, ["explain", *map(str, words)])


def explained(*words: object) -> dict[str, Any]:
    result = explain(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def written(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "session.json"
    path.write_text(content, encoding="utf-8")
    return path


def track(event: str, **more: Any) -> dict[str, Any]:
    call = {"type": "track", "event": event, "userId": "ada", "messageId": f"m-{event}-{len(more)}"}
    return {**call, "timestamp": "2026-11-24T18:00:00Z", **more}


def test_the_table_gives_every_reason_in_words_and_what_it_adds():
    result = explain(STUCK)

    assert result.exit_code == 0
    assert "Friction 0.9" in result.output
    assert "high" in result.output
    assert "A form did not go through (2 failed attempts)." in " ".join(result.output.split())
    assert re.search(r"sum\s+\+\d\.\d{3}", result.output)


def test_the_contributions_add_up_to_the_score():
    told = explained(STUCK)
    total = math.fsum(term["contribution"] for term in told["terms"])

    assert abs(total - math.log(told["score"] / (1 - told["score"]))) < 1e-9
    assert {"baseline", "form_failures", "page_reloads"} <= {term["term"] for term in told["terms"]}
    assert told["signals"] == 12
    assert all(term["sentence"].endswith(".") for term in told["terms"])


def test_events_one_a_line_and_in_their_envelopes_are_read_the_same(tmp_path):
    calls = json.loads(STUCK.read_text(encoding="utf-8"))
    lines = written(tmp_path, "\n".join(map(json.dumps, calls)))
    enveloped = tmp_path / "enveloped.json"
    events = [{"id": call["messageId"], "source": "app.shop", "detail-type": "track", "detail": call} for call in calls]
    enveloped.write_text(json.dumps({"events": events}), encoding="utf-8")

    assert explained(lines) == explained(enveloped) == explained(STUCK)


def test_what_a_browser_told_is_not_taken_for_what_a_server_saw(tmp_path):
    calls = json.loads(STUCK.read_text(encoding="utf-8"))
    told = [{**call, "context": {**call.get("context", {}), "library": {"name": "analytics.js"}}} for call in calls]

    assert explained(written(tmp_path, json.dumps(told)))["level"] == "medium"


def test_the_page_draws_every_weighty_reason_and_fetches_nothing(tmp_path):
    page = tmp_path / "why.html"
    result = explain(STUCK, "--html", "--out", page)
    drawn = page.read_text(encoding="utf-8")

    assert result.exit_code == 0
    assert f"wrote {page}" in result.output.replace("\n", "")
    assert drawn.count("<rect") >= 5
    assert "A form did not go through (2 failed attempts)." in drawn
    assert not re.search(r"(src|href)=|<script|url\(|@import", drawn)


def test_without_a_place_the_page_lies_beside_the_session(tmp_path):
    session = written(tmp_path, STUCK.read_text(encoding="utf-8"))

    assert explain(session, "--html").exit_code == 0
    assert (tmp_path / "session.html").exists()


def test_what_customers_named_their_things_cannot_break_out_of_the_page(tmp_path):
    evil = '<script>alert(1)</script>"><img src=x>'
    session = written(tmp_path, json.dumps([track("Page Reloaded", context={"sessionId": evil})]))

    assert explain(session, "--html").exit_code == 0
    assert "<script>" not in (tmp_path / "session.html").read_text(encoding="utf-8")


def test_one_of_several_sessions_can_be_named(tmp_path):
    calls = [
        track("Form Failed", context={"sessionId": "monday"}),
        track("Product Viewed", context={"sessionId": "tuesday"}, timestamp="2026-11-25T18:00:00Z"),
    ]
    session = written(tmp_path, json.dumps(calls))

    assert explained(session)["session"] == "tuesday"
    assert "form_failures" in {term["term"] for term in explained(session, "--session", "monday")["terms"]}
    wrong = explain(session, "--session", "sunday")
    assert wrong.exit_code == 2
    assert "monday, tuesday" in wrong.output


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "no event in it"),
        ("[]", "no event in it"),
        ('{"type": "track"}\n{"type": ', "line 2: not JSON"),
        ('[\n  {"type": "track"},\n  {"type": track}\n]\n', "line 3: not JSON"),
        ('{\n  "events": [\n    {"a": 1,}\n  ]\n}\n', "line 3: not JSON"),
        ("[1, 2]", "are no JSON objects"),
        ('[{"type": "track", "event": "Product Viewed"}]', "event 1: `userId` is missing"),
        (
            '[{"type": "identify", "userId": "ada", "messageId": "m", "timestamp": "2026-11-24T18:00:00Z"}]',
            "no event in it",
        ),
    ],
)
def test_a_file_that_is_no_session_is_told_what_is_wrong_with_it(tmp_path, content, told):
    result = explain(written(tmp_path, content))

    assert result.exit_code == 2
    assert told in " ".join(result.output.split())


def test_a_file_that_is_not_there_is_named():
    result = explain("/nowhere/session.json")

    assert result.exit_code == 2
    assert "cannot read /nowhere/session.json" in result.output.replace("\n", "")
