"""Experiments as tables a person can read at 110 columns."""

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from attune.domain.learning.experiments import ALL_CONTEXTS, PlaybookReport, TouchReport
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

BUSIEST = 2
"""So many contexts of each touch are shown without being asked for."""


def experiments_tables(found: Experiments, *, contexts: bool) -> RenderableType:
    """Return the whole report; with `contexts` every context, else the busiest ones."""
    parts: list[RenderableType] = [Text(headline(found)), Text()]
    for report in found.playbooks:
        parts += [_playbook(report, contexts=contexts), Text()]
    return Group(*parts)


def _playbook(report: PlaybookReport, *, contexts: bool) -> RenderableType:
    parts: list[RenderableType] = [
        Text.assemble((report.playbook, "bold underline"), f"  {people(report)}"),
        Text(),
        Text("With messages against without:", style="bold"),
    ]
    parts += [Padding(Text(f"- {effect_sentence(effect)}"), (0, 0, 0, 2)) for effect in report.effects]
    shown, hidden = _shown(report, contexts=contexts)
    for touch in shown:
        parts += [Text(), _touch(touch)]
    if hidden:
        parts += [Text(), Text(f"{hidden} smaller groups are not shown: --contexts shows them.", style="dim")]
    if not shown:
        parts += [Text(), Text("No message has been sent yet.", style="dim")]
    return Group(*parts)


def _shown(report: PlaybookReport, *, contexts: bool) -> tuple[list[TouchReport], int]:
    shown: list[TouchReport] = []
    seen: dict[tuple[int, bool], int] = {}
    for touch in report.touches:
        key = (touch.touch, touch.is_words)
        if ALL_CONTEXTS not in touch.context:
            seen[key] = seen.get(key, 0) + 1
        if contexts or ALL_CONTEXTS in touch.context or seen[key] <= BUSIEST:
            shown.append(touch)
    return shown, len(report.touches) - len(shown)


def _touch(touch: TouchReport) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("", no_wrap=True)
    for column in ("messages", "share", "helped", "did harm", "expected to help"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("chosen next", justify="right", no_wrap=True)
    table.add_column("what came of it", ratio=1)
    for arm in touch.arms:
        stopped = arm.state == "stopped"
        table.add_row(
            Text(arm_name(arm, is_words=touch.is_words), style="strike" if stopped else ""),
            f"{arm.contacts:,}",
            f"{arm.share:.0%}",
            f"{arm.helped:,}",
            f"{arm.harmed:,}",
            f"{arm.expected:.1%} ({arm.low:.1%} to {arm.high:.1%})",
            "stopped" if stopped else f"{arm.next_chance:.0%}",
            kinds_of(arm) or "-",
        )
    notes = (
        []
        if ALL_CONTEXTS not in touch.context
        else [
            Text(f"{arm_name(arm, is_words=touch.is_words)} {state_of(arm)}", style="yellow")
            for arm in touch.arms
            if arm.state
        ]
    )
    return Group(Text(touch_title(touch), style="bold"), Text(stage_of(touch), style="dim"), table, *notes)
