"""The audit of what we depend on finds what it is there to find."""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

from tests.infra.templates import ROOT

AUDIT: dict[str, Any] = runpy.run_path(str(ROOT / ".ci" / "audit.py"))


def test_everything_we_depend_on_has_an_accepted_licence_and_a_hash(capsys) -> None:
    assert AUDIT["main"]() == 0, capsys.readouterr().out
    assert "NOT ASKED: known vulnerabilities" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("licence", "fine"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("MIT AND PSF-2.0", True),
        ("MIT AND GPL-3.0-only", False),
        ("GNU Affero General Public License v3", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_a_licence_is_accepted_where_some_choice_of_it_is_on_the_list(licence: str, fine: bool) -> None:
    assert AUDIT["accepted"](licence) is fine


def test_a_requirement_without_version_or_hash_is_named(tmp_path: Path) -> None:
    lock = tmp_path / "lambda.txt"
    lock.write_text("# by make lock\nboto3==1.0 \\\n    --hash=sha256:aa\n    # via x\nrequests>=2\nidna==3.1\n")

    assert [problem.partition(":")[0] for problem in AUDIT["lock_problems"](lock)] == [
        "lambda.txt, requests>=2",
        "lambda.txt, idna==3.1",
    ]


def test_a_package_of_npm_without_hash_or_with_another_licence_is_named(tmp_path: Path) -> None:
    lock = tmp_path / "package-lock.json"
    good = {"license": "MIT", "integrity": "sha512-x"}
    packages = {"": {}, "a": good, "b": {**good, "license": "GPL-3.0"}, "c": {"license": "MIT"}}
    lock.write_text(json.dumps({"packages": packages}))

    assert [problem.partition(":")[0].rpartition(" ")[2] for problem in AUDIT["node_problems"](lock)] == ["b", "c"]
