"""The playbooks with their state, and the changes of a stage, as tables and as data."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from rich import box
from rich.table import Table

from attune.domain.changes import Change
from attune.domain.playbooks import Playbook
from attune.domain.switches import RollOut, Switches
from attune_cli.playbooks.changing import open_office
from attune_cli.playbooks.shelf import Shelf, deployed_versions
from attune_cli.stage import Stage

PAGES = 20
"""Of a thousand running journeys each; beyond that the count is a lower bound."""


@dataclass(frozen=True)
class State:
    """How one playbook stands; `notes` say what is not as it should be, `journeys` is -1 where nobody was asked."""

    playbook: Playbook
    rollout: RollOut
    off: str
    notes: tuple[str, ...]
    journeys: int = -1
    more_journeys: bool = False


def read_states(shelf: Shelf, target: Stage | None) -> list[State]:
    """Return how every playbook stands: by its file, and on a stage where one is given."""
    switches, held, running, more = Switches(), None, None, False
    if target is not None:
        newest = open_office(target).newest
        switches, held = Change.switches_of(newest), deployed_versions(target)
        running, more = _running(target, shelf.playbooks)
    return [
        State(
            playbook,
            rollout := shelf.rollout(name, switches),
            _off(playbook, switches),
            tuple(_notes(playbook, rollout, held)),
            -1 if running is None else running[name],
            more,
        )
        for name, playbook in shelf.playbooks.items()
    ]


def states_table(states: Iterable[State]) -> Table:
    """Return the playbooks as a table."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for column in ("playbook", "state", "rolled out", "others", "held out", "journeys", "owner"):
        justify: Literal["left", "right"] = "right" if column in {"held out", "journeys"} else "left"
        # On a narrow terminal words and names stay whole, for the next command; only an owner may be cut.
        overflow: Literal["ellipsis", "fold"] = "ellipsis" if column == "owner" else "fold"
        least = 8 if column == "rolled out" else max(map(len, column.split()))
        table.add_column(column, justify=justify, overflow=overflow, no_wrap=column == "playbook", min_width=least)
    for state in states:
        journeys = "-" if state.journeys < 0 else f"{state.journeys:,}{'+' if state.more_journeys else ''}"
        rollout = state.rollout
        others = "-" if rollout.percent >= 100 else rollout.previous or "nothing"  # noqa: PLR2004 - percent
        style = "yellow" if state.off or state.notes else ""
        table.add_row(
            state.playbook.id,
            state.off or "on",
            f"{rollout.version} to {rollout.percent:g} %",
            others,
            f"{state.playbook.audience.holdout_percent:g} %",
            journeys,
            state.playbook.owner,
            style=style,
        )
    return table


def notes_of(states: Iterable[State]) -> str:
    """Return what is not as it should be, a line each; nothing where all is well."""
    return "\n".join(f"{state.playbook.id}: {note}" for state in states for note in state.notes)


def as_json(states: Iterable[State]) -> str:
    """Return the playbooks as JSON."""
    return json.dumps(
        [
            {
                "playbook": state.playbook.id,
                "version": state.playbook.version,
                "enabled": state.playbook.enabled,
                "off": state.off,
                "rollout": asdict(state.rollout),
                "holdout_percent": state.playbook.audience.holdout_percent,
                "journeys_running": None if state.journeys < 0 else state.journeys,
                "owner": state.playbook.owner,
                "notes": state.notes,
            }
            for state in states
        ]
    )


def log_table(changes: Iterable[Change]) -> Table:
    """Return changes as a table."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("", "when (UTC)", "who", "what", "before", "after", "why"):
        table.add_column(column, justify="right" if not column else "left", overflow="fold")
    for change in changes:
        what = f"{change.about} {change.kind.replace('_', ' ')}"
        row = (f"{change.at:%Y-%m-%d %H:%M}", change.who, what, change.before, change.after, change.why)
        table.add_row(str(change.number), *row)
    return table


def _off(playbook: Playbook, switches: Switches) -> str:
    if not playbook.enabled:
        return "off in its file"
    if switches.system_off:
        return "off, as is everything"
    if playbook.id in switches.playbooks_off:
        return "switched off"
    reachable = {channel for touch in playbook.touches for channel in touch.channels}
    without = sorted(reachable & switches.channels_off)
    return f"on, without {', '.join(without)}" if without else ""


def _notes(playbook: Playbook, rollout: RollOut, held: dict[str, tuple[str, ...]] | None) -> Iterable[str]:
    if playbook.version not in (rollout.version, rollout.previous):
        yield f"{playbook.version} waits for its roll-out"
    if held is None:
        return
    here = held.get(playbook.id, ())
    wanted = [rollout.version, *([rollout.previous] if rollout.percent < 100 and rollout.previous else [])]  # noqa: PLR2004
    for version in wanted:
        if version not in here:
            yield f"{version} is not on the stage: deploy it, or customers get nothing"
    if playbook.version not in here:
        yield f"{playbook.version} is not deployed yet"


def _running(target: Stage, playbooks: Iterable[str]) -> tuple[Counter[str], bool]:
    """Count running journeys by playbook: executions are called <playbook>-<32 characters>."""
    client: Any = target.session.client("stepfunctions")
    pages = client.get_paginator("list_executions").paginate(
        stateMachineArn=target.output("JourneyArn"), statusFilter="RUNNING", PaginationConfig={"PageSize": 1000}
    )
    found: Counter[str] = Counter(dict.fromkeys(playbooks, 0))
    for number, page in enumerate(pages):
        found.update(execution["name"].rpartition("-")[0] for execution in page["executions"])
        if number + 1 == PAGES:
            return found, bool(page.get("nextToken"))
    return found, False
