"""The result of a replay as one page that needs nothing else."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from attune_cli.replaying.comparing import GROUPS, Difference, by_hour, rows_of, side_by_side
from attune_cli.replaying.plots import bars, pairs
from attune_cli.replaying.tables import affected, heading, left_out

SHOWN_STORIES = 50

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1d1d1d; background: #fff; max-width: 900px; margin: 0 auto; padding: 24px; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 19px; margin: 36px 0 6px; } h3 { font-size: 16px; margin: 18px 0 4px; overflow-wrap: anywhere; }
p { margin: 6px 0 12px; overflow-wrap: anywhere; } .honest { background: #fff4d6; border-left: 4px solid #c98a00; padding: 10px 14px; }
.big { font-size: 20px; font-weight: 600; }
table { border-collapse: collapse; width: 100%; font-size: 15px; } th, td { text-align: right; padding: 4px 8px; }
th { border-bottom: 2px solid #444; } td { border-bottom: 1px solid #e3e3e3; } th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere; }
tr.group td { font-weight: 600; background: #f5f5f5; } tr.row td:first-child { padding-left: 24px; } td.changed { background: #fff4d6; font-weight: 600; }
svg { width: 100%; height: auto; } .grid { stroke: #e3e3e3; } .axis { stroke: #555; } .tick { font-size: 12px; fill: #555; } .mid { text-anchor: middle; } .end { text-anchor: end; }
.name { font-size: 13px; } .before { fill: #6b6b6b; } .after { fill: #0072b2; }
ol { list-style: none; margin: 0; padding: 0; font-size: 14px; } ol li { padding: 1px 6px; overflow-wrap: anywhere; } ol time { color: #555; margin-right: 8px; white-space: nowrap; }
li.minus { background: #fdeceb; } li.plus { background: #e8f5ec; } li.quiet { color: #555; } b.sign { display: inline-block; width: 14px; }
@media print { h2 { break-after: avoid; } }
"""


def write_page(found: Mapping[str, Any], changed: Sequence[Difference], path: Path) -> Path:
    """Write the page and return its path."""
    path.write_text(page_of(found, changed), encoding="utf-8")
    return path


def page_of(found: Mapping[str, Any], changed: Sequence[Difference]) -> str:
    """Return the page."""
    title, recorded, honest = heading(found)
    before, after = found["before"], found["after"]
    problems = left_out(found)
    sections = [
        f"<h1>{escape(title)}</h1><p>{escape(recorded)}</p>",
        f'<p class="honest">{escape(honest)}</p>',
        f'<p class="big">{escape(affected(found))}</p>',
        "<h2>Messages by local hour</h2>",
        bars(by_hour(before["messages_by_local_hour"], after["messages_by_local_hour"])),
        "<h2>Messages by channel</h2>",
        pairs(rows_of(before["messages"], after["messages"])),
        "<h2>Why messages were withheld or held</h2>",
        pairs(rows_of(_refused(before), _refused(after))),
        "<h2>All figures</h2>",
        _figures(before, after),
        "<h2>Whose story differs</h2>",
        *_stories(changed),
    ]
    if problems:
        listed = "".join(f"<li>{escape(line)}</li>" for line in problems)
        sections += ["<h2>What of the recording did not count</h2>", f"<ol>{listed}</ol>"]
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}, replayed</title>"
    )
    body = "\n".join(sections)
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}<style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n'
    )


def _refused(tree: Mapping[str, Any]) -> dict[str, int]:
    return {f"{choice}: {rule}": number for choice in ("withheld", "held") for rule, number in tree[choice].items()}


def _figures(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    rows = [_row("group", "people", None, None)]
    rows += [_row("row", *row) for row in rows_of(before["people"], after["people"])]
    for group, title in GROUPS.items():
        counted = rows_of(before[group], after[group])
        if counted:
            rows.append(_row("group", title, sum(row[1] for row in counted), sum(row[2] for row in counted)))
            rows += [_row("row", *row) for row in counted]
    return f"<table><tr><th></th><th>before</th><th>after</th><th>difference</th></tr>{''.join(rows)}</table>"


def _row(kind: str, name: str, before: int | None, after: int | None) -> str:
    if before is None or after is None:
        return f'<tr class="{kind}"><td>{escape(name)}</td><td></td><td></td><td></td></tr>'
    change = after - before
    mark = ' class="changed"' if change else ""
    told = f"{change:+,}" if change else "·"
    return f'<tr class="{kind}"><td>{escape(name)}</td><td>{before:,}</td><td>{after:,}</td><td{mark}>{told}</td></tr>'


def _stories(changed: Sequence[Difference]) -> list[str]:
    if not changed:
        return ["<p>Nobody's.</p>"]
    told = f"<p>{len(changed):,} people's; those who would notice most come first. - only before, + only after.</p>"
    if len(changed) > SHOWN_STORIES:
        told += f"<p>Here are {SHOWN_STORIES}; <code>--customer</code> shows anybody's, <code>--json</code> all.</p>"
    return [told, *map(_story, changed[:SHOWN_STORIES])]


def _story(one: Difference) -> str:
    kinds = {" ": "", "-": "minus", "+": "plus"}
    lines = []
    for sign, line in side_by_side(one.before, one.after):
        quiet = "" if line.reaches else " quiet"
        lines.append(
            f'<li class="{kinds[sign]}{quiet}"><b class="sign">{sign}</b>'
            f"<time>{line.at:%Y-%m-%d %H:%M}</time>{escape(line.told)}</li>"
        )
    return f"<h3>{escape(one.customer_id)}</h3><ol>{''.join(lines)}</ol>"
