"""Read the `templates` folder: every text checked, with its approvals, tones, layout, pages and regions."""

from collections import Counter
from functools import lru_cache
from pathlib import Path

from attune.adapters.message_texts import read_text
from attune.adapters.region_file import load_regions
from attune.adapters.text_files import (
    ApprovalRow,
    PageStrings,
    TonesFile,
    parse_yaml,
    read_file,
    strings,
    validated,
)
from attune.domain.texts import Approval, ApprovalError, Layout, MalformedTextError, Pages, Text, TextLibrary
from attune.domain.tones import ToneProfile, ToneRule, Tones

COMMON_WORDS = "common"
"""The words that every page shares, beside those of each page."""


def load(templates_dir: Path) -> TextLibrary:
    """Read all words below a templates folder, once per process and folder.

    Raises TextError, with path, line where known and the fix, for the first file that cannot be used.
    """
    return _load(templates_dir.resolve())


@lru_cache(maxsize=8)
def load_pages(templates_dir: Path) -> Pages:
    """Read the words of the web pages alone: who serves pages has no use for three hundred texts.

    Raises TextError as `load` does.
    """
    return _pages(templates_dir / "pages")


@lru_cache(maxsize=8)
def _load(root: Path) -> TextLibrary:
    files = sorted((root / "messages").glob("*/*.liquid"))
    if not files:
        fix = "Give the folder that holds messages/<message>/<channel>.<locale>.liquid"
        raise MalformedTextError(str(root), "there are no texts here", fix=fix)
    tones = _tones(root / "tones.yaml")
    texts = tuple(read_text(path) for path in files)
    _check_tones_exist(texts, tones)
    return TextLibrary(
        texts=texts,
        approvals=_approvals(root / "approvals.yaml"),
        tones=tones,
        layout=_layout(root / "layouts"),
        pages=_pages(root / "pages"),
        regions=load_regions(root / "regions.yaml"),
    )


def _check_tones_exist(texts: tuple[Text, ...], tones: Tones) -> None:
    for text in texts:
        if text.tone not in tones.profiles:
            fix = f"Use one of {', '.join(tones.profiles)}, or add the tone to tones.yaml"
            raise MalformedTextError(f"messages/{text.name}", f"there is no tone {text.tone!r}", fix=fix)


def _approvals(path: Path) -> tuple[Approval, ...]:
    rows = parse_yaml(read_file(path, path.name), path.name)
    if not isinstance(rows, list):
        raise ApprovalError(path.name, "this is no list", fix="Write one entry '- message: ...' for each approved text")
    entries = (validated(ApprovalRow, row, f"{path.name}, entry {number}") for number, row in enumerate(rows, 1))
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
        for row in entries
    )


def _tones(path: Path) -> Tones:
    file = validated(TonesFile, parse_yaml(read_file(path, path.name), path.name), path.name)
    repeated = [row for row, count in Counter(row.id for row in file.map).items() if count > 1]
    if repeated:
        problem = (
            f"several rows are called {repeated[0]!r}, so that a decision could not say which of them allowed a tone"
        )
        raise MalformedTextError(path.name, problem, fix="Give every row of the map an id of its own")
    for row in file.map:
        unknown = [f"tone {tone!r}" for tone in row.tones if tone not in file.profiles]
        unknown += [
            f"{axis} {value!r}"
            for axis, values in row.when.items()
            for value in sorted(values - file.axes.get(axis, frozenset()))
        ]
        if unknown:
            problem = f"the row {row.id!r} names {', '.join(unknown)}, which nothing above declares"
            raise MalformedTextError(path.name, problem, fix="Correct the word, or add it to axes or profiles")
    return Tones(
        profiles={name: ToneProfile(name=name, **row.model_dump()) for name, row in file.profiles.items()},
        axes={str(axis): values for axis, values in file.axes.items()},
        rules=tuple(
            ToneRule(
                id=row.id,
                tones=row.tones,
                kinds=row.kinds,
                when={str(axis): values for axis, values in row.when.items()},
            )
            for row in file.map
        ),
    )


def _layout(folder: Path) -> Layout:
    names = [f"layouts/{name}" for name in ("email.liquid", "email_text.liquid", "strings.yaml")]
    html, text, words = (read_file(folder.parent / name, name) for name in names)
    return Layout(html, text, strings(parse_yaml(words, names[-1]), names[-1]))


def _pages(folder: Path) -> Pages:
    where = "pages/strings.yaml"
    file = validated(PageStrings, parse_yaml(read_file(folder / "strings.yaml", where), where), where)
    bodies = {path.stem: read_file(path, f"pages/{path.name}") for path in sorted(folder.glob("[!_]*.liquid"))}
    if file.default_locale not in file.locales:
        raise MalformedTextError(where, f"there are no words for {file.default_locale}", fix="Add them below locales")
    for locale, words in file.locales.items():
        missing = sorted({COMMON_WORDS, *bodies} - words.keys())
        if missing:
            fix = f"Add them below locales, {locale}"
            raise MalformedTextError(where, f"{locale} has no words for {', '.join(missing)}", fix=fix)
    return Pages(read_file(folder / "_frame.liquid", "pages/_frame.liquid"), bodies, file.locales, file.default_locale)
