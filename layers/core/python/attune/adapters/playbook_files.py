"""Read playbooks from `templates/playbooks/*.yaml`, with errors that name file, line, field and fix."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from attune.adapters.yaml_loading import load_yaml
from attune.domain.errors import PlaybookError
from attune.domain.locales import LocaleError, parse_locale
from attune.domain.playbooks import Playbook
from attune.domain.quiet_hours import find_zone
from attune.domain.signals import KINDS_BY_EVENT

PLAYBOOK = TypeAdapter(Playbook)
type Wrong = tuple[tuple[str | int, ...], str, str]


def read_playbook(path: Path, *, version: str = "") -> Playbook:
    """Read one playbook; raise PlaybookError saying what is wrong, in which lines, and what would be right.

    With `version` it is an earlier one: the file is called by it, in a folder that has the playbook's name.
    """
    text = _text(path)
    try:
        # Through JSON, so that parsing is strict: YAML reads 20:00 without quotes as a number, and nobody means that.
        data = json.dumps(load_yaml(text, repeats_are_told_elsewhere=True), default=str)
        playbook = PLAYBOOK.validate_json(data, strict=True)
    except yaml.YAMLError as error:
        from attune.adapters.playbook_problems import yaml_problem  # noqa: PLC0415 - only a bad file needs it

        raise PlaybookError(yaml_problem(path, error)) from error
    except ValidationError as error:
        from attune.adapters.playbook_problems import problems_of, refusal_of  # noqa: PLC0415 - only a bad file needs it

        raise PlaybookError(refusal_of(path, problems_of(error, text))) from error
    except ValueError as error:
        raise PlaybookError(f"{path}: this is not a plain tree of fields: {error}") from error
    wrong = list(_wrong(playbook, path, version))
    if wrong:
        from attune.adapters.playbook_problems import problems_of_values, refusal_of  # noqa: PLC0415 - see above

        raise PlaybookError(refusal_of(path, problems_of_values(wrong, text)))
    return playbook


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise PlaybookError(f"{path}: this file cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PlaybookError(f"{path}: this is not UTF-8 text; save the file as UTF-8") from error


def _wrong(playbook: Playbook, path: Path, version: str) -> Iterator[Wrong]:
    """Yield what is wrong with the whole: names that do not fit the file, zone, locale, events nobody knows."""
    name = path.parent.name if version else path.stem
    if playbook.id != name:
        yield ("id",), f"is {playbook.id!r} but must be the {'folder' if version else 'file'}'s name", f"{name!r}"
    if version and playbook.version != version:
        yield ("version",), f"is {playbook.version!r} but must be the file's name", f"{version!r}"
    if find_zone(playbook.fallback_time_zone) is None:
        yield ("fallback_time_zone",), f"{playbook.fallback_time_zone!r} is not an IANA zone", "such as Europe/Berlin"
    try:
        parse_locale(playbook.fallback_locale)
    except LocaleError as error:
        yield ("fallback_locale",), str(error), ""
    trigger = playbook.trigger
    events = {
        ("trigger", "opened_by"): trigger.opened_by,
        ("trigger", "closed_by"): trigger.closed_by,
        ("trigger", "excluded_by"): trigger.excluded_by,
        ("goals",): playbook.goals,
    }
    for place, names in events.items():
        for number, event in enumerate(names):
            if event not in KINDS_BY_EVENT:
                from attune.adapters.playbook_problems import nearest  # noqa: PLC0415 - only a bad file needs it

                fix = nearest(event, KINDS_BY_EVENT) or f"known: {', '.join(sorted(KINDS_BY_EVENT))}"
                yield (*place, number), f"{event} is not an event that Attune knows", fix


@cache
def load_playbooks(templates_dir: Path) -> dict[str, Playbook]:
    """Read every playbook of a templates folder once per process, by id; raise PlaybookError for the first bad one."""
    return {path.stem: read_playbook(path) for path in sorted((templates_dir / "playbooks").glob("*.yaml"))}
