"""Read one text file and check it: front matter, channel, locale, subject, slots."""

import re
from collections.abc import Mapping
from pathlib import Path

from attune.adapters.text_files import FrontMatter, SlotRow, parse_yaml, read_file, validated
from attune.domain.liquid_scan import ForbiddenLiquidError, names_used
from attune.domain.locales import LocaleError, parse_locale
from attune.domain.slots import clean, is_web_url
from attune.domain.texts import (
    BadSlotError,
    MalformedTextError,
    Slot,
    SlotType,
    Text,
    TextChannel,
    UndeclaredSlotError,
    UnknownChannelError,
    UnusedSlotError,
    content_hash,
    normalise_body,
)
from attune.domain.tones import CallToAction

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<fields>.*?\n)---[ \t]*\n", re.DOTALL)
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
_SAMPLE_FIXES = {
    SlotType.URL: "Write an absolute address, e.g. https://shop.example/cart",
    SlotType.MONEY: 'Write amount and currency, e.g. "49.90 EUR"',
    SlotType.CODE: "Use letters, digits, - and _, at most 40",
    SlotType.DATE: 'Write an ISO date in quotes, e.g. "2026-11-03"',
    SlotType.STRING: "Write a few words without a link",
}


def read_text(path: Path) -> Text:
    """Read and check `<message>/<channel>.<locale>.liquid`; raise TextError when it cannot be used."""
    where = f"messages/{path.parent.name}/{path.name}"
    channel, locale = _channel_and_locale(path, where)
    source = read_file(path, where)
    match = _FRONT_MATTER.match(source)
    if match is None:
        fix = "Start the file with the fields, between two lines of ---"
        raise MalformedTextError(where, "there is no front matter", line=1, fix=fix)
    fields = parse_yaml(match["fields"], where, first_line=1)
    front = validated(FrontMatter, fields, where)
    body = source[match.end() :]
    _check_place(front, channel, path=path, where=where)
    _check_words(front, body, where=where, first_line=source.count("\n", 0, match.end()))
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
        call_to_action=front.call_to_action or CallToAction.SOFT,
        slots=tuple(_slot(name, row, locale=locale, where=where) for name, row in front.slots.items()),
        subject=front.subject,
        body=normalise_body(body),
        content_hash=content_hash({**fields, "channel": channel, "locale": locale}, body),
    )


def _channel_and_locale(path: Path, where: str) -> tuple[TextChannel, str]:
    channel, _, locale = path.name.removesuffix(".liquid").partition(".")
    if channel not in TextChannel:
        fix = f"Name the file <channel>.<locale>.liquid with one of the channels {', '.join(TextChannel)}"
        raise UnknownChannelError(where, f"there is no channel {channel!r}", fix=fix)
    try:
        usual = str(parse_locale(locale))
    except LocaleError as error:
        problem = f"{locale!r} is no language tag"
        raise MalformedTextError(where, problem, fix=f"Name the file e.g. {channel}.de.liquid") from error
    if usual != locale:
        problem = f"the language tag {locale} is written {usual}"
        raise MalformedTextError(where, problem, fix=f"Rename the file to {channel}.{usual}.liquid")
    return TextChannel(channel), locale


def _check_place(front: FrontMatter, channel: TextChannel, *, path: Path, where: str) -> None:
    if front.message != path.parent.name:
        fix = f"Write message: {path.parent.name}, or move the file"
        raise MalformedTextError(where, f"the front matter says message {front.message!r}", fix=fix)
    if channel is TextChannel.EMAIL and not front.subject.strip():
        raise MalformedTextError(where, "an email needs a subject", fix="Add subject: to the front matter")
    if channel is not TextChannel.EMAIL and front.subject:
        raise MalformedTextError(where, "only an email has a subject", fix="Remove subject: from the front matter")


def _check_words(front: FrontMatter, body: str, *, where: str, first_line: int) -> None:
    if not body.strip():
        raise MalformedTextError(where, "there are no words", fix="Write the text below the front matter")
    if _PRIVATE_USE.search(body + front.subject):
        raise MalformedTextError(where, "there is a private-use character", fix="Remove it; fonts do not agree on it")
    used = {**_scan(body, where, first_line=first_line)}
    used |= {name: used.get(name) for name in _scan(front.subject, where, first_line=None)}
    for name, line in used.items():
        if name not in front.slots:
            fix = f"Declare it: slots: {{{name}: {{type: string, fallback: ..., sample: ...}}}}, or correct its name"
            raise UndeclaredSlotError(where, f"the slot {name!r} is used but not declared", line=line, fix=fix)
    for name in front.slots:
        if name not in used:
            fix = "Use it in the words, or remove it from slots"
            raise UnusedSlotError(where, f"the slot {name!r} is declared but not used", fix=fix)


def _scan(source: str, where: str, *, first_line: int | None) -> Mapping[str, int | None]:
    try:
        found = names_used(source)
    except ForbiddenLiquidError as error:
        line = None if first_line is None else first_line + error.line
        raise MalformedTextError(where, error.problem, line=line, fix=error.fix) from error
    return {name: None if first_line is None else first_line + line for name, line in found.items()}


def _slot(name: str, row: SlotRow, *, locale: str, where: str) -> Slot:
    if clean(row.type, row.sample, locale=locale) is None:
        problem = f"the sample of the slot {name!r} is no {row.type}"
        raise BadSlotError(where, problem, fix=_SAMPLE_FIXES[row.type])
    if row.type is SlotType.URL and row.fallback and not is_web_url(row.fallback):
        problem = f"the fallback of the slot {name!r} is no url"
        raise BadSlotError(where, problem, fix='Write an absolute address, or "" to leave the link out')
    return Slot(name, row.type, row.fallback, row.sample)
