"""The case schema: the file, the page and the model say the same, and the page's example is a case."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from attune.adapters.case_messages import CaseMessage, CaseMessageError, read_message
from attune_cli.commands import support
from attune_cli.main import app
from attune_cli.support import schema_file

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "cases.md").read_text(encoding="utf-8")


def example() -> dict:
    return json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0])


def test_the_schema_of_a_case_is_current() -> None:
    assert schema_file.is_current(), "run: attune support schema --write"


def test_every_field_of_a_case_is_explained_on_the_page_and_nothing_else() -> None:
    table = PAGE.partition("## What a case holds")[2].partition("There is no more")[0]

    assert re.findall(r"^\| `([a-z_]+)` \|", table, re.MULTILINE) == list(CaseMessage.model_fields)


def test_the_example_on_the_page_is_a_whole_case() -> None:
    case = example()

    assert set(case) == set(CaseMessage.model_fields)
    assert read_message(json.dumps(case)).case_id == case["case_id"]
    Draft202012Validator(json.loads(schema_file.SCHEMA_FILE.read_text())).validate(case)
    # Fields of later minor versions are missing in cases that lay on a queue before them.
    assert set(case) - {"assigned_to"} == set(json.loads(schema_file.SCHEMA_FILE.read_text())["required"])


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
    path = tmp_path / "cases" / "case.schema.json"
    monkeypatch.setattr(schema_file.is_current, "__defaults__", (path,))
    monkeypatch.setattr(schema_file.write, "__defaults__", (path,))
    monkeypatch.setattr(support, "SCHEMA_FILE", ROOT / "docs" / "cases" / "case.schema.json")

    def run(*options: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["support", "schema", *options])
        return result.exit_code, result.output

    assert run("--check")[0] == 1
    assert run("--write")[0] == 0
    assert run("--check")[0] == 0
    assert run()[0] == run("--check", "--write")[0] == 2
