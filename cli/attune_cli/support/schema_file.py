"""The file that describes a case, made from the model, and the example that the page about cases shows."""

from pathlib import Path

from attune.adapters.case_messages import case_schema
from attune_cli.cdk import ROOT
from attune_cli.contracts.json_layout import laid_out

SCHEMA_FILE = ROOT / "docs" / "cases" / "case.schema.json"


def schema_text() -> str:
    """Return the file as it should be."""
    return laid_out(case_schema()) + "\n"


def is_current(path: Path = SCHEMA_FILE) -> bool:
    """Whether the file is as the model says."""
    return path.exists() and path.read_text(encoding="utf-8") == schema_text()


def write(path: Path = SCHEMA_FILE) -> None:
    """Write the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(schema_text(), encoding="utf-8")
