"""Calls that cannot work end with a message and what to do, in every command alike, and never with a traceback."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from attune_cli.main import app

NESTED = "[" * 100_000
"""Deeper than any parser goes: somebody picked the wrong file, or one made to do harm."""


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.mark.parametrize(
    "words",
    [
        ("map",),
        ("simulate", "cart_abandonment"),
        ("check", "cart_abandonment"),
        ("playbooks", "record"),
        ("playbooks", "archive", "cart_abandonment", "9.0.0"),
    ],
)
def test_a_folder_without_playbooks_is_told_as_that(words: tuple[str, ...], tmp_path: Path) -> None:
    result = run(*words, "--templates", tmp_path)

    assert result.exit_code == 2
    assert f"error: there is no playbook in {tmp_path / 'playbooks'}" in result.output
    assert "try: --templates with the folder that holds playbooks/*.yaml" in result.output


@pytest.mark.parametrize(
    "words",
    [
        ("simulate", "cart"),
        ("check", "cart"),
        ("playbooks", "record", "cart"),
        ("playbooks", "archive", "cart", "9.0.0"),
    ],
)
def test_a_playbook_that_does_not_exist_is_told_with_those_that_do(words: tuple[str, ...]) -> None:
    result = run(*words)

    assert result.exit_code == 2
    assert "error: there is no playbook 'cart' in " in result.output
    assert "try: one of cart_abandonment, delivery_delay" in result.output


@pytest.mark.parametrize(
    "words",
    [
        ("explain",),
        ("fairness",),
        ("report", "--decisions"),
        ("evaluate", "policy"),
        ("simulate", "cart_abandonment", "--assumptions"),
        ("import", "pinpoint"),
    ],
)
def test_a_file_nested_beyond_reading_is_told_as_that(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "nested.json").write_text(NESTED)
    result = run(*words, tmp_path / "nested.json")

    assert result.exit_code == 2
    assert "nested too deeply to be read" in result.output


@pytest.mark.parametrize("way", ["on", "off"])
def test_a_channel_that_does_not_exist_is_told_before_any_stage_is_asked(way: str) -> None:
    result = run("switch", way, "--channel", "fax")

    assert result.exit_code == 2
    assert "error: 'fax' is not a channel" in result.output
    assert "try: one of email, sms, onsite" in result.output


@pytest.mark.parametrize("name", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
def test_a_profile_that_does_not_exist_is_told_as_that(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "nobody")
    result = run("audit", "decisions_by_kind", "--stage", "dev")

    assert result.exit_code == 1
    assert "error: AWS says: The config profile (nobody) could not be found" in result.output
