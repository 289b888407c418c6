"""The case schema: the file, the page and the model say the same, and the page's example is a case."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from attune.adapters.case_messages import CaseMessage, read_message
from attune.adapters.go_ahead_messages import GoAheadMessage, is_go_ahead, read_go_ahead
from attune.adapters.support_messages import CaseMessageError
from attune_cli.main import app
from attune_cli.support import schema_file

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "cases.md").read_text(encoding="utf-8")


SCHEMA, GO_AHEAD_SCHEMA = (
    json.loads((schema_file.FOLDER / name).read_text(encoding="utf-8")) for name in schema_file.schema_texts()
)


def example() -> dict:
    return json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0])


def test_the_schema_of_a_case_is_current() -> None:
    assert schema_file.stale() == [], "run: attune support schema --write"


def test_every_field_of_a_case_is_explained_on_the_page_and_nothing_else() -> None:
    table = PAGE.partition("## What a case holds")[2].partition("There is no more")[0]

    assert re.findall(r"^\| `([a-z_]+)` \|", table, re.MULTILINE) == list(CaseMessage.model_fields)


def test_the_example_on_the_page_is_a_whole_case() -> None:
    case = example()

    assert set(case) == set(CaseMessage.model_fields)
    assert read_message(json.dumps(case)).case_id == case["case_id"]
    Draft202012Validator(SCHEMA).validate(case)
    # Fields of later minor versions are missing in cases that lay on a queue before them.
    assert set(case) - {"assigned_to", "dry_run"} == set(SCHEMA["required"])


def test_what_a_newer_minor_version_adds_is_let_through_and_a_new_major_version_is_refused() -> None:
    newer = {**example(), "schema_version": "1.9", "mood_of_the_week": "fine"}

    assert read_message(json.dumps(newer)).schema_version == "1.9"
    with pytest.raises(CaseMessageError, match="schema_version"):
        read_message(json.dumps({**newer, "schema_version": "2.0"}))


@pytest.mark.parametrize("body", ["", "{}", "[]", "nonsense", '{"case_id": 7}'])
def test_what_is_no_case_is_refused_with_what_is_wrong(body: str) -> None:
    with pytest.raises(CaseMessageError, match="no case of schema 1"):
        read_message(body)


def test_the_schema_command_checks_and_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for function in (schema_file.stale, schema_file.write):
        monkeypatch.setattr(function, "__defaults__", (tmp_path / "cases",))

    def run(*options: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["support", "schema", *options])
        return result.exit_code, result.output

    assert run("--check")[0] == 1
    assert run("--write")[0] == 0
    assert run("--check")[0] == 0
    assert run()[0] == run("--check", "--write")[0] == 2


def example_request() -> dict:
    return json.loads(re.findall(r"```json\n(.*?)```", PAGE.partition("## Go-aheads")[2], re.DOTALL)[0])


def test_every_field_of_a_request_is_explained_on_the_page_and_its_example_is_whole() -> None:
    table = PAGE.partition("## Go-aheads")[2].partition("| Field |")[2]

    assert re.findall(r"^\| `([a-z_]+)` \|", table, re.MULTILINE) == list(GoAheadMessage.model_fields)
    assert set(example_request()) == set(GoAheadMessage.model_fields)
    assert read_go_ahead(json.dumps(example_request())).touch == 1


def test_a_case_and_a_request_are_told_apart_by_either_schema() -> None:
    cases, requests = Draft202012Validator(SCHEMA), Draft202012Validator(GO_AHEAD_SCHEMA)

    assert [cases.is_valid(example()), requests.is_valid(example())] == [True, False]
    assert [cases.is_valid(example_request()), requests.is_valid(example_request())] == [False, True]
    assert [is_go_ahead(json.dumps(message)) for message in (example(), example_request())] == [False, True]
    with pytest.raises(CaseMessageError, match="no request of schema 1"):
        read_go_ahead(json.dumps({**example_request(), "schema_version": "2.0"}))
