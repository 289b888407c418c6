"""Print what every dataclass of a folder's code does, as JSON: run by test_dataclass_methods in fresh processes."""

import dataclasses
import importlib
import inspect
import json
import pkgutil
import re
import sys
from pathlib import Path
from typing import Any


class Value:
    """Stands for any value of a field: equal to its like, in order with others, never anything else."""

    def __init__(self, rank: int) -> None:
        self.rank = rank

    def __repr__(self) -> str:
        return f"<{self.rank}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Value) and self.rank == other.rank

    def __lt__(self, other: "Value") -> bool:
        return self.rank < other.rank

    def __hash__(self) -> int:
        return hash(self.rank)


def classes(folder: Path) -> dict[str, type]:
    """Import everything in a folder, and return its dataclasses by name."""
    sys.path.insert(0, str(folder))
    found = {}
    for top in sorted(path.name for path in folder.iterdir() if path.is_dir()):
        for module in pkgutil.walk_packages([str(folder / top)], f"{top}."):
            loaded = importlib.import_module(module.name)
            assert str(loaded.__file__).startswith(str(folder)), loaded.__file__
            for kind in vars(loaded).values():
                if inspect.isclass(kind) and dataclasses.is_dataclass(kind) and kind.__module__ == module.name:
                    found[f"{module.name}.{kind.__qualname__}"] = kind
    return found


def told(kind: Any) -> dict[str, object]:
    """Return what a class does, apart from its own methods."""
    fields = dataclasses.fields(kind)
    names = [field.name for field in fields if field.init]
    needed = [
        field.name for field in fields if field.init and field.default is field.default_factory is dataclasses.MISSING
    ]
    plain = "__post_init__" not in vars(kind)
    facts: dict[str, object] = {
        # Its own methods have their file; what Python makes as text has none.
        "made at import": kind.__init__.__code__.co_filename == "<string>",
        "parameters": [
            (one.name, one.kind.name, one.default is inspect.Parameter.empty)
            for one in inspect.signature(kind.__init__).parameters.values()
        ],
        "fields": [(one.name, one.init, one.repr, one.compare, one.kw_only, sorted(one.metadata)) for one in fields],
        "match": kind.__match_args__,
        "hashed": kind.__hash__ is not None,
        "ordered": "__lt__" in vars(kind),
    }
    if not plain:
        return facts
    one, like, other = (kind(**{name: Value(n + step) for n, name in enumerate(names)}) for step in (0, 0, 1))
    least = kind(**{name: Value(n) for n, name in enumerate(needed)})
    facts |= {
        "shown": _without_addresses(one) if "__repr__" in vars(kind) else "",
        "like": (one == like, one == other, one == one, one.__eq__(3) is NotImplemented),  # noqa: PLR0124 - itself
        "same hash": hash(one) == hash(like) if kind.__hash__ else "",
        "defaults": _without_addresses({field.name: getattr(least, field.name) for field in fields}),
        "own defaults": all(
            getattr(least, field.name) is not getattr(kind(**dict.fromkeys(needed, 0)), field.name)
            for field in fields
            if field.default_factory in {list, dict, set}
        ),
        "replaced": dataclasses.replace(one, **{name: Value(n + 1) for n, name in enumerate(names)}) == other,
        "set": _tried(lambda: setattr(one, fields[0].name if fields else "x", 1)),
        "set anything": _tried(lambda: setattr(one, "unheard_of", 1)),
        "deleted": _tried(lambda: delattr(one, fields[0].name if fields else "x")),
        "too little": _tried(lambda: kind(**dict.fromkeys(needed[1:], 1))) if needed else "",
        "too much": _tried(lambda: kind(**dict.fromkeys(names, 1), unheard_of=1)),
    }
    if facts["ordered"]:
        facts["order"] = (one < other, one <= like, one > other, one >= like, _tried(lambda: one < 3))
    return facts


def _tried(act: Any) -> str:
    try:
        act()
    except Exception as error:  # noqa: BLE001 - which one it is, is what is asked
        return f"{type(error).__name__}: {error}"
    return "done"


def _without_addresses(value: object) -> str:
    return re.sub(r"0x[0-9a-f]+", "0x", repr(value))


if __name__ == "__main__":
    sys.stdout.write(json.dumps({name: told(kind) for name, kind in classes(Path(sys.argv[1])).items()}))
