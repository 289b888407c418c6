"""The files that are made from the models: one schema an event, and the catalogue page."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from attune.adapters.friction_file import RULES_FILE, read_rules
from attune.adapters.playbook_files import load_playbooks
from attune.events.contract import EventFields
from attune.events.families import every_event
from attune_cli.cdk import ROOT
from attune_cli.contracts.catalogue import catalogue
from attune_cli.contracts.draft4 import schema_of, schema_text
from attune_cli.contracts.evolution import broken_promises, has_new_fields
from attune_cli.contracts.usage import Listeners

FOLDER = ROOT / "docs" / "events"
CATALOGUE = "README.md"


@cache
def wanted() -> Mapping[str, str]:
    """Return every file as it should be, by its path under the folder; worked out once, for it takes seconds."""
    files = {path_of(event): schema_text(event) for event in every_event()}
    return {CATALOGUE: catalogue(listeners()), **files}


def listeners() -> Listeners:
    """Return the playbooks and rules of this checkout."""
    templates = ROOT / "templates"
    return Listeners(tuple(load_playbooks(templates).values()), read_rules(templates / RULES_FILE))


def path_of(event: type[EventFields]) -> str:
    """Return where the schema of an event lies."""
    return f"schemas/{event.contract.slug}.json"


def outdated(folder: Path = FOLDER) -> list[str]:
    """Return which files are not what they should be, missing ones and ones too many included."""
    files = wanted()
    found = {str(path.relative_to(folder)) for path in (folder / "schemas").glob("*.json")}
    changed = {name for name, text in files.items() if not _is(folder / name, text)}
    return sorted(changed | (found - set(files)))


def objections(folder: Path = FOLDER) -> list[str]:
    """Return what keeps the schemas from being written: promises broken, or new fields without a new version."""
    said: list[str] = []
    for event in every_event():
        path = folder / path_of(event)
        if not path.exists():
            continue
        old, new = json.loads(path.read_text(encoding="utf-8")), schema_of(event)
        title = event.contract.title
        said += [f"{title}: {broken}" for broken in broken_promises(old, new)]
        if has_new_fields(old, new) and old.get("x-version") == event.contract.version:
            said.append(f"{title}: it has new fields, raise its version above {event.contract.version}")
    return said


def write(folder: Path = FOLDER) -> list[str]:
    """Write what is outdated and delete what is not wanted; return which files those were."""
    files = wanted()
    changed = outdated(folder)
    (folder / "schemas").mkdir(parents=True, exist_ok=True)
    for name in changed:
        if name in files:
            (folder / name).write_text(files[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    return changed


def _is(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
