"""The page that leads to all previews: by moment and message, with their pictures where there are any."""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from attune.domain.texts import TextChannel
from attune_cli.previewing.drafts import Written
from attune_cli.previewing.frames import sms_facts

STYLE = """
:root { color-scheme: light dark; --ink: #1d2330; --soft: #5b6475; --line: #d8dce4; --paper: #fff; --act: #1a56a0 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf1; --soft: #a4adbd; --line: #3a4150; --paper: #171a21;
  --act: #9cc3f5 } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 1240px; margin: 0 auto; padding: 2rem 1rem } h1 { font-size: 1.5rem } h2 { margin-top: 2.5rem }
h3 { margin: 1.5rem 0 .25rem; font-size: 1.05rem } .soft { color: var(--soft); font-size: .9rem; margin: 0 0 .75rem }
ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 1rem } a { color: var(--act) }
li { border: 1px solid var(--line); border-radius: 10px; padding: .6rem .8rem; max-width: 260px }
img { display: block; width: 234px; border: 1px solid var(--line); border-radius: 6px; margin-top: .5rem }
.no { color: #b3412e } @media (prefers-color-scheme: dark) { .no { color: #e58a77 } }
"""


def write_index(written: Sequence[Written], folder: Path) -> Path:
    """Write index.html into the folder and return it."""
    target = folder / "index.html"
    target.write_text(_page(written, folder), encoding="utf-8")
    return target


def _page(written: Sequence[Written], folder: Path) -> str:
    ordered = sorted(
        written, key=lambda w: (w.draft.text.moment, w.draft.text.touch, w.draft.text.message, w.page.name)
    )
    sections = "".join(
        f"<h2>{escape(moment.replace('_', ' '))}</h2>{_messages(of_moment, folder)}"
        for moment, of_moment in groupby(ordered, key=lambda w: w.draft.text.moment)
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Previews</title>'
        f"<style>{STYLE}</style></head><body><main><h1>{len(written)} texts with their samples</h1>{sections}"
        "</main></body></html>\n"
    )


def _messages(of_moment: Iterable[Written], folder: Path) -> str:
    return "".join(
        f'<h3>{escape(message)}</h3><p class="soft">{escape(group[0].draft.text.purpose)}</p>'
        f"<ul>{''.join(_item(one, folder) for one in group)}</ul>"
        for message, found in groupby(of_moment, key=lambda w: w.draft.text.message)
        for group in [list(found)]
    )


def _item(one: Written, folder: Path) -> str:
    text, rendered = one.draft.text, one.draft.rendered
    told = [text.tone, *([sms_facts(rendered)] if text.channel is TextChannel.SMS else [])]
    approved = "" if one.draft.approved else ' <strong class="no">not approved</strong>'
    shown = one.pictures[:1]
    picture = "".join(
        f'<img loading="lazy" alt="{escape(text.name)} on a phone" src="{_link(path, folder)}">' for path in shown
    )
    more = " · ".join(
        f'<a href="{_link(path, folder)}">{path.suffixes[-3][1:]} {path.suffixes[-2][1:]}</a>' for path in one.pictures
    )
    return (
        f'<li><a href="{_link(one.page, folder)}">{text.channel} {text.locale}</a>{approved}'
        f'<div class="soft">{escape(", ".join(told))}</div>{more}{picture}</li>'
    )


def _link(path: Path, folder: Path) -> str:
    return escape(path.relative_to(folder).as_posix())
