"""Put the version of a playbook away before it is changed, and raise the version in the file, in one step."""

import re
from pathlib import Path

from attune.adapters.playbook_files import read_playbook
from attune.domain.playbooks import VERSION, version_order
from attune_cli.errors import InputError

_VERSION_LINE = re.compile(r"^version:.*$", re.MULTILINE)


def archive(templates: Path, playbook_id: str, new_version: str) -> tuple[Path, Path]:
    """Copy a playbook to where earlier versions lie, and give the file a new version; return the two paths.

    Raises InputError for a playbook there is none of, a version that is not higher, or a copy that exists.
    """
    path = templates / "playbooks" / f"{playbook_id}.yaml"
    if not path.exists():
        known = ", ".join(sorted(one.stem for one in path.parent.glob("*.yaml")))
        raise InputError(f"there is no playbook {playbook_id!r} in {path.parent}", f"one of {known}")
    current = read_playbook(path).version
    if VERSION.fullmatch(new_version) is None or version_order(new_version) <= version_order(current):
        raise InputError(f"{new_version!r} is not a version above {current}", "three numbers, e.g. 1.1.0")
    kept = path.parent / playbook_id / f"{current}.yaml"
    if kept.exists():
        raise InputError(f"{kept} exists already", "one version is one file, and never changed")
    text = path.read_text(encoding="utf-8")
    kept.parent.mkdir(exist_ok=True)
    # One folder deeper, the schema for editors is one step farther away.
    kept.write_text(text.replace("$schema=../", "$schema=../../", 1), encoding="utf-8")
    path.write_text(_VERSION_LINE.sub(f"version: {new_version}", text, count=1), encoding="utf-8")
    return kept, path
