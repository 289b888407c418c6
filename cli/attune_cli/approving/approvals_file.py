"""Keep templates/approvals.yaml: one entry for each text and role, in order, with the comments above them left alone."""

from collections.abc import Iterable
from pathlib import Path

import yaml

from attune.domain.texts import Approval, Text

FILE = "approvals.yaml"
_ENTRIES_BEGIN = "- message:"

type Place = tuple[str, str, str]


def place_of(of: Approval | Text) -> Place:
    """Return message, channel and locale."""
    return (of.message, of.channel.value, of.locale)


def with_approvals(kept: Iterable[Approval], given: Iterable[Approval], texts: Iterable[Text]) -> tuple[Approval, ...]:
    """Return the approvals in order, the given ones in place of older ones of the same text and role.

    What was approved of a text before it was edited goes once the text is approved again; until then it stays, so
    that the next approver can be shown what has changed. Approvals of texts that are no more go at once.
    """
    words = {place_of(text): text.content_hash for text in texts}
    fresh = tuple(given)
    renewed = {place_of(one) for one in fresh}
    by_key = {
        (*place_of(one), one.role, one.content_hash if place_of(one) not in renewed else ""): one
        for one in (*kept, *fresh)
        if place_of(one) in words and (place_of(one) not in renewed or one.content_hash == words[place_of(one)])
    }
    return tuple(by_key[key] for key in sorted(by_key))


def write(path: Path, approvals: Iterable[Approval]) -> None:
    """Write the file anew below the comments that it starts with; all of it or nothing."""
    before = path.read_text(encoding="utf-8")
    header = before.partition(_ENTRIES_BEGIN)[0] if before.startswith("#") else ""
    entries = "".join(_entry(approval) for approval in approvals)
    fresh = path.with_suffix(".yaml.new")
    fresh.write_text(header + (entries or "[]\n"), encoding="utf-8")
    fresh.replace(path)


def _entry(approval: Approval) -> str:
    fields = {
        "message": approval.message,
        "channel": approval.channel.value,
        "locale": approval.locale,
        "hash": approval.content_hash,
        "approver": approval.approver,
        "role": approval.role,
        "date": approval.date,
    }
    if approval.note:
        fields["note"] = approval.note
    lines = yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=1000).splitlines()
    return "".join(f"{'- ' if number == 0 else '  '}{line}\n" for number, line in enumerate(lines))
