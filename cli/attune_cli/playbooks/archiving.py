"""Put the version of a playbook away before it is changed, and raise the version in the file, in one step."""

import re
from pathlib import Path

from attune.adapters.playbook_files import read_playbook
from attune.adapters.playbook_record import fields_of, read_versions, write_versions
from attune.domain.playbooks import VERSION, version_order
from attune_cli.errors import InputError
from attune_cli.playbooks.unknown import require_playbook

_VERSION_LINE = re.compile(r"^version:.*$", re.MULTILINE)


def archive(templates: Path, playbook_id: str, new_version: str, *, was: Path | None = None) -> tuple[Path, Path]:
    """Copy a playbook to where earlier versions lie, and give the file a new version; return the two paths.

    `was` is the file as it was, where it has been changed already. Raises InputError for a playbook there is none of, a
    version that is not higher, a copy that exists, or a file that is not what its version was recorded with.
    """
    path = require_playbook(playbook_id, templates)
    current = read_playbook(path).version
    if VERSION.fullmatch(new_version) is None or version_order(new_version) <= version_order(current):
        raise InputError(f"{new_version!r} is not a version above {current}", "three numbers, e.g. 1.1.0")
    kept = path.parent / playbook_id / f"{current}.yaml"
    if kept.exists():
        raise InputError(f"{kept} exists already", "one version is one file, and never changed")
    text = path.read_text(encoding="utf-8")
    before = _read(was) if was else text
    _record(templates, playbook_id, current, before, place=was or path)
    kept.parent.mkdir(exist_ok=True)
    # One folder deeper, the schema for editors is one step farther away.
    kept.write_text(before.replace("$schema=../", "$schema=../../", 1), encoding="utf-8")
    path.write_text(_VERSION_LINE.sub(f"version: {new_version}", text, count=1), encoding="utf-8")
    return kept, path


def _record(templates: Path, playbook_id: str, version: str, text: str, *, place: Path) -> None:
    """Record a version that nobody recorded; raise InputError where it was recorded with something else."""
    versions = {name: dict(held) for name, held in read_versions(templates).items()}
    recorded = versions.setdefault(playbook_id, {}).setdefault(version, fields_of(text))
    unlike = [name for name in sorted({*recorded, *fields_of(text)}) if recorded.get(name) != fields_of(text).get(name)]
    if unlike:
        message = (
            f"{place} is not what version {version} was recorded with ({', '.join(unlike)}): it would be kept wrongly"
        )
        fix = f"--was with the file as it was, e.g. from: git show HEAD:templates/playbooks/{playbook_id}.yaml"
        raise InputError(message, fix)
    write_versions(templates, versions)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: this file cannot be read: {error}", "the path of the file as it was") from error
