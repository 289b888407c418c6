"""The files that describe what lies on support's queues, cases and requests for a go-ahead, made from the models."""

from pathlib import Path

from attune.adapters.case_messages import case_schema
from attune.adapters.go_ahead_messages import go_ahead_schema
from attune_cli.cdk import ROOT
from attune_cli.contracts.json_layout import laid_out

FOLDER = ROOT / "docs" / "cases"


def schema_texts() -> dict[str, str]:
    """Return the files as they should be, by name."""
    schemas = {"case.schema.json": case_schema(), "go-ahead.schema.json": go_ahead_schema()}
    return {name: laid_out(schema) + "\n" for name, schema in schemas.items()}


def stale(folder: Path = FOLDER) -> list[str]:
    """Return the names of files that are not as the models say."""
    return [
        name
        for name, text in schema_texts().items()
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != text
    ]


def write(folder: Path = FOLDER) -> list[str]:
    """Write the files; return their names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schema_texts().items():
        (folder / name).write_text(text, encoding="utf-8")
    return list(schema_texts())
