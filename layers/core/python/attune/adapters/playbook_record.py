"""What each version of a playbook says: `templates/playbook_versions.yaml` binds versions to contents, field by field.

Journeys pin versions, and people are told of versions; so a version has to go on saying what it said. The file is written
by `attune playbooks record` and `attune playbooks archive`, and read wherever files are checked: never by a function.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from attune.adapters.playbook_problems import Problem, refusal_of
from attune.adapters.yaml_loading import load_yaml
from attune.adapters.yaml_places import YamlPlaces
from attune.domain.errors import PlaybookError
from attune.domain.playbooks import VERSION

FILE = "playbook_versions.yaml"
UNBOUND = frozenset({"id", "version", "enabled", "owner", "moment", "happened_before", "friction_observed"})
"""What may change within a version: its name, the switch in the file, and the journey map, which decides nothing."""
_LENGTH = 16
_HEADER = """\
# What each version of each playbook says: a hash of every field that decides something. Journeys pin versions, so a version
# never changes: attune playbooks archive and attune playbooks record write this file, attune playbooks check and the
# synth of the stacks hold the playbooks against it. Lines of versions that are gone stay: their numbers are used up.
"""

type Fields = Mapping[str, str]
type Versions = Mapping[str, Mapping[str, Fields]]


@dataclass(frozen=True)
class Kept:
    """One version as it lies in a file."""

    path: Path
    playbook: str
    version: str
    text: str

    @property
    def fields(self) -> Fields:
        """The hash of every field that decides something, whatever its layout and comments."""
        return fields_of(self.text)


def fields_of(text: str) -> Fields:
    """Return the hashes of a playbook's text, by field; raise PlaybookError where it is no tree of fields."""
    try:
        data = load_yaml(text, repeats_are_told_elsewhere=True)
    except yaml.YAMLError as error:
        raise PlaybookError(f"this is not YAML: {error}") from error
    if not isinstance(data, dict):
        raise PlaybookError("this is not a plain tree of fields")
    return {str(name): _hash(value) for name, value in sorted(data.items()) if name not in UNBOUND}


def kept_versions(templates: Path) -> Iterator[Kept]:
    """Yield every version that lies in a templates folder and parses as YAML: what does not is told of elsewhere."""
    folder = templates / "playbooks"
    for path in (*sorted(folder.glob("*.yaml")), *sorted(folder.glob("*/*.yaml"))):
        try:
            text = path.read_text(encoding="utf-8")
            data = load_yaml(text, repeats_are_told_elsewhere=True)
        except (OSError, ValueError, yaml.YAMLError):
            continue
        if isinstance(data, dict) and VERSION.fullmatch(str(data.get("version"))):
            name = path.stem if path.parent == folder else path.parent.name
            yield Kept(path, name, str(data["version"]), text)


def read_versions(templates: Path) -> Versions:
    """Return the hashes by playbook, version and field; none where there is no file. Raises PlaybookError for a broken one."""
    path = templates / FILE
    if not path.exists():
        return {}
    try:
        data = load_yaml(path.read_text(encoding="utf-8")) or {}
        return {
            name: {str(one): {str(k): str(v) for k, v in fields.items()} for one, fields in held.items()}
            for name, held in data.items()
        }
    except (OSError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise PlaybookError(f"{path}: this is not what attune playbooks record writes: {error}") from error


def write_versions(templates: Path, versions: Versions) -> Path:
    """Write the file, all of it or nothing; return its path."""
    path = templates / FILE
    lines = [_HEADER]
    for name, held in sorted(versions.items()):
        lines.append(f"{name}:\n")
        for version, fields in sorted(held.items()):
            lines.append(f"  {version}:\n")
            lines.extend(f"    {field}: {digest}\n" for field, digest in sorted(fields.items()))
    fresh = path.with_suffix(".yaml.new")
    fresh.write_text("".join(lines), encoding="utf-8")
    fresh.replace(path)
    return path


def unlike_recorded(kept: Kept, versions: Versions) -> Iterator[Problem]:
    """Yield where a version is another than it was recorded with, or that it was never recorded."""
    places = YamlPlaces(kept.text)
    recorded = versions.get(kept.playbook, {}).get(kept.version)
    if recorded is None:
        fix = f"once it says what it is to say: attune playbooks record {kept.playbook}"
        what = f"nobody has recorded what {kept.version} says"
        yield Problem(places.line(("version",)), "version", what, fix)
        return
    now = kept.fields
    for name in sorted(recorded.keys() | now.keys()):
        if recorded.get(name) != now.get(name):
            is_there = name in now
            line = places.line((name,), of_key=True) if is_there else places.line(("version",))
            yield Problem(line, name, _what(kept, is_there=is_there, was_there=name in recorded), _fix(kept))


def require_recorded(templates: Path) -> None:
    """Raise PlaybookError for the first file whose version is not what it was recorded with, with line and fix."""
    versions = read_versions(templates)
    for kept in kept_versions(templates):
        if problems := list(unlike_recorded(kept, versions)):
            raise PlaybookError(refusal_of(kept.path, problems, what="this is not the version that it says it is"))


def _what(kept: Kept, *, is_there: bool, was_there: bool) -> str:
    if is_there and was_there:
        return f"is not what version {kept.version} was recorded with"
    return f"{'is not in' if is_there else 'is missing, and was in'} version {kept.version} as it was recorded"


def _fix(kept: Kept) -> str:
    if kept.path.stem == kept.version:
        return "an earlier version never changes: put it back as it was"
    return f"raise the version and keep {kept.version}: attune playbooks archive {kept.playbook} {_next(kept.version)}"


def _next(version: str) -> str:
    major, minor, patch = version.split(".")
    return f"{major}.{minor}.{int(patch) + 1}"


def _hash(value: Any) -> str:
    told = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:_LENGTH]
