"""A version of a playbook goes on saying what it said: in a fresh copy, for any playbook, and without git."""

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from attune.adapters.playbook_record import FILE, UNBOUND, fields_of, require_recorded
from attune.domain.errors import PlaybookError
from attune_cli.main import app

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
ID = "cart_abandonment"


@pytest.fixture
def templates(tmp_path):
    """Return the playbooks and texts that ship, in a folder that no git knows."""
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    return tmp_path / "templates"


def run(templates: Path, *words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["playbooks", *words, "--templates", str(templates)])
    assert result.exit_code == code, result.output
    return " ".join(result.output.split())


def file_of(templates: Path, name: str = ID) -> Path:
    return templates / "playbooks" / f"{name}.yaml"


def change(path: Path, old: str, new: str) -> int:
    """Change one line; return its number."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def line_of(path: Path, key: str) -> int:
    return next(n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if line.startswith(key))


def test_a_changed_limit_under_the_same_version_is_found_with_file_line_and_fix(templates):
    path = file_of(templates)
    change(path, "per_week: 3", "per_week: 9")

    told = run(templates, "check", code=1)

    assert f"{path}:{line_of(path, 'limits:')}: limits: is not what version 1.0.0 was recorded with" in told
    assert f"raise the version and keep 1.0.0: attune playbooks archive {ID} 1.0.1" in told


def test_a_field_that_came_or_went_is_found(templates):
    path = file_of(templates)
    change(path, "friction_floor: low\n", "outcome_window: P3D\n")

    told = run(templates, "check", code=1)

    assert f":{line_of(path, 'outcome_window')}: outcome_window: is not in version 1.0.0 as it was recorded" in told
    assert f":{line_of(path, 'version')}: friction_floor: is missing, and was in version 1.0.0" in told


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("owner: customer-experience", "owner: retention"),
        ("  - Some only compare, and want to be left alone.\n", ""),
        ("friction_floor: low", "# why so low?\nfriction_floor:   'low'"),
        ("version: 1.0.0", "version: 1.0.0\nenabled: false"),
    ],
)
def test_the_journey_map_the_switch_the_layout_and_comments_bind_nothing(templates, old, new):
    change(file_of(templates), old, new)

    assert "nothing wrong" in run(templates, "check")


def test_without_git_the_way_out_is_the_file_as_it_was(templates, tmp_path):
    path, before = file_of(templates), tmp_path / "before.yaml"
    shutil.copy(path, before)
    change(path, "per_week: 3", "per_week: 9")

    assert "is not what version 1.0.0 was recorded with (limits)" in run(templates, "archive", ID, "1.0.1", code=2)
    run(templates, "archive", ID, "1.0.1", "--was", str(before))
    run(templates, "record", ID)

    assert "nothing wrong" in run(templates, "check")
    kept = (templates / "playbooks" / ID / "1.0.0.yaml").read_text(encoding="utf-8")
    assert fields_of(kept) == fields_of(before.read_text(encoding="utf-8"))
    assert "per_week: 9" in path.read_text(encoding="utf-8")
    assert "version: 1.0.1" in path.read_text(encoding="utf-8")


def test_an_earlier_version_never_changes(templates):
    run(templates, "archive", ID, "1.1.0")
    run(templates, "record")
    kept = templates / "playbooks" / ID / "1.0.0.yaml"
    change(kept, "per_week: 3", "per_week: 9")

    assert "an earlier version never changes: put it back as it was" in run(templates, "check", code=1)


def test_a_playbook_of_a_team_is_recorded_once_and_bound_from_then_on(templates):
    own = file_of(templates, "cart_saver")
    own.write_text(file_of(templates).read_text(encoding="utf-8").replace(f"id: {ID}", "id: cart_saver"), "utf-8")

    assert "cart_saver.yaml" in run(templates, "check", code=1)
    assert "recorded cart_saver 1.0.0" in run(templates, "record")
    assert "nothing wrong" in run(templates, "check")
    change(own, "per_week: 3", "per_week: 9")
    assert "cart_saver 1.0.1" in run(templates, "check", code=1)


def test_what_ran_is_not_recorded_anew_but_what_never_ran_may_be(templates):
    change(file_of(templates), "per_week: 3", "per_week: 9")

    assert "--never-ran" in run(templates, "record", code=2)
    assert f"recorded {ID} 1.0.0" in run(templates, "record", ID, "--never-ran")
    assert "every version is recorded already" in run(templates, "record")


def test_the_number_of_a_version_that_is_gone_is_used_up(templates):
    run(templates, "archive", ID, "1.1.0")
    run(templates, "record")
    (templates / "playbooks" / ID / "1.0.0.yaml").unlink()
    change(file_of(templates), "version: 1.1.0", "version: 1.0.0")
    change(file_of(templates), "per_week: 3", "per_week: 9")

    assert "limits: is not what version 1.0.0 was recorded with" in run(templates, "check", code=1)


def test_a_record_that_nobody_can_read_says_so(templates):
    (templates / FILE).write_text("cart_abandonment: [1.0.0]\n", encoding="utf-8")

    assert "this is not what attune playbooks record writes" in run(templates, "check", code=1)
    with pytest.raises(PlaybookError, match="this is not what attune playbooks record writes"):
        require_recorded(templates)


SHIPPED = sorted((TEMPLATES / "playbooks").rglob("*.yaml"))


@given(path=st.sampled_from(SHIPPED), data=st.data())
def test_whatever_line_of_a_playbook_goes_either_binds_nothing_or_is_noticed(path, data):
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    tops = [n for n, line in enumerate(lines) if re.match(r"[a-z_]+:", line)]
    start = data.draw(st.sampled_from(tops))
    end = next((n for n in tops if n > start), len(lines))
    name = lines[start].partition(":")[0]

    same = fields_of("".join(lines[:start] + lines[end:])) == fields_of("".join(lines))

    assert same == (name in UNBOUND)
