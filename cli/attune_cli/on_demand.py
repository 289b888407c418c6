"""Commands that are imported when they are called: all of them together take a second that each would wait for."""

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any

import typer


class CommandsOnDemand(MutableMapping[str, Any]):
    """Commands by name, as a group of typer's keeps them; each is imported when it is first asked for.

    `places` say where: a module of this package's `commands`, and the function or the typer application in it, such as `local:app`.
    """

    def __init__(self, places: Mapping[str, str]) -> None:
        """Keep the places; nothing is imported yet."""
        self._places: dict[str, str] = dict(places)
        self._found: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        """Return a command, or raise KeyError."""
        if name not in self._found:
            self._found[name] = _command(name, self._places[name])
        return self._found[name]

    def __setitem__(self, name: str, command: Any) -> None:
        """Keep a command that somebody has made."""
        self._places.setdefault(name, "")
        self._found[name] = command

    def __delitem__(self, name: str) -> None:
        """Forget a command."""
        del self._places[name]
        self._found.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        """Yield the names, in the order in which they were given."""
        return iter(self._places)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._places)


def _command(name: str, place: str) -> Any:
    module, _, attribute = place.partition(":")
    found = getattr(import_module(f"attune_cli.commands.{module}"), attribute)
    alone = typer.Typer(add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False)
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name)
    else:
        alone.command(name)(found)
    return typer.main.get_group(alone).commands[name]
