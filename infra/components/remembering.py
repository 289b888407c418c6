"""Write what attune.startup remembers: import what functions import, and keep what Python compiled meanwhile.

A program of its own, for a process that has imported nothing yet: python -S -B -m infra.components.remembering TARGET
"""

import _sre  # type: ignore[import-not-found]
import marshal
import re
import sys
from collections.abc import Iterator
from typing import Any

type Patterns = dict[tuple[str | bytes, int], tuple[Any, ...]]
COMPILER: Any = re._compiler  # type: ignore[attr-defined] # noqa: SLF001 - what attune.startup stands before
FIRST_USED_LATER = ("liquid", "holidays", "phonenumbers")
"""Libraries that functions import with the first event that needs them."""


class _Engine:
    """Stands before the engine of `re`, and keeps what a pattern was compiled to."""

    def __init__(self) -> None:
        self.last: tuple[Any, ...] = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(_sre, name)

    def compile(self, *compiled: Any) -> Any:
        """Compile as the engine does."""
        self.last = compiled
        return _sre.compile(*compiled)


def keep_patterns() -> Patterns:
    """Return a mapping that fills with every pattern that is compiled from now on."""
    kept: Patterns = {}
    engine, compile_pattern = _Engine(), COMPILER.compile

    def noted(pattern: Any, flags: int = 0) -> Any:
        compiled = compile_pattern(pattern, flags)
        if isinstance(pattern, str | bytes):
            _, all_flags, code, groups, names, numbers = engine.last
            packed = b"".join(number.to_bytes(_sre.CODESIZE, sys.byteorder) for number in code)
            kept[pattern, int(flags)] = (int(all_flags), packed, groups, names, numbers)
        return compiled

    COMPILER._sre, COMPILER.compile = engine, noted  # noqa: SLF001
    return kept


def keep_texts() -> dict[bytes, bytes]:
    """Return a mapping that fills with every text that `dataclasses` runs from now on, as bytecode."""
    import dataclasses  # noqa: PLC0415 - not before patterns are kept: what it imports compiles some

    from attune.startup import named  # noqa: PLC0415

    kept: dict[bytes, bytes] = {}

    def noted(text: str, places: dict[str, Any], found: dict[str, Any]) -> None:
        code = compile(text, "<string>", "exec", dont_inherit=True)
        kept[named(text)] = marshal.dumps(code)
        exec(code, places, found)  # noqa: S102 - as dataclasses does

    vars(dataclasses)["exec"] = noted
    return kept


def start_everything() -> None:
    """Import all modules of ours, and make one client of each service."""
    import importlib  # noqa: PLC0415 - patterns are kept first
    import pkgutil  # noqa: PLC0415

    def modules(name: str) -> Iterator[str]:
        for found in pkgutil.walk_packages(importlib.import_module(name).__path__, f"{name}."):
            yield found.name

    for name in (*modules("attune"), *modules("functions"), *FIRST_USED_LATER):
        importlib.import_module(name)
    from attune.adapters.aws_clients import client  # noqa: PLC0415

    for service in ("dynamodb", "sqs", "s3", "sns", "sesv2", "events", "secretsmanager"):
        client(service)


def main() -> None:
    """Write the memory to the file that is named."""
    patterns = keep_patterns()
    texts = keep_texts()
    start_everything()
    from attune.startup import LANGUAGE  # noqa: PLC0415 - patterns are kept first

    with open(sys.argv[1], "wb") as file:  # noqa: PTH123 - pathlib is among what is kept
        marshal.dump({"language": LANGUAGE, "texts": texts, "patterns": patterns}, file)


if __name__ == "__main__":
    main()
