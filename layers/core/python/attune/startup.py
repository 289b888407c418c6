"""Start faster: what Python would compile at every cold start is brought along, compiled when the artefact was made.

`dataclasses` compiles the text of its methods and `re` its patterns, in every process anew; with 180 classes and as many
patterns that is a quarter of a cold start. Both depend on the text alone, so what came out is remembered by the text
(infra/components/remembering.py writes it). What is not remembered is compiled as ever, and without the file, which only a
deployed artefact has, nothing here does anything.
"""

import _sre  # type: ignore[import-not-found]
import gc
import marshal
import re
import sys
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import blake2b
from importlib.util import MAGIC_NUMBER
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

MEMORY = f"{__file__.rpartition('/')[0]}/startup.memory"
"""What was compiled beforehand: beside this module, in artefacts only."""
LANGUAGE = f"{sys.implementation.cache_tag} {MAGIC_NUMBER.hex()} {_sre.MAGIC} {_sre.CODESIZE} {sys.byteorder}"
"""What bytecode and compiled patterns are valid for; Python's own caches ask for the same."""


def begin(memory: str = MEMORY) -> None:
    """Remember what was compiled beforehand, and put the collector off until all is built; does nothing without a memory.

    What a function builds while it starts is there to stay, so that looking through it for garbage is in vain.
    """
    try:
        with open(memory, "rb") as file:  # noqa: PTH123 - pathlib would be a module that others may not need
            kept = marshal.load(file)  # noqa: S302 - written when the artefact was made, and part of it
    except FileNotFoundError:
        return
    if kept["language"] == LANGUAGE:
        _remember(kept["texts"], kept["patterns"])
    gc.disable()


def built_once[Built](build: Callable[[], Built]) -> "_lru_cache_wrapper[Built]":
    """Call `build` once per process, at the first event; with it a function has started, and garbage is collected again."""

    @cache
    def built() -> Built:
        try:
            return build()
        finally:
            if not gc.isenabled():
                gc.freeze()
                gc.enable()

    return built


def named(text: str) -> bytes:
    """Return what a text is remembered by: a third of the memory would be texts otherwise."""
    return blake2b(text.encode(), digest_size=16).digest()


def _remember(texts: Mapping[bytes, bytes], patterns: Mapping[tuple[str | bytes, int], tuple[Any, ...]]) -> None:
    """Let `dataclasses` and `re` ask what is remembered before they compile."""
    compiler: Any = re._compiler  # type: ignore[attr-defined] # noqa: SLF001
    compile_pattern = compiler.compile

    def pattern_of(pattern: Any, flags: int = 0) -> Any:
        known = patterns.get((pattern, int(flags))) if isinstance(pattern, (str, bytes)) else None
        if known is None:
            return compile_pattern(pattern, flags)
        all_flags, code, groups, names, numbers = known
        return _sre.compile(pattern, all_flags, memoryview(code).cast("I").tolist(), groups, names, numbers)

    compiler.compile = pattern_of

    import dataclasses  # noqa: PLC0415 - what it imports compiles patterns too

    def run_text(text: str, places: dict[str, Any], found: dict[str, Any]) -> None:
        code = texts.get(named(text))
        exec(text if code is None else marshal.loads(code), places, found)  # noqa: S102, S302 - see above

    vars(dataclasses)["exec"] = run_text
