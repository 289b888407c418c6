"""Read playbooks from `templates/playbooks/*.yaml`, with errors that name file, field and fix."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from attune.domain.errors import PlaybookError
from attune.domain.playbooks import Playbook
from attune.domain.quiet_hours import find_zone

_PLAYBOOK = TypeAdapter(Playbook)


def read_playbook(path: Path) -> Playbook:
    """Read one playbook; raise PlaybookError saying what is wrong, where, and what would be right."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        message = f"{path}: this is not YAML: {error}"
        raise PlaybookError(message) from error
    try:
        playbook = _PLAYBOOK.validate_python(data)
    except ValidationError as error:
        problems = "\n".join(
            f"  {'.'.join(map(str, item['loc'])) or '(file)'}: {item['msg']}" for item in error.errors()
        )
        message = f"{path}: this playbook does not parse:\n{problems}\nSee docs/playbooks.md for every field."
        raise PlaybookError(message) from error
    if playbook.id != path.stem:
        message = f"{path}: id is {playbook.id!r} but must be the file's name, {path.stem!r}"
        raise PlaybookError(message)
    if find_zone(playbook.fallback_time_zone) is None:
        message = (
            f"{path}: fallback_time_zone {playbook.fallback_time_zone!r} is not an IANA zone such as Europe/Berlin"
        )
        raise PlaybookError(message)
    playbook.watched()
    return playbook


@cache
def load_playbooks(templates_dir: Path) -> dict[str, Playbook]:
    """Read every playbook of a templates folder once per process, by id; raise PlaybookError for the first bad one."""
    return {path.stem: read_playbook(path) for path in sorted((templates_dir / "playbooks").glob("*.yaml"))}
