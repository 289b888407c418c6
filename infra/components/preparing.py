"""Read and check the templates at synth, for attune.adapters.templates to find what they say."""

import hashlib
import pickle
from functools import cache
from pathlib import Path

from attune.adapters.templates import MARK, READERS, read_anew


def prepare(templates: Path, target: Path) -> None:
    """Write what every part of a templates folder says into `target`, with the folder's mark.

    Raises what the readers raise when a file cannot be used: then nothing is deployed.
    """
    target.mkdir()
    for part in READERS:
        (target / f"{part}.pickle").write_bytes(pickle.dumps(read_anew(templates, part), protocol=5))
    write_mark(templates, target)


def write_mark(templates: Path, target: Path) -> None:
    """Name in `target` what a templates folder holds."""
    (target / MARK).write_text(mark_of(templates), encoding="ascii")


@cache
def mark_of(templates: Path) -> str:
    """Return what names the content of a templates folder: other content has another mark."""
    digest = hashlib.sha256()
    for path in sorted(templates.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(templates)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
