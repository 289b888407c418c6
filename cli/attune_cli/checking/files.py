"""What the files tell: whether playbook and texts are right, reviewed and approved."""

from pathlib import Path

from attune.adapters.playbook_files import read_playbook
from attune.adapters.text_library import load
from attune.domain.errors import PlaybookError
from attune.domain.linting.findings import has_errors
from attune.domain.playbooks import Playbook
from attune.domain.texts import Found, TextLibrary, find
from attune_cli.checking.lines import Line, failed, passed
from attune_cli.linting.folders import lint_path
from attune_cli.playbooks.checking import check_folder
from attune_cli.playbooks.unknown import require_playbook

PLACEHOLDERS = ("to be written", "to-be-named", "todo", "tbd")
SHOWN = 3


def find_playbook(named: str, templates: Path) -> Playbook:
    """Return the playbook of a templates folder; raise InputError with those there are."""
    return read_playbook(require_playbook(named, templates, or_else="; a new file belongs there first"))


def file_lines(playbook: Playbook, templates: Path) -> list[Line]:
    """Return every line that needs no stage."""
    library = load(templates)
    return [
        _file(playbook, templates, library),
        _reviewed(playbook),
        _lint(playbook, templates),
        _approvals(playbook, library),
    ]


def _file(playbook: Playbook, templates: Path, library: TextLibrary) -> Line:
    path = templates / "playbooks" / f"{playbook.id}.yaml"
    try:
        found = [finding.text for finding in check_folder(templates, library) if finding.path == path]
    except PlaybookError as error:
        found = [str(error)]
    if found:
        fix = "mend it" if len(found) == 1 else f"attune playbooks check names all {len(found)}"
        return failed("file", _several(found), fix)
    return passed("file", f"{path.name}, version {playbook.version}: fields, events, texts and journey map")


def _reviewed(playbook: Playbook) -> Line:
    wrong = [name for name in ("purpose", "owner") if _is_placeholder(getattr(playbook, name))]
    if not playbook.goals and not playbook.trigger.closed_by:
        wrong.append("goals")
    if wrong:
        return failed("reviewed", f"{', '.join(wrong)}: nobody has written it", "write it, and let somebody review it")
    ends = ", ".join(playbook.goals or playbook.trigger.closed_by)
    return passed("reviewed", f"owner {playbook.owner}; it ends with {ends}")


def _is_placeholder(text: str) -> bool:
    plain = text.strip().casefold()
    return not plain or plain.startswith(PLACEHOLDERS)


def _lint(playbook: Playbook, templates: Path) -> Line:
    messages = messages_of(playbook)
    folders = [templates / "messages" / message for message in messages]
    there = [folder for folder in folders if folder.is_dir()]
    wrong = [folder.name for folder in there if has_errors(lint_path(folder, shipped=templates).findings)]
    if wrong:
        return failed("lint", f"errors in {', '.join(wrong)}", f"attune lint {templates / 'messages' / wrong[0]}")
    missing = sorted(set(messages) - {folder.name for folder in there})
    if missing:
        return failed("lint", f"there is no text {', '.join(missing)}", "write it; docs/texts.md")
    return passed("lint", f"{len(there)} texts: {', '.join(messages)}")


def _approvals(playbook: Playbook, library: TextLibrary) -> Line:
    locale = playbook.fallback_locale
    wanted = [
        (message, channel)
        for touch in playbook.touches
        for message in touch.messages
        for channel in touch.channels
        if any(text.message == message and text.channel == channel for text in library.texts)
    ]
    unapproved = [
        f"{message} by {channel}"
        for message, channel in wanted
        if not isinstance(find(library, message=message, channel=channel, locale=locale), Found)
    ]
    silent = [
        f"touch {number} by {channel}"
        for number, touch in enumerate(playbook.touches, start=1)
        for channel in touch.channels
        if not any((message, channel) in wanted for message in touch.messages)
    ]
    if unapproved or silent:
        return failed("approvals", f"in {locale}: {_several([*unapproved, *silent])}", "attune approve, by a person")
    return passed("approvals", f"{len(wanted)} texts by channel, in {locale}; by the hash of their words")


def messages_of(playbook: Playbook) -> list[str]:
    """Return every text that a playbook may say, each once."""
    return list(dict.fromkeys(message for touch in playbook.touches for message in touch.messages))


def _several(problems: list[str]) -> str:
    more = f", and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
    return "; ".join(problems[:SHOWN]) + more
