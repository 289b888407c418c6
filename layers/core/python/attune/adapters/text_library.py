"""Read the `templates` folder: every text checked, with its approvals, tones, layout and pages."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from attune.adapters.text_files import ApprovalRow, FrontMatter, PageStrings, SlotRow, Strings, TonesFile
from attune.domain.liquid_scan import ScanProblem, names_used
from attune.domain.locales import LocaleError, parse_locale
from attune.domain.slots import clean, is_web_url
from attune.domain.texts import (
    Approval,
    ApprovalError,
    BadSlotError,
    Layout,
    MalformedTextError,
    Pages,
    Slot,
    SlotType,
    Text,
    TextChannel,
    TextError,
    TextLibrary,
    UndeclaredSlotError,
    UnknownChannelError,
    UnusedSlotError,
    content_hash,
    normalise_body,
)
from attune.domain.tones import ToneProfile, ToneRule, Tones

LARGEST_FILE = 100_000

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<fields>.*?\n)---[ \t]*\n", re.DOTALL)
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
# libyaml is ten times faster; wheels have it, a source build may not.
_YamlLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(templates_dir: Path) -> TextLibrary:
    """Read all words below a templates folder, once per process and folder.

    Raises TextError, with path, line where known and the fix, for the first file that cannot be used.
    """
    return _load(templates_dir.resolve())


@lru_cache(maxsize=8)
def _load(root: Path) -> TextLibrary:
    files = sorted((root / "messages").glob("*/*.liquid"))
    if not files:
        fix = "Point at the templates folder, the one that holds messages/<message>/<channel>.<locale>.liquid"
        raise MalformedTextError(str(root), "there are no texts here", fix=fix)
    tones = _load_tones(root / "tones.yaml")
    texts = tuple(read_text(path) for path in files)
    for text in texts:
        if text.tone not in tones.profiles:
            fix = f"Use one of {', '.join(tones.profiles)}, or add the tone to tones.yaml"
            raise MalformedTextError(text.name, f"there is no tone {text.tone!r}", fix=fix)
    return TextLibrary(
        texts=texts,
        approvals=_load_approvals(root / "approvals.yaml"),
        tones=tones,
        layout=_load_layout(root / "layouts"),
        pages=_load_pages(root / "pages"),
    )


def read_text(path: Path) -> Text:
    """Read and check one text file `<message>/<channel>.<locale>.liquid`."""
    where = f"{path.parent.name}/{path.name}"
    channel, locale = _channel_and_locale(path, where)
    source = _read(path).replace("\r\n", "\n")
    match = _FRONT_MATTER.match(source)
    if match is None:
        raise MalformedTextError(
            where, "there is no front matter", line=1, fix="Start the file with the fields between two lines of ---"
        )
    body = source[match.end() :]
    first_line = source.count("\n", 0, match.end())
    fields = _parse_yaml(match["fields"], where, first_line=1)
    front = _validated(FrontMatter, fields, where)
    if front.message != path.parent.name:
        fix = f"Write message: {path.parent.name}, or move the file"
        raise MalformedTextError(where, f"the front matter says message {front.message!r}", fix=fix)
    _check_subject(front, channel, where)
    slots = tuple(_slot(name, row, locale, where) for name, row in front.slots.items())
    _check_slots(front, body, where=where, first_line=first_line)
    return Text(
        message=front.message,
        channel=channel,
        locale=locale,
        tone=front.tone,
        kind=front.kind,
        offer=front.offer,
        purpose=front.purpose,
        moment=front.moment,
        touch=front.touch,
        slots=slots,
        subject=front.subject,
        body=normalise_body(body),
        content_hash=content_hash({**fields, "channel": channel, "locale": locale}, body),
    )


def _channel_and_locale(path: Path, where: str) -> tuple[TextChannel, str]:
    channel, _, locale = path.name.removesuffix(".liquid").partition(".")
    if channel not in TextChannel:
        fix = f"Name it <channel>.<locale>.liquid with one of the channels {', '.join(TextChannel)}"
        raise UnknownChannelError(where, f"there is no channel {channel!r}", fix=fix)
    try:
        usual = str(parse_locale(locale))
    except LocaleError as error:
        raise MalformedTextError(where, str(error), fix="Name the file e.g. sms.de.liquid") from error
    if usual != locale:
        raise MalformedTextError(where, f"the locale is usually written {usual}", fix=f"Rename it to {channel}.{usual}.liquid")
    return TextChannel(channel), locale


def _check_subject(front: FrontMatter, channel: TextChannel, where: str) -> None:
    if channel is TextChannel.EMAIL and not front.subject.strip():
        raise MalformedTextError(where, "an email needs a subject", fix="Add subject: to the front matter")
    if channel is not TextChannel.EMAIL and front.subject:
        raise MalformedTextError(where, f"{channel} has no subject", fix="Remove subject: from the front matter")


def _slot(name: str, row: SlotRow, locale: str, where: str) -> Slot:
    if clean(row.type, row.sample, locale=locale) is None:
        fix = {
            SlotType.URL: "Write an absolute address, e.g. https://shop.example/cart",
            SlotType.MONEY: 'Write amount and currency, e.g. "49.90 EUR"',
            SlotType.CODE: "Use letters, digits, - and _, at most 40",
            SlotType.DATE: 'Write an ISO date in quotes, e.g. "2026-11-03"',
            SlotType.STRING: "Write a few words without a link",
        }[row.type]
        raise BadSlotError(where, f"the sample of slot {name!r} is no {row.type}", fix=fix)
    if row.type is SlotType.URL and row.fallback and not is_web_url(row.fallback):
        raise BadSlotError(where, f"the fallback of slot {name!r} is no url", fix='Write an address, or "" to leave the link out')
    return Slot(name, row.type, row.fallback, row.sample)


def _check_slots(front: FrontMatter, body: str, *, where: str, first_line: int) -> None:
    used: dict[str, int | None] = {}
    for source, offset in ((front.subject, None), (body, first_line)):
        try:
            found = names_used(source)
        except ScanProblem as problem:
            line = None if offset is None else offset + problem.line
            raise MalformedTextError(where, problem.problem, line=line, fix=problem.fix) from problem
        used |= {name: None if offset is None else offset + line for name, line in found.items()}
    for name, line in used.items():
        if name not in front.slots:
            fix = f"Declare it: slots: {{{name}: {{type: string, fallback: ..., sample: ...}}}}, or correct its name"
            raise UndeclaredSlotError(where, f"the slot {name!r} is used but not declared", line=line, fix=fix)
    for name in front.slots:
        if name not in used:
            raise UnusedSlotError(where, f"the slot {name!r} is declared but not used", fix="Use it, or remove it from slots")


def _load_approvals(path: Path) -> tuple[Approval, ...]:
    rows = _parse_yaml(_read(path), path.name)
    if not isinstance(rows, list):
        raise ApprovalError(path.name, "this is no list", fix="Write one entry '- message: ...' per approved text")
    approvals = (_validated(ApprovalRow, row, f"{path.name}, entry {number}") for number, row in enumerate(rows, 1))
    return tuple(
        Approval(
            message=row.message,
            channel=row.channel,
            locale=row.locale,
            content_hash=row.hash,
            approver=row.approver,
            role=row.role,
            date=row.date,
            note=row.note,
        )
        for row in approvals
    )


def _load_tones(path: Path) -> Tones:
    file = _validated(TonesFile, _parse_yaml(_read(path), path.name), path.name)
    profiles = {
        name: ToneProfile(name=name, **{**dict(row), "rules": tuple(row.rules)}) for name, row in file.profiles.items()
    }
    for rule in file.map:
        unknown = [f"tone {tone!r}" for tone in rule.tones if tone not in profiles]
        unknown += [
            f"{axis} {value!r}" for axis, values in rule.when.items() for value in values if value not in file.axes[axis]
        ]
        if unknown:
            problem = f"the row {rule.id!r} names {', '.join(unknown)}, which nothing above declares"
            raise MalformedTextError(path.name, problem, fix="Correct the word, or add it to axes or profiles")
    rules = tuple(
        ToneRule(
            id=rule.id,
            tones=tuple(rule.tones),
            kinds=tuple(rule.kinds),
            when={axis: frozenset(values) for axis, values in rule.when.items()},
        )
        for rule in file.map
    )
    return Tones(profiles, {axis: frozenset(values) for axis, values in file.axes.items()}, rules)


def _load_layout(folder: Path) -> Layout:
    strings = _validated(Strings, _parse_yaml(_read(folder / "strings.yaml"), "layouts/strings.yaml"), "layouts/strings.yaml")
    return Layout(_read(folder / "email.liquid"), _read(folder / "email_text.liquid"), strings.root)
