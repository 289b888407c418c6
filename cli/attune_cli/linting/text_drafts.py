"""Read a text file as far as it can be read: what is broken becomes findings, and the words are checked all the same."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from attune.adapters.text_files import FrontMatter, SlotRow, parse_yaml, problem_of, read_file
from attune.domain.linting.findings import Finding
from attune.domain.linting.reading import Places, finding
from attune.domain.locales import LocaleError, parse_locale
from attune.domain.texts import Slot, Text, TextChannel, TextError, content_hash
from attune.domain.tones import CallToAction, TextKind

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n(?P<fields>.*?\n)---[ \t]*(?:\n|\Z)", re.DOTALL)
_KEY = re.compile(r"^(?P<indent> *)(?P<key>[A-Za-z_]\w*)\s*:", re.MULTILINE)
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")


@dataclass(frozen=True)
class Draft:
    """A text that could be read, where its parts stand, and what was broken around it."""

    text: Text | None
    places: Places
    broken: tuple[Finding, ...] = ()


def read_draft(path: Path, *, shown: str, declared_message: bool = True) -> Draft:
    """Read `<channel>.<locale>.liquid`; `shown` is how the file is called in findings."""
    try:
        source = read_file(path, shown)
    except TextError as error:
        return _unreadable(shown, error)
    except OSError as error:
        return Draft(None, Places(path=shown), (_broken(shown, 1, f"it cannot be read: {error.strerror}"),))
    match = _FRONT_MATTER.match(source)
    if match is None:
        problem = "there is no front matter"
        fix = "Start the file with the fields, between two lines of ---"
        return Draft(None, Places(path=shown), (_broken(shown, 1, problem, fix=fix),))
    try:
        fields = parse_yaml(match["fields"], shown, first_line=1)
    except TextError as error:
        return _unreadable(shown, error)
    if not isinstance(fields, dict):
        return Draft(None, Places(path=shown), (_broken(shown, 2, "the front matter has no fields"),))
    return _draft(path, source, match, fields, shown=shown, declared_message=declared_message)


def _draft(
    path: Path, source: str, match: re.Match[str], fields: dict[str, Any], *, shown: str, declared_message: bool
) -> Draft:
    front = _lines_of(match["fields"])
    body = source[match.end() :]
    skipped = len(body) - len(body.lstrip("\n"))
    places = Places(
        path=shown,
        body=source.count("\n", 0, match.end()) + 1 + skipped,
        subject=(front.get("subject", 1), _subject_column(match["fields"])),
        slots={key.removeprefix("slots."): line for key, line in front.items() if key.startswith("slots.")},
        front=front,
    )
    broken = [_broken(shown, front.get(place, 1), problem) for place, problem in _problems(fields)]
    channel, locale, misnamed = _channel_and_locale(path)
    broken += [_broken(shown, 1, problem) for problem in misnamed]
    broken += [
        _broken(shown, front.get(field, 1), problem)
        for field, problem in _misplaced(path, fields, channel, declared_message=declared_message)
    ]
    if not body.strip():
        broken.append(_broken(shown, places.body, "there are no words", fix="Write the text below the front matter"))
    private = _PRIVATE_USE.search(body)
    if private:
        broken.append(
            _broken(
                shown,
                places.body + body[skipped:].count("\n", 0, private.start() - skipped),
                "there is a private-use character",
                fix="Remove it",
            )
        )
    text = _text(fields, channel=channel, locale=locale, body=body.strip("\n"), message=path.parent.name)
    return Draft(text, places, tuple(broken))


def _text(fields: Mapping[str, Any], *, channel: TextChannel, locale: str, body: str, message: str) -> Text:
    """Return the text with what its fields say; what they do not say, or not soundly, is as strict as can be."""
    kind = fields.get("kind")
    touch = fields.get("touch")
    asked = fields.get("call_to_action")
    return Text(
        message=str(fields.get("message", message)),
        channel=channel,
        locale=locale,
        tone=str(fields.get("tone", "")),
        kind=TextKind(kind) if kind in tuple(TextKind) else TextKind.SERVICE,
        call_to_action=CallToAction(asked) if asked in tuple(CallToAction) else CallToAction.SOFT,
        offer=fields.get("offer") is True,
        purpose=str(fields.get("purpose", "")),
        moment=str(fields.get("moment", "")),
        touch=touch if isinstance(touch, int) else 0,
        slots=tuple(_slots(fields.get("slots"))),
        subject=str(fields.get("subject") or ""),
        body=body,
        content_hash=content_hash({"channel": channel, "locale": locale}, body),
    )


def _slots(declared: object) -> Iterator[Slot]:
    for name, row in declared.items() if isinstance(declared, dict) else ():
        try:
            slot = SlotRow.model_validate(row)
        except ValidationError:
            continue
        yield Slot(str(name), slot.type, slot.fallback, slot.sample)


def _problems(fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    try:
        FrontMatter.model_validate(fields)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            place = ".".join(map(str, item["loc"][:2]))
            yield place, problem_of(item)


def _channel_and_locale(path: Path) -> tuple[TextChannel, str, list[str]]:
    channel, _, locale = path.name.removesuffix(".liquid").partition(".")
    problems = []
    if channel not in tuple(TextChannel):
        problems.append(f"there is no channel {channel!r}; name the file <channel>.<locale>.liquid")
        channel = TextChannel.ONSITE
    try:
        usual = str(parse_locale(locale))
        if usual != locale:
            problems.append(f"the language tag {locale} is written {usual}")
    except LocaleError:
        problems.append(f"{locale!r} is no language tag")
        usual = "und"
    return TextChannel(channel), usual, problems


def _misplaced(
    path: Path, fields: Mapping[str, Any], channel: TextChannel, *, declared_message: bool
) -> Iterator[tuple[str, str]]:
    if declared_message and fields.get("message", path.parent.name) != path.parent.name:
        yield "message", f"the front matter says message {fields['message']!r}, the folder {path.parent.name!r}"
    if channel is TextChannel.EMAIL and not str(fields.get("subject") or "").strip():
        yield "subject", "an email needs a subject"
    if channel is not TextChannel.EMAIL and fields.get("subject"):
        yield "subject", "only an email has a subject"


def _lines_of(fields: str) -> dict[str, int]:
    """Return the line of every field, slots as `slots.<name>`; the front matter begins on line 2 of its file."""
    found: dict[str, int] = {}
    inside = ""
    for match in _KEY.finditer(fields):
        line = fields.count("\n", 0, match.start()) + 2
        if not match["indent"]:
            inside = match["key"]
            found.setdefault(inside, line)
        elif inside == "slots":
            found.setdefault(f"slots.{match['key']}", line)
    return found


def _subject_column(fields: str) -> int:
    match = re.search(r"^subject:[ \t]*[\"']?", fields, re.MULTILINE)
    return match.end() - match.start() + 1 if match else 1


def _unreadable(shown: str, error: TextError) -> Draft:
    return Draft(None, Places(path=shown), (_broken(shown, error.line or 1, error.problem, fix=error.fix),))


def _broken(shown: str, line: int, problem: str, *, fix: str = "") -> Finding:
    return finding("broken-file", shown, line, 1, problem, fix=fix)
