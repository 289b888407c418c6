"""Lint a templates folder, a messages folder, one message or one file."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from attune.adapters.text_files import parse_yaml, read_file, strings
from attune.adapters.word_files import read_limits, read_tones, read_words
from attune.domain.linting.engine import lint_text
from attune.domain.linting.findings import Finding
from attune.domain.linting.reading import LintContext, Places, finding
from attune.domain.texts import Text, TextError
from attune.domain.tones import ToneProfile
from attune_cli.errors import InputError
from attune_cli.linting.frame_words import lint_plain_frame
from attune_cli.linting.layout_rules import lint_frame, lint_markup
from attune_cli.linting.string_files import lint_strings
from attune_cli.linting.text_drafts import Draft, read_draft

FEWEST_SIBLINGS = 2
_KINDS = frozenset({".liquid", ".mjml", ".html"})
_MARKUP = re.compile(r"<[a-z!/]", re.IGNORECASE)


@dataclass(frozen=True)
class Linted:
    """What was looked at, and what was found."""

    files: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Scope:
    """Which files are meant, and the templates folder they lie in (None when they lie in none)."""

    root: Path | None
    texts: tuple[Path, ...]
    frames: tuple[Path, ...]
    words: tuple[Path, ...]


def lint_path(path: Path, *, shipped: Path) -> Linted:
    """Lint what lies at a path; tones, words and limits that it does not bring are those of the shipped templates.

    Raises InputError when there is nothing to lint, TextError when word lists or configuration cannot be read.
    """
    scope = _scope(path)
    base = path.resolve() if path.is_dir() else path.resolve().parent
    named = {file: _shown(file, scope.root or base) for file in (*scope.texts, *scope.frames, *scope.words)}
    found: list[Finding] = []
    tones, broken = _tones(scope.root, shipped)
    found += broken
    lint_folder = scope.root / "lint" if scope.root else shipped / "lint"
    limits = read_limits(lint_folder if (lint_folder / "config.yaml").exists() else shipped / "lint")
    words = read_words(lint_folder if (lint_folder / "words").is_dir() else shipped / "lint")
    context = LintContext(words=words, limits=limits, tones=tones)
    in_folder = scope.root is not None
    drafts = [read_draft(file, shown=named[file], declared_message=in_folder) for file in scope.texts]
    neighbours = _neighbours(scope, drafts)
    for draft in drafts:
        found += _lint_draft(draft, context, neighbours)
    if scope.root is None or path.resolve() == scope.root:
        found += _missing_locales(drafts)
    for file in scope.frames:
        found += _lint_frame_file(file, named[file], context)
    for file in scope.words:
        found += _lint_words_file(file, named[file], context)
    return Linted(len(named), tuple(sorted(set(found))))


def _scope(path: Path) -> _Scope:
    if not path.exists():
        raise InputError(f"there is nothing at {path}", "give a templates folder, a message or a file")
    path = path.resolve()
    root = next((folder for folder in (path, *path.parents) if (folder / "messages").is_dir()), None)
    if path.is_file():
        scope = _file_scope(path, root)
    elif (path / "messages").is_dir():
        pages = _files(path / "pages", "*.liquid")
        frames = (
            *_files(path / "layouts", "*.liquid"),
            *_files(path / "layouts", "*.mjml"),
            *_files(path / "layouts", "*.html"),
            *pages,
        )
        sheets = tuple(file for file in (path / "layouts/strings.yaml", path / "pages/strings.yaml") if file.exists())
        scope = _Scope(path, _files(path / "messages", "*/*.liquid"), frames, sheets)
    elif path.name in {"layouts", "pages"}:
        sheets = _files(path, "strings.yaml")
        scope = _Scope(
            root, (), tuple(file for mask in ("*.liquid", "*.mjml", "*.html") for file in _files(path, mask)), sheets
        )
    elif (path / "templates" / "messages").is_dir():
        return _scope(path / "templates")
    else:
        scope = _loose_files(path, root)
    if not (scope.texts or scope.frames or scope.words):
        raise InputError(
            f"there is nothing to lint in {path}", "give a folder with messages/<message>/<channel>.<locale>.liquid"
        )
    return scope


def _loose_files(path: Path, root: Path | None) -> _Scope:
    """Return everything that can be linted below a folder which is no templates folder."""
    files = (file for file in sorted(path.rglob("*")) if file.suffix in _KINDS or file.name == "strings.yaml")
    each = [_file_scope(file, root) for file in files if file.is_file() and not _set_aside(file.relative_to(path))]
    texts = tuple(file for scope in each for file in scope.texts)
    frames = tuple(file for scope in each for file in scope.frames)
    return _Scope(root, texts, frames, tuple(file for scope in each for file in scope.words))


def _set_aside(file: Path) -> bool:
    return any(part.startswith(".") or part == "node_modules" for part in file.parts)


def _file_scope(path: Path, root: Path | None) -> _Scope:
    if path.suffix in {".mjml", ".html"} or (path.suffix == ".liquid" and path.parent.name in {"layouts", "pages"}):
        return _Scope(root, (), (path,), ())
    if path.name == "strings.yaml":
        return _Scope(root, (), (), (path,))
    if path.suffix == ".liquid":
        return _Scope(root, (path,), (), ())
    raise InputError(f"{path} is no text, layout or page", "give a .liquid, .mjml or .html file, or strings.yaml")


def _files(folder: Path, mask: str) -> tuple[Path, ...]:
    return tuple(sorted(file for file in folder.glob(mask) if file.is_file()))


def _shown(file: Path, base: Path) -> str:
    return str(file.relative_to(base)) if file.is_relative_to(base) else file.name


def _tones(root: Path | None, shipped: Path) -> tuple[Mapping[str, ToneProfile], list[Finding]]:
    own = root / "tones.yaml" if root else None
    path = own if own and own.exists() else shipped / "tones.yaml"
    try:
        return read_tones(path), []
    except TextError as error:
        place = (error.path, error.line or 1, 1, error.problem)
        broken = finding("broken-file", *place, fix=error.fix)
        return (read_tones(shipped / "tones.yaml") if path is own else {}), [broken]


def _neighbours(scope: _Scope, drafts: Sequence[Draft]) -> tuple[Text, ...]:
    """Return all texts around those that are linted: other languages, other touches."""
    if scope.root is None:
        return tuple(draft.text for draft in drafts if draft.text)
    everywhere = _files(scope.root / "messages", "*/*.liquid")
    if set(everywhere) <= set(scope.texts):
        return tuple(draft.text for draft in drafts if draft.text)
    read = (read_draft(file, shown=file.name) for file in everywhere)
    return tuple(draft.text for draft in read if draft.text)


def _lint_draft(draft: Draft, context: LintContext, neighbours: tuple[Text, ...]) -> Iterator[Finding]:
    yield from draft.broken
    text = draft.text
    if text is None:
        return
    if text.tone and text.tone not in context.tones and context.tones:
        detail = f"there is no tone {text.tone!r}"
        fix = f"Use one of {', '.join(context.tones)}, or add the tone to tones.yaml"
        yield finding(
            "broken-file", draft.places.path, draft.places.front.get("tone", 1), 1, text.tone, detail=detail, fix=fix
        )
    around = replace(context, siblings=_siblings(text, neighbours), earlier=_earlier(text, neighbours))
    yield from lint_text(text, around, draft.places)


def _siblings(text: Text, neighbours: tuple[Text, ...]) -> tuple[Text, ...]:
    return tuple(other for other in neighbours if other.message == text.message and other is not text)


def _earlier(text: Text, neighbours: tuple[Text, ...]) -> tuple[Text, ...]:
    """Return the texts of earlier touches of the same moment in the same language."""
    return tuple(
        other
        for other in neighbours
        if other.moment == text.moment
        and other.locale == text.locale
        and 0 < other.touch < text.touch
        and other.message != text.message
    )


def _missing_locales(drafts: Sequence[Draft]) -> Iterator[Finding]:
    """Find channels of a message that lack a language which the message has, or which every other message has."""
    spoken: dict[str, dict[str, dict[str, Places]]] = defaultdict(lambda: defaultdict(dict))
    for draft in drafts:
        if draft.text:
            spoken[draft.text.message][draft.text.channel][draft.text.locale] = draft.places
    of_message = {message: {tag for tags in channels.values() for tag in tags} for message, channels in spoken.items()}
    for message, channels in spoken.items():
        others = [tags for name, tags in of_message.items() if name != message]
        wanted = set(of_message[message])
        wanted |= set.intersection(*others) if len(others) >= FEWEST_SIBLINGS else set()
        for channel, tags in channels.items():
            missing = sorted(wanted - tags.keys())
            if missing:
                places = tags[min(tags)]
                yield finding("missing-locale", places.path, 1, 1, f"{message}/{channel}: {', '.join(missing)}")


def _lint_frame_file(file: Path, shown: str, context: LintContext) -> Iterator[Finding]:
    try:
        source = read_file(file, shown)
    except TextError as error:
        yield finding("broken-file", shown, error.line or 1, 1, error.problem, fix=error.fix)
        return
    is_page = file.parent.name == "pages"
    if not is_page and file.name.startswith("email"):
        yield from lint_frame(source, shown)
        if "<" in source and file.suffix != ".mjml" and not (file.parent / "email_text.liquid").exists():
            yield finding("missing-text-part", shown, 1, 1, file.name)
    if _MARKUP.search(source):
        yield from lint_markup(source, shown, context)
    else:
        yield from lint_plain_frame(source, shown, context)


def _lint_words_file(file: Path, shown: str, context: LintContext) -> Iterator[Finding]:
    try:
        source = read_file(file, shown)
        data = parse_yaml(source, shown)
        by_locale = strings(data, shown) if file.parent.name == "layouts" else data.get("locales", {})
    except TextError as error:
        yield finding("broken-file", shown, error.line or 1, 1, error.problem, fix=error.fix)
        return
    yield from lint_strings(source, by_locale, shown, context)
