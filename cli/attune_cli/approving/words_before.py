"""Find the words that were approved before: in the repository's history, by their hash."""

import subprocess
from collections.abc import Collection, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from attune.adapters.message_texts import read_text
from attune.domain.texts import TextError

VERSIONS_LOOKED_AT = 50


def words_with(hashes: Collection[str], path: Path) -> str | None:
    """Return the newest version of a text's file whose words have one of these hashes.

    None when there is none among the last versions, or when the folder is in no git repository.
    """
    return next((source for source in _versions(path) if _hash_of(source, path) in hashes), None)


def _versions(path: Path) -> Iterator[str]:
    revisions = _git(path.parent, "log", f"-{VERSIONS_LOOKED_AT}", "--format=%H", "--", path.name) or ""
    for revision in revisions.split():
        source = _git(path.parent, "show", f"{revision}:./{path.name}")
        if source is not None:
            yield source


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout.decode("utf-8", errors="replace") if done.returncode == 0 else None


def _hash_of(source: str, path: Path) -> str:
    with TemporaryDirectory() as folder:
        copy = Path(folder) / path.parent.name / path.name
        copy.parent.mkdir()
        copy.write_text(source, encoding="utf-8")
        try:
            return read_text(copy).content_hash
        except TextError:
            return ""
