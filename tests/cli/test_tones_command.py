"""`attune tones`: the map as people read it, and its holes."""

import json
import shutil
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from attune_cli.cdk import ROOT
from attune_cli.main import app

TEMPLATES = ROOT / "templates"


def tones(*words: object) -> Any:
    return CliRunner().invoke(app, ["tones", *map(str, words)])


def test_the_map_is_printed_with_every_row_and_tone():
    result = tones()

    assert result.exit_code == 0, result.output
    for word in ("informal", "advisory", "technical", "distress", "everyone-else", "service"):
        assert word in result.output


def test_nobody_is_without_a_tone_and_no_row_is_idle_in_what_we_ship():
    told = json.loads(tones("--json").output)

    assert told["silent"] == []
    assert told["unreached"] == []


def test_a_hole_in_the_map_is_named_and_ends_with_1(tmp_path: Path):
    templates = tmp_path / "templates"
    shutil.copytree(TEMPLATES, templates)
    path = templates / "tones.yaml"
    written = path.read_text(encoding="utf-8")
    path.write_text(written[: written.index("  - id: everyone-else")], encoding="utf-8")

    result = tones("--templates", templates)

    assert result.exit_code == 1
    assert "no tone for segment" in result.output


def test_what_has_no_text_is_told_as_a_hole(tmp_path: Path):
    templates = tmp_path / "templates"
    shutil.copytree(TEMPLATES, templates)
    (templates / "approvals.yaml").write_text("[]", encoding="utf-8")

    result = tones("--templates", templates)

    assert "No approved text" in result.output
    assert "cart_abandonment" in result.output
