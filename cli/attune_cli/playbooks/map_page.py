"""The journey map as one HTML page that needs nothing else."""

from collections.abc import Iterable
from html import escape

from attune_cli.playbooks.map_view import Row, Station, in_words


def map_page(rows: Iterable[Row]) -> str:
    """Return the page."""
    sections = "".join(map(_moment, rows))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Journey map</title>'
        f"<style>{STYLE}</style></head><body><main><h1>Journey map</h1>"
        "<p class=quiet>Each line is a moment: what happened before it, what was seen to be hard, what we say, and where a person "
        f"takes over.</p>{sections}</main></body></html>\n"
    )


def _moment(row: Row) -> str:
    playbook = row.playbook
    quiet = in_words(playbook.trigger.quiet_period)
    facts = f"{escape(playbook.id)} {escape(playbook.version)} · {escape(playbook.owner)} · quiet for {quiet}"
    off = " <span class=off>off</span>" if not playbook.enabled else ""
    steps = "".join(map(_station, row.stations)) or "<li>Nothing is sent.</li>"
    return (
        f"<section><h2>{escape(playbook.moment or playbook.purpose)}{off}</h2><p class=quiet>{facts}</p><div class=line>"
        f"<div class=step><h3>Before</h3>{_list(row.before)}</div>"
        f"<div class='step hard'><h3>What is hard</h3>{_list(row.friction)}</div>"
        f"<div class='step say'><h3>What we say</h3><ol>{steps}</ol></div>"
        f"<div class='step person'><h3>A person</h3><p>{escape(row.person)}</p></div>"
        f"<div class='step goal'><h3>Done</h3><p>{escape(row.goal)}</p></div>"
        "</div></section>"
    )


def _station(station: Station) -> str:
    condition = f"<br><em>{escape(station.condition)}</em>" if station.condition else ""
    return (
        f"<li><strong>{escape(station.when)}</strong><br>{escape(station.messages)}"
        f"<br><span class=quiet>{escape(station.channels)}</span>{condition}</li>"
    )


def _list(items: Iterable[str]) -> str:
    told = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<ul>{told}</ul>" if told else "<p class=quiet>Nobody has written it down yet.</p>"


STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --paper: #fff; --soft: #5b6675; --line: #dde3ea; --card: #f5f7fa;
  --hard: #b3541e; --say: #2f6fbb; --person: #6a4fb3; --goal: #2a7d4f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf1; --paper: #14181f; --soft: #9aa6b5; --line: #2c3440;
  --card: #1c222b; --hard: #f0a070; --say: #7fb2f0; --person: #b8a4f0; --goal: #7fd0a4; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 24px; }
h2 { margin: 32px 0 0; font-size: 20px; line-height: 1.35; } .quiet { color: var(--soft); } section > .quiet { margin: 4px 0 12px; }
.line { display: grid; gap: 12px; grid-template-columns: 1fr 1fr 1.3fr 1fr .7fr; }
.step { background: var(--card); border-top: 4px solid var(--line); border-radius: 6px; padding: 12px 14px; font-size: 15px; }
.step h3 { margin: 0 0 6px; font-size: 14px; color: var(--soft); font-weight: 600; }
.hard { border-color: var(--hard); } .say { border-color: var(--say); } .person { border-color: var(--person); }
.goal { border-color: var(--goal); } .step p { margin: 0; }
ul, ol { margin: 0; padding-left: 18px; } li + li { margin-top: 8px; } .off { color: var(--hard); font-size: 14px; }
@media (max-width: 900px) { .line { grid-template-columns: 1fr; } }
@media print { body { font-size: 12px; } section { break-inside: avoid; } .step { border: 1px solid var(--line); border-top-width: 4px; } }
"""
