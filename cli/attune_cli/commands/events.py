"""`attune events`: the contract with senders, as files and on the screen."""

import difflib
import sys
from typing import Annotated

import typer
from rich.markdown import Markdown

from attune.events.contract import EventFields
from attune.events.families import every_event
from attune_cli.cdk import ROOT
from attune_cli.console import out
from attune_cli.contracts.catalogue import section
from attune_cli.contracts.draft4 import schema_text
from attune_cli.contracts.files import FOLDER, listeners, objections, outdated, wanted, write
from attune_cli.errors import CommandError, InputError

app = typer.Typer(help="The contract with senders: which events there are, what they carry, what they do.")


@app.command("schema")
def schema(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether the files are current; ends with 1 if not.")
    ] = False,
    do_write: Annotated[bool, typer.Option("--write", help="Write the schemas and the catalogue.")] = False,
) -> None:
    """Keep docs/events current: one JSON Schema (draft 4) an event, and the catalogue page.

    Writing refuses a schema that takes something away from senders: such a change needs a new event name.
    """
    if check == do_write:
        raise InputError("either --check or --write")
    if check:
        if changed := outdated():
            raise CommandError(f"not current: {', '.join(changed)}", "attune events schema --write")
        out.print(f"{len(wanted())} files under {FOLDER.relative_to(ROOT)} are current")
        return
    if refused := objections():
        fix = "give the changed event a new name; a schema that was never published can be deleted first"
        raise CommandError("the contract with senders would be broken:\n  " + "\n  ".join(refused), fix)
    changed = write()
    out.print("\n".join(f"wrote {name}" for name in changed) or "nothing to write", markup=False)


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="An event such as 'Product Added', or a call such as identify.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print its JSON Schema.")] = False,
) -> None:
    """Show what an event is for, what it carries and what Attune does with it."""
    event = find(name)
    if as_json:
        sys.stdout.write(schema_text(event))
    else:
        out.print(Markdown(section(event, listeners())))


def find(name: str) -> type[EventFields]:
    """Return the event that a person means; raise InputError with the likely ones where there is none."""
    events = {plain(event.contract.title): event for event in every_event()}
    if plain(name) in events:
        return events[plain(name)]
    near = [events[title].contract.title for title in difflib.get_close_matches(plain(name), events, n=3)]
    raise InputError(
        f"there is no event {name!r} in the catalogue",
        " or ".join(f"attune events show '{title}'" for title in near) or "docs/events/README.md lists them",
    )


def plain(name: str) -> str:
    """Return a name without case, spaces and joining characters."""
    return "".join(character for character in name.casefold() if character.isalnum())
