"""Compile our own code for a place where nothing can be written, with what dataclasses would make at each start."""

import ast
import marshal
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path

from infra.components.dataclass_methods import inherited_names, write_out

_UNCHECKED_HASH = (0b01).to_bytes(4, "little")
"""The flags of PEP 552: bytecode is not checked against its source, whose times of modification CDK rewrites."""


def compile_own(folder: Path, *, runs_at: str) -> int:
    """Put bytecode beside every module of a folder that will be at `runs_at`; return how many classes were written out.

    The sources stay as they are: they are what a traceback shows, and what runs where this bytecode does not fit.
    Raises SyntaxError for a module that does not compile.
    """
    modules = {path: ast.parse(path.read_bytes(), str(path)) for path in sorted(folder.rglob("*.py"))}
    bases, written = inherited_names(modules.values()), 0
    for path, module in modules.items():
        written += write_out(module, bases)
        place = f"{runs_at}/{path.relative_to(folder)}"
        code = compile(module, place, "exec", dont_inherit=True)
        target = Path(cache_from_source(str(path)))
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(MAGIC_NUMBER + _UNCHECKED_HASH + source_hash(path.read_bytes()) + marshal.dumps(code))
    return written
