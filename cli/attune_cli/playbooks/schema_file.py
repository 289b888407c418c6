"""The JSON Schema of a playbook's file, for editors: made from the model, described by the page about playbooks."""

import re
from pathlib import Path
from typing import Any

from attune.adapters.playbook_files import PLAYBOOK
from attune.domain.playbooks import VERSION
from attune.domain.signals import KINDS_BY_EVENT
from attune_cli.cdk import ROOT
from attune_cli.contracts.json_layout import laid_out

SCHEMA_FILE = ROOT / "docs" / "playbook.schema.json"
PAGE = ROOT / "docs" / "playbooks.md"
EVENTS = ("opened_by", "closed_by", "excluded_by", "goals")


def schema_text() -> str:
    """Return the file as it should be."""
    return laid_out(playbook_schema(PAGE.read_text(encoding="utf-8"))) + "\n"


def playbook_schema(page: str) -> dict[str, Any]:
    """Return the schema; `page` is docs/playbooks.md, whose tables describe the fields."""
    told = {
        place: _plain(cells.split("|")[1])
        for place, cells in re.findall(r"^\| `([a-z_.]+)` \|(.*)\|$", page, re.MULTILINE)
    }
    schema = PLAYBOOK.json_schema(mode="validation")
    definitions = schema.get("$defs", {})
    _describe(schema, definitions, told, "")
    for part in (schema, *definitions.values()):
        part.pop("title", None)
        for name, field in part.get("properties", {}).items():
            field.pop("title", None)
            if field.get("format") == "time":  # editors would want an offset and seconds
                field.update(pattern="^[0-2][0-9]:[0-5][0-9]$")
                del field["format"]
            if name in EVENTS:
                field["items"] = {"type": "string", "enum": sorted(KINDS_BY_EVENT)}
    schema["properties"]["version"]["pattern"] = f"^{VERSION.pattern}$"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A playbook of Attune",
        **schema,
    }


def is_current(path: Path = SCHEMA_FILE) -> bool:
    """Whether the file is as the model and the page say."""
    return path.exists() and path.read_text(encoding="utf-8") == schema_text()


def write(path: Path = SCHEMA_FILE) -> None:
    """Write the file."""
    path.write_text(schema_text(), encoding="utf-8")


def _describe(part: dict[str, Any], definitions: dict[str, Any], told: dict[str, str], prefix: str) -> None:
    """Give every field of a part, and of the parts inside it, what the page says about it."""
    for name, field in part.get("properties", {}).items():
        place = f"{prefix}{name}"
        if place in told:
            field["description"] = told[place]
        for reference in re.findall(r"'#/\$defs/(\w+)'", str(field)):
            _describe(definitions[reference], definitions, told, f"{place}.")


def _plain(cell: str) -> str:
    """Return a cell of a table without marks of Markdown."""
    without_links = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", cell)
    return without_links.replace("`", "").strip()
