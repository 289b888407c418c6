"""`attune map`: the journey map, from the playbooks."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from attune_cli.cdk import ROOT
from attune_cli.commands.changing_options import TemplatesOption
from attune_cli.console import err, out
from attune_cli.errors import CommandError
from attune_cli.playbooks.map_page import map_page
from attune_cli.playbooks.map_view import Row, Station
from attune_cli.playbooks.map_view import journey_map as rows_of
from attune_cli.playbooks.shelf import read_shelf


def journey_map(
    playbook: Annotated[str, typer.Argument(help="Only this playbook.")] = "",
    *,
    html: Annotated[
        Path | None, typer.Option(help="Write one HTML page that needs nothing else; `-` prints it.")
    ] = None,
    templates: TemplatesOption = ROOT / "templates",
) -> None:
    """Print the journey map: moment, what happened before, what was hard, what we say, where a person takes over."""
    shelf = read_shelf(templates)
    rows = rows_of([shelf.playbook(playbook)] if playbook else shelf.playbooks.values())
    if html is None:
        for row in rows:
            out.print(f"[bold]{row.playbook.id}[/bold] {row.playbook.version}", highlight=False)
            out.print(map_table(row))
    elif str(html) == "-":
        sys.stdout.write(map_page(rows))
    else:
        _write(html, map_page(rows))


def map_table(row: Row) -> Table:
    """Return one moment of the map as a table of two columns, which folds well on a narrow terminal."""
    table = Table(box=box.SIMPLE_HEAD, show_header=False, pad_edge=False)
    table.add_column("part", no_wrap=True, style="dim")
    table.add_column("what", overflow="fold")
    table.add_row("moment", row.playbook.moment or row.playbook.purpose)
    table.add_row("before", _lines(row.before))
    table.add_row("what is hard", _lines(row.friction))
    table.add_row("what we say", "\n".join(map(_station, row.stations)))
    table.add_row("a person", row.person)
    table.add_row("done", row.goal)
    return table


def _lines(items: Sequence[str]) -> str:
    return "\n".join(f"· {item}" for item in items) or "nobody has written it down yet"


def _station(station: Station) -> str:
    condition = f" ({station.condition})" if station.condition else ""
    return f"{station.number}. {station.when}: {station.messages} by {station.channels}{condition}"


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror}", "--html with a file of yours") from error
    err.print(f"written to {path}", markup=False)
