"""Experiments as one HTML page that needs nothing else: to be mailed, kept, or opened from a folder."""

from html import escape

from attune.domain.learning.experiments import ALL_CONTEXTS, ArmReport, Effect, PlaybookReport, TouchReport
from attune_cli.experiments.gathering import Experiments
from attune_cli.experiments.wordings import (
    arm_name,
    effect_sentence,
    headline,
    kinds_of,
    people,
    stage_of,
    state_of,
    touch_title,
)

BAR, HEIGHT = 240, 22


def experiments_page(found: Experiments) -> str:
    """Return the page."""
    sections = "".join(_playbook(report) for report in found.playbooks)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Experiments</title>'
        f"<style>{STYLE}</style></head><body><main><h1>Experiments</h1><p>{escape(headline(found))}</p>{sections}"
        "<footer>Each bar shows where the share of messages that help is believed to lie, in nine cases of ten; the dot is what is "
        "expected. A difference is claimed only where its interval does not hold zero.</footer></main></body></html>\n"
    )


def _playbook(report: PlaybookReport) -> str:
    effects = "".join(_effect(effect) for effect in report.effects)
    everybody = [touch for touch in report.touches if ALL_CONTEXTS in touch.context]
    parts = [f"<section><h2>{escape(report.playbook)}</h2><p>{escape(people(report))}</p><ul>{effects}</ul>"]
    for touch in everybody:
        inside = [
            one
            for one in report.touches
            if one not in everybody and (one.touch, one.is_words) == (touch.touch, touch.is_words)
        ]
        parts.append(_touch(touch))
        if inside:
            groups = "".join(_touch(one) for one in inside)
            parts.append(f"<details><summary>The same in {len(inside)} groups</summary>{groups}</details>")
    if not everybody:
        parts.append("<p>No message has been sent yet.</p>")
    return "".join(parts) + "</section>"


def _effect(effect: Effect) -> str:
    kind = "claimed" if effect.is_claimed else "open"
    return f'<li class="{kind}">{escape(effect_sentence(effect))}</li>'


def _touch(touch: TouchReport) -> str:
    top = max((arm.high for arm in touch.arms), default=0.0) or 1.0
    rows = "".join(_arm(touch, arm, top) for arm in touch.arms)
    return (
        f"<h3>{escape(touch_title(touch))}</h3><p class=quiet>{escape(stage_of(touch))}</p>"
        "<div class=scroll><table><thead><tr><th></th><th>messages</th><th>share</th><th>helped</th><th>did harm</th>"
        f"<th class=left>expected to help</th><th>chosen next</th><th class=left>what came of it</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _arm(touch: TouchReport, arm: ArmReport, top: float) -> str:
    stopped = arm.state == "stopped"
    cells = (
        f"{arm.contacts:,}",
        f"{arm.share:.0%}",
        f"{arm.helped:,}",
        f"{arm.harmed:,}",
    )
    note = f"<tr class=note><td></td><td colspan=7>{escape(state_of(arm))}</td></tr>"
    note = note if arm.state and ALL_CONTEXTS in touch.context else ""
    return (
        f"<tr{' class=stopped' if stopped else ''}><th class=left>{escape(arm_name(arm, is_words=touch.is_words))}</th>"
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + f"<td class=left>{_bar(arm, top)} {arm.expected:.1%} ({arm.low:.1%} to {arm.high:.1%})</td>"
        f"<td>{'stopped' if stopped else f'{arm.next_chance:.0%}'}</td>"
        f"<td class=left>{escape(kinds_of(arm)) or '-'}</td></tr>{note}"
    )


def _bar(arm: ArmReport, top: float) -> str:
    low, high, dot = (BAR * value / top for value in (arm.low, arm.high, arm.expected))
    middle = HEIGHT / 2
    return (
        f'<svg width="{BAR}" height="{HEIGHT}" viewBox="0 0 {BAR} {HEIGHT}" aria-hidden="true">'
        f'<line class=axis x1="0" y1="{middle}" x2="{BAR}" y2="{middle}"/>'
        f'<rect x="{low:.1f}" y="{middle - 4}" width="{max(high - low, 1):.1f}" height="8" rx="4"/>'
        f'<circle cx="{dot:.1f}" cy="{middle}" r="5"/></svg>'
    )


STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --paper: #fff; --soft: #5b6675; --line: #dde3ea; --blue: #2f6fbb;
  --pale: #a9c8ee; --warn: #9a5b00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf1; --paper: #14181f; --soft: #9aa6b5; --line: #2c3440;
  --blue: #7fb2f0; --pale: #35567f; --warn: #f0b35a; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 24px; }
h2 { margin-top: 40px; border-top: 1px solid var(--line); padding-top: 24px; } h3 { margin-bottom: 0; }
.quiet, footer { color: var(--soft); } .quiet { margin-top: 0; } footer { margin-top: 40px; font-size: 14px; }
li.claimed { font-weight: 600; } .scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 15px; }
th, td { padding: 6px 10px; text-align: right; border-bottom: 1px solid var(--line); font-weight: 400; vertical-align: middle; }
thead th { color: var(--soft); font-size: 14px; } .left { text-align: left; } tbody th { white-space: nowrap; font-weight: 600; }
td.left { white-space: nowrap; } td.left:last-child { white-space: normal; min-width: 180px; }
svg { vertical-align: middle; margin-right: 8px; } .axis { stroke: var(--line); } rect { fill: var(--pale); }
circle { fill: var(--blue); } tr.stopped th { text-decoration: line-through; } tr.stopped { color: var(--soft); }
tr.note td { color: var(--warn); text-align: left; } details { margin: 8px 0 0; } summary { cursor: pointer; color: var(--blue); }
"""
