"""`attune events`: the files made from the models are current, and no change may break what senders were promised."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from attune.events.families import every_event
from attune_cli.commands import events
from attune_cli.contracts import files
from attune_cli.contracts.draft4 import schema_of
from attune_cli.contracts.evolution import broken_promises, has_new_fields
from attune_cli.main import app

EVENTS = {event.contract.title: event for event in every_event()}


def attune(*words: str) -> Any:
    return CliRunner().invoke(app, ["events", *words])


def changed(title: str, **fields: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a schema and a copy in which fields of the event are described anew; None takes one away."""
    old = schema_of(EVENTS[title])
    new = json.loads(json.dumps(old))
    own = new["definitions"][EVENTS[title].__name__]["properties"]
    for name, described in fields.items():
        own.pop(name, None)
        if described is not None:
            own[name] = described
    return old, new


def test_the_schemas_and_the_catalogue_are_current() -> None:
    assert files.outdated() == [], "run: attune events schema --write"


def test_check_says_how_many_files_are_current() -> None:
    result = attune("schema", "--check")

    assert result.exit_code == 0, result.output
    assert f"{len(EVENTS) + 1} files" in result.output


def test_check_names_what_is_changed_missing_or_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write(tmp_path)
    (tmp_path / "README.md").write_text("something else")
    (tmp_path / "schemas" / "page.json").unlink()
    (tmp_path / "schemas" / "track.teleported.json").write_text("{}")

    assert files.outdated(tmp_path) == ["README.md", "schemas/page.json", "schemas/track.teleported.json"]

    monkeypatch.setattr(events, "outdated", lambda: files.outdated(tmp_path))
    result = attune("schema", "--check")
    assert result.exit_code == 1
    assert "schemas/page.json" in result.output
    assert "attune events schema --write" in result.output


def test_writing_makes_current_and_a_second_time_writes_nothing(tmp_path: Path) -> None:
    first = files.write(tmp_path)

    assert len(first) == len(EVENTS) + 1
    assert files.outdated(tmp_path) == []
    assert files.write(tmp_path) == []


@pytest.mark.parametrize("options", [(), ("--check", "--write")])
def test_schema_wants_to_know_what_to_do(options: tuple[str, ...]) -> None:
    assert attune("schema", *options).exit_code == 2


def test_writing_refuses_to_take_a_field_away_from_senders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write(tmp_path)
    path = tmp_path / "schemas" / "track.form_failed.json"
    promised = json.loads(path.read_text())
    promised["definitions"]["FormFailed"]["properties"]["colour"] = {"type": ["string", "null"]}
    path.write_text(json.dumps(promised))
    monkeypatch.setattr(events, "objections", lambda: files.objections(tmp_path))

    result = attune("schema", "--write")

    assert result.exit_code == 1
    assert "Form Failed: the call's properties no longer has colour" in result.output
    assert "new name" in result.output


def test_a_new_field_wants_a_new_minor_version(tmp_path: Path) -> None:
    files.write(tmp_path)
    path = tmp_path / "schemas" / "track.form_failed.json"
    published = json.loads(path.read_text())
    del published["definitions"]["FormFailed"]["properties"]["field"]
    path.write_text(json.dumps(published))

    assert files.objections(tmp_path) == ["Form Failed: it has new fields, raise its version above 1.1"]

    published["x-version"] = "0.9"
    path.write_text(json.dumps(published))
    assert files.objections(tmp_path) == []


def test_adding_a_field_breaks_no_promise() -> None:
    old, new = changed("Form Failed", colour={"type": ["string", "null"]})

    assert broken_promises(old, new) == []
    assert has_new_fields(old, new)


def test_other_words_for_the_same_break_no_promise() -> None:
    old, new = changed("Form Failed", field={"type": ["null", "string"], "description": "where"})

    assert broken_promises(old, new) == []
    assert not has_new_fields(old, new)


@pytest.mark.parametrize(
    ("title", "fields", "said"),
    [
        ("Form Failed", {"field": None}, "the call's properties no longer has field"),
        (
            "Form Failed",
            {"field": {"type": ["integer", "null"]}},
            "the call's properties's field may no longer be string",
        ),
        ("Form Failed", {"field": {"type": "string"}}, "the call's properties's field may no longer be null"),
        (
            "Cart Viewed",
            {"value": {"type": ["integer", "null"]}},
            "the call's properties's value may no longer be number",
        ),
        (
            "Message Replied",
            {"channel": {"enum": ["email", "sms"], "type": ["string", "null"]}},
            "the call's properties's channel may no longer have every value it could have",
        ),
        (
            "Form Failed",
            {"field": {"enum": ["postcode"], "type": ["string", "null"]}},
            "the call's properties's field may no longer have every value it could have",
        ),
        (
            "Cart Viewed",
            {"products": {"type": ["array", "null"], "items": {"type": "object", "required": ["sku"]}}},
            "each of the call's properties's products now needs sku",
        ),
    ],
)
def test_what_would_break_senders_is_named(title: str, fields: dict[str, Any], said: str) -> None:
    assert said in broken_promises(*changed(title, **fields))


def test_a_field_that_becomes_necessary_breaks_senders() -> None:
    old, new = changed("Form Failed")
    new["definitions"]["FormFailed"]["required"] = ["form_id"]

    assert broken_promises(old, new) == ["the call's properties now needs form_id"]


@pytest.mark.parametrize("name", ["Product Added", "product_added", "productAdded", "PRODUCT ADDED"])
def test_show_tells_about_an_event_however_it_is_written(name: str) -> None:
    result = attune("show", name)

    assert result.exit_code == 0, result.output
    assert "Somebody put a product into the cart." in result.output
    assert "cart_abandonment" in result.output


def test_show_prints_the_schema_for_machines() -> None:
    result = attune("show", "identify", "--json")

    assert json.loads(result.output) == schema_of(EVENTS["identify"])


def test_show_suggests_what_was_probably_meant() -> None:
    result = attune("show", "Produkt Added")

    assert result.exit_code == 2
    assert "attune events show 'Product Added'" in result.output
