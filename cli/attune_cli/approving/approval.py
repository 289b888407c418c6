"""Approve texts: refuse what is not fit to be read, and record who approved which words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from attune.adapters.text_library import load
from attune.domain.linting.findings import Finding, Severity
from attune.domain.liquid_sandbox import RenderError
from attune.domain.rendering import render
from attune.domain.texts import Approval, Text, TextLibrary
from attune_cli.approving.approvals_file import FILE, place_of, with_approvals, write
from attune_cli.approving.words_before import words_with
from attune_cli.errors import InputError
from attune_cli.linting.folders import lint_path
from attune_cli.previewing.values import REQUIRED, sample_values


@dataclass(frozen=True)
class Approver:
    """Who approves, as what, and what they want to say about it."""

    name: str
    role: str
    note: str = ""


@dataclass(frozen=True)
class Approved:
    """One text with its new approval, the words approved before (None: none are known), and who still has to read it."""

    text: Text
    source: str
    before: str | None
    missing_roles: tuple[str, ...]


def approve(
    templates: Path, texts: Sequence[Text], approver: Approver, *, shipped: Path, today: date
) -> list[Approved]:
    """Record the approval of these texts; return those that this role had not approved as they are.

    Raises InputError, and records nothing, when one of them has errors of the lint or cannot be rendered.
    """
    who = _checked(approver)
    library = load(templates)
    new = [text for text in texts if all(one.role != who.role for one in library.approvals_of(text))]
    _refuse_unfit(new, templates, library, shipped=shipped)
    given = [_approval(text, who, today) for text in new]
    approvals = with_approvals(library.approvals, given, library.texts)
    before = _before(new, library, templates)
    if new:
        write(templates / FILE, approvals)
    return [_approved(text, before[text.name], approvals, library, templates) for text in new]


def _checked(approver: Approver) -> Approver:
    for option, value in (("--approver", approver.name), ("--role", approver.role)):
        if not value.strip() or not value.isprintable():
            raise InputError(f"{option} has to say something, on one line", f'{option} "..."')
    if not approver.note.isprintable():
        raise InputError("--note has to be on one line")
    return Approver(approver.name.strip(), approver.role.strip(), approver.note.strip())


def _refuse_unfit(texts: Sequence[Text], templates: Path, library: TextLibrary, *, shipped: Path) -> None:
    meant = {f"messages/{text.name}" for text in texts}
    errors = [
        found
        for found in (lint_path(templates, shipped=shipped).findings if meant else ())
        if found.path in meant and found.severity is Severity.ERROR
    ]
    unreadable = [problem for text in texts for problem in _render_problems(text, library)]
    if errors or unreadable:
        lines = [*(_told(found) for found in errors), *unreadable]
        raise InputError(
            "nothing was approved, because of:\n  " + "\n  ".join(lines), "attune lint, then approve again"
        )


def _told(found: Finding) -> str:
    return f"{found.path}:{found.line}: {found.rule}: {found.words!r}: {found.fix}"


def _render_problems(text: Text, library: TextLibrary) -> Iterable[str]:
    for values in (sample_values(text), REQUIRED):
        try:
            if not render(text, values, layout=library.layout).blocks:
                yield f"{text.name}: nothing is left of it when values are missing"
        except RenderError as error:
            yield str(error)


def _approval(text: Text, approver: Approver, today: date) -> Approval:
    return Approval(
        message=text.message,
        channel=text.channel,
        locale=text.locale,
        content_hash=text.content_hash,
        approver=approver.name,
        role=approver.role,
        date=today,
        note=approver.note,
    )


def _before(texts: Iterable[Text], library: TextLibrary, templates: Path) -> Mapping[str, str | None]:
    hashes = defaultdict(set)
    for one in library.approvals:
        hashes[place_of(one)].add(one.content_hash)
    return {
        text.name: words_with(hashes[place_of(text)], templates / "messages" / text.name)
        if place_of(text) in hashes
        else None
        for text in texts
    }


def _approved(
    text: Text, before: str | None, approvals: Iterable[Approval], library: TextLibrary, templates: Path
) -> Approved:
    roles = [one.role for one in approvals if place_of(one) == place_of(text) and one.content_hash == text.content_hash]
    missing = library.regions.missing_roles(text_locale=text.locale, reader_locale="", roles=roles)
    source = (templates / "messages" / text.name).read_text(encoding="utf-8")
    return Approved(text, source, before, missing)
