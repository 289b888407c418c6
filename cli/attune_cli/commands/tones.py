"""`attune tones`: who is spoken to in which tone, and where there is nothing to say."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from attune.adapters.playbook_files import load_playbooks
from attune.adapters.text_library import load
from attune.domain.tone_map import AXES, Place, TextHole, silent_places, text_holes, unreached_rows
from attune.domain.tones import TextKind, Tones
from attune_cli.cdk import ROOT
from attune_cli.console import out
from attune_cli.narrow import keep_words_whole


def tones(
    *,
    templates: Annotated[Path, typer.Option(help="The folder with tones.yaml, messages and playbooks.")] = (
        ROOT / "templates"
    ),
    as_json: Annotated[bool, typer.Option("--json", help="Print map and holes as JSON.")] = False,
) -> None:
    """Print the map of tones as a table, and every hole in it.

    A hole is a situation in which no tone is allowed, a row that never decides, or a touch of a playbook that has no
    approved text a row allows: there a person takes over. Ends with 1 if a situation has no tone at all.
    """
    library = load(templates)
    silent, unreached = silent_places(library.tones), unreached_rows(library.tones)
    holes = text_holes(library, load_playbooks(templates).values())
    if as_json:
        told = {"silent": [dict(place.situation) for place in silent], "unreached": unreached}
        out.print_json(json.dumps({**told, "texts": [asdict(hole) for hole in holes]}))
    else:
        out.print(_profiles(library.tones), "", tones_map(library.tones), "", sep="\n")
        _print_holes(silent, unreached, holes)
    if silent:
        raise typer.Exit(1)


def _profiles(tones: Tones) -> Table:
    table = _table("Tones: how they speak", "tone", "asks", "words a sentence", "reading grade", "what it is")
    for profile in tones.profiles.values():
        sizes = (str(profile.sentence_words), str(profile.reading_grade))
        table.add_row(profile.name, profile.call_to_action, *sizes, profile.description)
    return table


def tones_map(tones: Tones) -> Table:
    """Return the map as a table that a narrow terminal does not tear."""
    table = _table(
        "Map: the first row that fits decides",
        "row",
        *(axis.replace("_", " ") for axis in AXES),
        "tones, best first",
        "texts",
    )
    for rule in tones.rules:
        axes = [", ".join(sorted(rule.when[axis])) if axis in rule.when else "·" for axis in AXES]
        kinds = "all" if set(rule.kinds) == set(TextKind) else ", ".join(rule.kinds)
        table.add_row(rule.id, *axes, ", ".join(rule.tones), kinds)
    return keep_words_whole(table)


def _print_holes(silent: Sequence[Place], unreached: Sequence[str], holes: Sequence[TextHole]) -> None:
    if not (silent or unreached or holes):
        out.print("no holes: every situation has a tone, every row decides somewhere, every touch has its words")
        return
    for place in silent:
        out.print(
            "no tone for " + ", ".join(f"{axis} {value}" for axis, value in place.situation.items()), markup=False
        )
    for row in unreached:
        out.print(f"the row {row} never decides: rows above it take all its situations", markup=False)
    if holes:
        table = _table("No approved text: a person takes over", "playbook", "touch", "channel", "language", "rows")
        rows: dict[tuple[str, int, str, str], list[str]] = {}
        for hole in holes:
            rows.setdefault((hole.playbook, hole.touch, hole.channel, hole.locale), []).append(hole.rule)
        for (playbook, touch, channel, locale), rules in rows.items():
            table.add_row(playbook, str(touch), channel, locale, ", ".join(rules))
        out.print(table)


def _table(title: str, *columns: str) -> Table:
    table = Table(*columns, title=title, title_justify="left", box=None, pad_edge=False, title_style="bold")
    table.columns[0].no_wrap = True
    return table
