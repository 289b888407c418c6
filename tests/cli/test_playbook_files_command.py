"""`attune playbooks check`, `archive` and `schema`, and `attune map`: what people do with the files."""

import json
import shutil
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from attune_cli.main import app
from attune_cli.playbooks import schema_file

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
SHIPPED = sorted((TEMPLATES / "playbooks").rglob("*.yaml"))
ID = "cart_abandonment"


@pytest.fixture
def templates(tmp_path):
    """Return a copy of the shipped templates in which one may change things."""
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    return tmp_path / "templates"


def run(*words: str, templates: Path | None = None, code: int = 0) -> str:
    more = ("--templates", str(templates)) if templates else ()
    result = CliRunner().invoke(app, [*words, *more])
    assert result.exit_code == code, result.output
    return result.output


def change(templates: Path, *pairs: tuple[str, str], name: str = ID) -> list[str]:
    path = templates / "playbooks" / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return text.splitlines()


def line_of(lines: list[str], part: str) -> int:
    return next(number for number, line in enumerate(lines, start=1) if part in line)


def test_nothing_is_wrong_with_what_ships():
    assert "nothing wrong with them" in run("playbooks", "check")


def test_everything_that_is_wrong_is_found_at_once_with_its_line(templates):
    lines = change(
        templates,
        ("messages: [cart_help_offer]", "messages: [cart_help_ofer]"),
        ("reply_price_question", "reply_prize_question"),
        ("fallback_locale: en", "fallback_locale: it"),
        ("  per_day: 1\n", "  per_day: 1\n  per_day: 2\n"),
    )
    other = change(templates, ("quiet_period", "quite_period"), name="form_failure")

    told = run("playbooks", "check", templates=templates, code=1)

    cart, form = (templates / "playbooks" / f"{name}.yaml" for name in (ID, "form_failure"))
    for found in (
        f"{cart}:{line_of(lines, 'cart_help_ofer')}: touches.0.messages.0: there is no text 'cart_help_ofer' in",
        "did you mean 'cart_help_offer'?",
        f"{cart}:{line_of(lines, 'reply_prize')}: escalation.suggested_replies.2: there is no agent text",
        f"{cart}:{line_of(lines, 'per_day: 2')}: limits.per_day: stands twice here",
        "no text of cart_help_ways for email in it; attune approve, or leave email out",
        f"{form}:{line_of(other, 'quite_period')}: trigger.quite_period: there is no such field; did you mean",
    ):
        assert found in told


def test_a_text_that_nobody_approved_in_the_fallback_language_is_found(templates):
    path = templates / "messages" / "cart_help_ways" / "email.en.liquid"
    path.write_text(path.read_text(encoding="utf-8") + "\nOne more line.\n", encoding="utf-8")
    lines = (templates / "playbooks" / f"{ID}.yaml").read_text(encoding="utf-8").splitlines()

    told = run("playbooks", "check", templates=templates, code=1)

    ways = line_of(lines, "cart_help_ways") + 1
    assert f"{ID}.yaml:{ways}: touches.1.channels.0: no approved text of cart_help_ways for email in en" in told


def test_a_playbook_without_a_map_is_found(templates):
    text = (templates / "playbooks" / f"{ID}.yaml").read_text(encoding="utf-8")
    moment = next(line for line in text.splitlines() if line.startswith("moment:"))
    change(templates, (f"{moment}\n", ""))

    assert "moment: the journey map lacks it" in run("playbooks", "check", templates=templates, code=1)


def test_a_version_is_put_away_before_the_file_is_changed(templates):
    path = templates / "playbooks" / f"{ID}.yaml"
    before = path.read_text(encoding="utf-8")

    run("playbooks", "archive", ID, "1.1.0", templates=templates)

    assert (templates / "playbooks" / ID / "1.0.0.yaml").read_text(encoding="utf-8") == before.replace(
        "../", "../../", 1
    )
    assert path.read_text(encoding="utf-8") == before.replace("version: 1.0.0", "version: 1.1.0")
    assert f"attune playbooks record {ID}" in run("playbooks", "check", templates=templates, code=1)
    assert f"recorded {ID} 1.1.0" in run("playbooks", "record", ID, templates=templates)
    assert "nothing wrong with them" in run("playbooks", "check", templates=templates)


def test_an_earlier_version_that_is_not_earlier_is_found(templates):
    run("playbooks", "archive", ID, "1.1.0", templates=templates)
    change(templates, ("version: 1.1.0", "version: 1.0.0"))

    told = run("playbooks", "check", templates=templates, code=1)
    assert f"{ID}/1.0.0.yaml" in told
    assert "1.0.0 is kept as an earlier version, but cart_abandonment.yaml is 1.0.0" in told


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((ID, "1.0.0"), "'1.0.0' is not a version above 1.0.0"),
        ((ID, "2"), "'2' is not a version above 1.0.0"),
        (("cart", "1.1.0"), "there is no playbook 'cart'"),
    ],
)
def test_a_version_that_cannot_follow_is_refused(templates, words, says):
    result = CliRunner().invoke(app, ["playbooks", "archive", *words, "--templates", str(templates)])

    assert result.exit_code == 2
    assert says in " ".join(result.output.split())


def test_the_schema_for_editors_is_current():
    assert schema_file.is_current(), "run: attune playbooks schema --write"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_playbook_fits_the_schema_and_tells_editors_where_it_is(path):
    text = path.read_text(encoding="utf-8")
    schema = json.loads(schema_file.SCHEMA_FILE.read_text(encoding="utf-8"))

    Draft202012Validator(schema).validate(yaml.safe_load(text))
    reference = text.splitlines()[0].removeprefix("# yaml-language-server: $schema=")
    assert (path.parent / reference).resolve() == schema_file.SCHEMA_FILE


@pytest.mark.parametrize(
    ("place", "value"),
    [("trigger.opened_by", ["Product Addded"]), ("version", "1.0"), ("surprise", 1), ("touches", []), ("goals", "x")],
)
def test_the_schema_refuses_what_the_reader_refuses_while_one_types(place, value):
    schema = json.loads(schema_file.SCHEMA_FILE.read_text(encoding="utf-8"))
    data = yaml.safe_load((TEMPLATES / "playbooks" / f"{ID}.yaml").read_text(encoding="utf-8"))
    *path, last = place.split(".")
    target = data
    for part in path:
        target = target[part]
    target[last] = value

    assert list(Draft202012Validator(schema).iter_errors(data)) or place == "touches"


def test_every_field_of_the_schema_is_described():
    schema = json.loads(schema_file.SCHEMA_FILE.read_text(encoding="utf-8"))

    parts = {"": schema, **schema["$defs"]}
    fields = {
        f"{part}.{name}": field for part, held in parts.items() for name, field in held.get("properties", {}).items()
    }
    assert len(fields) > 50
    assert [name for name, field in fields.items() if not field.get("description")] == []


def test_the_map_says_what_was_before_what_was_hard_what_we_say_and_where_a_person_takes_over(tmp_path):
    text = " ".join(run("map", ID).split())
    page = tmp_path / "map.html"
    run("map", "--html", str(page))

    for words in (
        "1 day to 3 days after the moment: cart_help_offer by sms, email, onsite",
        "with 10 % off",
        "Order Completed",
    ):
        assert words in text
    told = page.read_text(encoding="utf-8")
    assert told.count("<section>") == len(list((TEMPLATES / "playbooks").glob("*.yaml")))
    assert "http" not in told.replace("http-equiv", "")
    assert "The whole price, with shipping, is first seen at checkout." in told
