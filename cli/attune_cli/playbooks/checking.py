"""Look for everything that is wrong with the playbooks' files: each problem with file, line, place and fix."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from attune.adapters.playbook_files import read_playbook
from attune.adapters.playbook_problems import Problem, nearest, problems_of_values, repeated_fields
from attune.adapters.playbook_record import kept_versions, read_versions, unlike_recorded
from attune.domain.errors import PlaybookError
from attune.domain.playbook_rules import Touch
from attune.domain.playbooks import Playbook, version_order
from attune.domain.texts import Found, NotFoundReason, TextChannel, TextLibrary, find

type Wrong = tuple[tuple[str | int, ...], str, str]


@dataclass(frozen=True)
class Finding:
    """One line to print: `file:line: place: what; fix`, or the message of a file that cannot be read at all."""

    path: Path
    text: str


def check_folder(templates: Path, library: TextLibrary) -> Iterator[Finding]:
    """Yield what is wrong with every playbook of a templates folder, earlier versions included."""
    folder = templates / "playbooks"
    for path in sorted(folder.glob("*.yaml")):
        playbook = yield from _read(path)
        if playbook is not None:
            yield from _told(path, [*_texts(playbook, library), *_map_is_drawn(playbook)])
    for path in sorted(folder.glob("*/*.yaml")):
        older = yield from _read(path, version=path.stem)
        if older is not None:
            yield from _told(path, [*_texts(older, library), *_is_older(older, folder)])
    yield from _unlike_recorded(templates)


def _unlike_recorded(templates: Path) -> Iterator[Finding]:
    """Yield versions that say something else than when they were recorded, and those that nobody recorded."""
    try:
        versions = read_versions(templates)
    except PlaybookError as error:
        yield Finding(templates, str(error))
        return
    for kept in kept_versions(templates):
        for problem in sorted(unlike_recorded(kept, versions)):
            yield Finding(kept.path, f"{kept.path}:{problem.line}: {problem}")


def _read(path: Path, *, version: str = "") -> Generator[Finding, None, Playbook | None]:
    """Yield why a file cannot be used; return the playbook where it can."""
    try:
        text = path.read_text(encoding="utf-8")
        for problem in repeated_fields(text):
            yield Finding(path, f"{path}:{problem.line}: {problem}")
        return read_playbook(path, version=version)
    except PlaybookError as error:
        lines = [line.strip() for line in str(error).splitlines() if line.startswith(f"  {path}:")]
        for line in lines or [str(error)]:
            yield Finding(path, line)
    except (OSError, ValueError) as error:
        yield Finding(path, f"{path}: {error}")
    return None


def _told(path: Path, wrong: list[Wrong]) -> Iterator[Finding]:
    problems: list[Problem] = problems_of_values(wrong, path.read_text(encoding="utf-8")) if wrong else []
    for problem in sorted(problems):
        yield Finding(path, f"{path}:{problem.line}: {problem}")


def _texts(playbook: Playbook, library: TextLibrary) -> Iterator[Wrong]:
    """Yield messages that nobody wrote, and channels on which nothing approved could be said in the fallback locale."""
    known = {text.message for text in library.texts}
    for number, touch in enumerate(playbook.touches):
        place: tuple[str | int, ...] = ("touches", number)
        for position, message in enumerate(touch.messages):
            if message not in known:
                fix = nearest(message, known) or "attune lint lists the texts there are"
                yield (*place, "messages", position), f"there is no text {message!r} in templates/messages", fix
        yield from (
            ((*place, "channels", position), problem, f"attune approve, or leave {channel} out")
            for position, channel in enumerate(touch.channels)
            if (problem := _unsaid(touch, channel, playbook.fallback_locale, library))
        )
    suggested = {text.message for text in library.texts if text.channel is TextChannel.AGENT}
    for position, message in enumerate(playbook.escalation.suggested_replies):
        if message not in suggested:
            fix = nearest(message, suggested)
            yield ("escalation", "suggested_replies", position), f"there is no agent text {message!r}", fix


def _unsaid(touch: Touch, channel: str, locale: str, library: TextLibrary) -> str:
    """Return why a touch has nothing to say on a channel in a language, or nothing where it has."""
    found = [find(library, message=message, channel=channel, locale=locale) for message in touch.messages]
    if any(isinstance(one, Found) for one in found):
        return ""
    unapproved = any(not isinstance(one, Found) and one.reason is NotFoundReason.UNAPPROVED for one in found)
    what = "no approved text" if unapproved else "no text"
    return f"{what} of {', '.join(touch.messages)} for {channel} in {locale}"


def _map_is_drawn(playbook: Playbook) -> Iterator[Wrong]:
    """Yield what the journey map lacks: a playbook that nobody observed anything for is a guess."""
    for name in ("moment", "happened_before", "friction_observed"):
        if not getattr(playbook, name):
            yield (name,), "the journey map lacks it", "say what was seen, in a sentence"


def _is_older(older: Playbook, folder: Path) -> Iterator[Wrong]:
    """Yield why an earlier version is none: it must be lower than the one that is deployed."""
    current = folder / f"{older.id}.yaml"
    if not current.exists():
        return
    try:
        deployed = read_playbook(current).version
    except PlaybookError:
        return  # said already
    if version_order(older.version) >= version_order(deployed):
        yield (
            ("version",),
            f"{older.version} is kept as an earlier version, but {current.name} is {deployed}",
            "attune playbooks archive raises the version as it puts one away",
        )
