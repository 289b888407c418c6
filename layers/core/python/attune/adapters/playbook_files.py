"""Read playbooks from `templates/playbooks/*.yaml`, with errors that name file, field and fix."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from attune.domain.errors import PlaybookError
from attune.domain.locales import LocaleError, parse_locale
from attune.domain.playbooks import Playbook
from attune.domain.quiet_hours import find_zone

_PLAYBOOK = TypeAdapter(Playbook)
_FIXES = {
    "time_type": 'write it in quotes, e.g. "20:00"',
    "time_parsing": 'write it in quotes, e.g. "20:00"',
    "time_delta_type": "write e.g. PT10M, PT12H or P1D",
    "time_delta_parsing": "write e.g. PT10M, PT12H or P1D",
}


def read_playbook(path: Path) -> Playbook:
    """Read one playbook; raise PlaybookError saying what is wrong, where, and what would be right."""
    try:
        # Through JSON, so that parsing is strict: YAML reads 20:00 without quotes as a number, and nobody means that.
        data = json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str)
        playbook = _PLAYBOOK.validate_json(data, strict=True)
        problem = _problem(playbook, path)
    except OSError as error:
        raise PlaybookError(f"{path}: this file cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PlaybookError(f"{path}: this is not UTF-8 text; save the file as UTF-8") from error
    except yaml.YAMLError as error:
        raise PlaybookError(f"{path}: this is not YAML: {error}") from error
    except ValidationError as error:
        problems = "\n".join(map(_told, error.errors()))
        message = f"{path}: this playbook does not parse:\n{problems}\nSee docs/playbooks.md for every field."
        raise PlaybookError(message) from error
    except ValueError as error:
        raise PlaybookError(f"{path}: this is not a plain tree of fields: {error}") from error
    except PlaybookError as error:
        raise PlaybookError(f"{path}: {error}") from error
    if problem:
        raise PlaybookError(f"{path}: {problem}")
    return playbook


def _told(item: Any) -> str:
    """Return one problem as a line: the place in the file, what is wrong, and the fix where it is not obvious."""
    place = ".".join(map(str, item["loc"])) or "(file)"
    fix = f"; {_FIXES[item['type']]}" if item["type"] in _FIXES else ""
    return f"  {place}: {item['msg'].removeprefix('Value error, ')}{fix}"


def _problem(playbook: Playbook, path: Path) -> str:
    """Return what is wrong with the whole, or nothing; raise PlaybookError for an unknown event."""
    if playbook.id != path.stem:
        return f"id is {playbook.id!r} but must be the file's name, {path.stem!r}"
    if find_zone(playbook.fallback_time_zone) is None:
        return f"fallback_time_zone {playbook.fallback_time_zone!r} is not an IANA zone such as Europe/Berlin"
    try:
        parse_locale(playbook.fallback_locale)
    except LocaleError as error:
        return f"fallback_locale {error}"
    playbook.watched()
    return ""


@cache
def load_playbooks(templates_dir: Path) -> dict[str, Playbook]:
    """Read every playbook of a templates folder once per process, by id; raise PlaybookError for the first bad one."""
    return {path.stem: read_playbook(path) for path in sorted((templates_dir / "playbooks").glob("*.yaml"))}
