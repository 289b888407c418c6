"""Nothing that runs for an event reads a whole table: what it costs must not grow with the number of customers."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAY_SCAN = {"cli/attune_cli/rights/holdings.py", "cli/attune_cli/demo/observing.py"}
"""`attune forget` and `attune export`, which must find what nobody indexed, and the demo, which shows all decisions."""


def scans(path: Path) -> Iterator[int]:
    """Yield the lines that name DynamoDB's scan: as a method, a paginator or a permission."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr == "scan":
            yield node.lineno
        if isinstance(node, ast.Constant) and node.value in {"scan", "Scan", "dynamodb:Scan"}:
            yield node.lineno


@pytest.mark.parametrize("part", ["functions", "layers/core/python", "infra", "cli"])
def test_only_what_forgets_exports_or_shows_everything_scans(part: str) -> None:
    found = {str(path.relative_to(ROOT)) for path in (ROOT / part).rglob("*.py") if any(scans(path))}

    assert found == {path for path in MAY_SCAN if path.startswith(part)}


def test_a_scan_would_be_found(tmp_path: Path) -> None:
    source = tmp_path / "one.py"
    source.write_text('client.scan()\nclient.get_paginator("scan")\nclient.query()\nallow("dynamodb:Scan")\n')

    assert list(scans(source)) == [1, 2, 4]
