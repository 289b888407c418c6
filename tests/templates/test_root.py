"""What lies in the root of the repository: each entry has a purpose, and nothing was left behind there."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {
    ".ci", ".github", "bench", "cli", "docs", "examples", "functions", "infra", "layers", "onsite", "requirements",
    "templates", "tests",
}  # fmt: skip
FILES = {
    ".gitignore", ".python-version", "LICENSE", "Makefile", "README.md", "cdk.json", "package-lock.json", "package.json",
    "pyproject.toml",
}  # fmt: skip
PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".pdf"}


def kept() -> list[Path]:
    """Return every file that git keeps, by its path in the repository."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        # An unpacked archive also holds what building has left there, and nothing tells one from the other.
        pytest.skip("this is no clone, so nothing says what is kept")
    found = subprocess.run(
        [git, "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [Path(name) for name in found.stdout.split("\0") if name]


def test_the_root_holds_what_is_listed_and_nothing_else() -> None:
    paths = kept()

    assert {path.name for path in paths if len(path.parts) == 1} == FILES
    assert {path.parts[0] for path in paths if len(path.parts) > 1} == FOLDERS


def test_pictures_are_kept_where_pages_show_them_and_each_is_shown() -> None:
    pictures = {path for path in kept() if path.suffix in PICTURES}
    pages = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")))

    assert pictures
    assert {path for path in pictures if path.parts[:2] != ("docs", "images")} == set()
    assert {path for path in pictures if path.relative_to("docs").as_posix() not in pages} == set()
