"""The surroundings in which a text that is no email is shown: a telephone, a shop's page, an agent's desk."""

import json
from collections.abc import Iterable, Mapping
from html import escape

from attune.domain.blocks import Block, BlockKind, Part
from attune.domain.locales import parse_locale
from attune.domain.rendering import Rendered
from attune.domain.sms import is_gsm7
from attune.domain.texts import Text
from attune_cli.previewing.values import SENDER

STYLE = """
:root { color-scheme: light dark; --ground: #eef0f3; --card: #fff; --ink: #1d2330; --soft: #5b6475; --line: #d8dce4;
  --act: #1a56a0; --on: #fff; --bubble: #e3e7ee }
@media (prefers-color-scheme: dark) { :root { --ground: #14161a; --card: #1e2127; --ink: #e8ebf1; --soft: #a9b0ba;
  --line: #3a4150; --act: #9cc3f5; --on: #10151c; --bubble: #33394a } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, 'Segoe UI', Roboto, sans-serif }
main { max-width: 640px; margin: 0 auto; padding: 24px 16px }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 20px 24px }
.bubble { display: inline-block; max-width: 22rem; background: var(--bubble); border-radius: 18px; padding: 12px 16px;
  white-space: pre-wrap; overflow-wrap: anywhere }
.facts { color: var(--soft); font-size: 14px; margin: 12px 4px 0 } h1 { font-size: 1.1rem; margin: 0 0 12px }
p, ul { margin: 0 0 14px } .card > :last-child { margin-bottom: 0 } a { color: var(--act) }
.go { display: inline-block; padding: 10px 18px; border-radius: 8px; background: var(--act); color: var(--on);
  text-decoration: none; font-weight: 600 }
.shelf { display: grid; grid-template-columns: repeat(auto-fill, minmax(140px, 1fr)); gap: 16px }
.shelf i { display: block; aspect-ratio: 4 / 5; border-radius: 8px; background: var(--line) }
.shop { height: 100vh; overflow: hidden } .note { position: fixed; right: 16px; bottom: 16px; width: min(24rem, calc(100vw - 32px));
  box-shadow: 0 8px 24px #0004 }
"""


def sms_page(text: Text, rendered: Rendered) -> str:
    """Return a page with the message as a telephone shows it, and what it costs."""
    words = f'<div class="card"><div class="bubble">{escape(rendered.text)}</div></div>'
    return _page(text, f'<main>{words}<p class="facts" dir="ltr" lang="en">{escape(sms_facts(rendered))}</p></main>')


def sms_facts(rendered: Rendered) -> str:
    """Say how many segments a message takes, in which encoding."""
    segments = rendered.sms_segments or 0
    encoding = "GSM-7" if is_gsm7(rendered.text) else "UCS-2"
    return f"{segments} segment{'' if segments == 1 else 's'}, {encoding}, {len(rendered.text)} characters"


def agent_page(text: Text, rendered: Rendered) -> str:
    """Return a page with the words as they are suggested to a person."""
    return _page(text, f'<main><div class="card">{blocks_html(rendered.blocks)}</div></main>')


def onsite_page(text: Text, rendered: Rendered, *, script: str, words: Mapping[str, str]) -> str:
    """Return a shop's page on which the real script shows the note; without the script, a picture of the note."""
    shelf = '<main class="shop"><h1>Shop</h1><div class="shelf">' + "<i></i>" * 9 + "</div></main>"
    blocks = (*rendered.blocks, _about_it(words))
    if not script:
        return _page(text, f'{shelf}<div class="card note">{blocks_html(blocks)}</div>')
    note = {
        "id": "preview",
        "locale": text.locale,
        "direction": parse_locale(text.locale).direction,
        "headline": "",
        "body": rendered.text,
        "blocks": [
            {
                "kind": block.kind.value,
                "items": [[{"text": part.text, "url": part.url} for part in item] for item in block.items],
            }
            for block in blocks
        ],
        "words": dict(words),
    }
    answers = (
        f"const note = {_in_script(note)};"
        "window.fetch = async (_, asked) => ({ ok: true, status: 200, json: async () =>"
        " asked.method === 'POST' ? { show: true } : { notes: [note], friction: 'calm', hints: [] } });"
    )
    start = "Attune.start({ endpoint: 'https://preview.invalid', token: 'preview' });"
    return _page(text, f"{shelf}<script>{answers}</script><script>{script}</script><script>{start}</script>")


def blocks_html(blocks: Iterable[Block]) -> str:
    """Return a text's blocks as HTML; every word of it escaped."""
    return "".join(_block(block) for block in blocks)


def _about_it(words: Mapping[str, str]) -> Block:
    """Return the line under every note: links to the customer's own pages about it."""
    why, settings = Part(words["why"], SENDER["why_url"]), Part(words["settings"], SENDER["preferences_url"])
    return Block(BlockKind.PARAGRAPH, ((why, Part(" · "), settings),))


def _block(block: Block) -> str:
    items = ["".join(_part(part, block.kind) for part in item) for item in block.items]
    if block.kind is BlockKind.LIST:
        return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
    return f"<p>{items[0]}</p>"


def _part(part: Part, kind: BlockKind) -> str:
    if not part.url:
        return escape(part.text)
    button = ' class="go"' if kind is BlockKind.BUTTON else ""
    return f'<a{button} href="{escape(part.url)}">{escape(part.text)}</a>'


def _in_script(data: object) -> str:
    """Return data as JSON that cannot end the script element it stands in."""
    return json.dumps(data).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _page(text: Text, body: str) -> str:
    direction = parse_locale(text.locale).direction
    return (
        f'<!doctype html><html lang="{text.locale}" dir="{direction}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(text.name)}</title>'
        f"<style>{STYLE}</style></head><body>{body}</body></html>\n"
    )
