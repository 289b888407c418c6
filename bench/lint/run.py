"""How long the lint takes on a thousand templates: `python -m bench.lint.run`.

The templates are the shipped texts, each copied under new names with a sentence of its own, so that nothing is the same text twice.
"""

import argparse
import platform
import shutil
import tempfile
import time
from pathlib import Path

from attune_cli.linting.folders import lint_path

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
BUDGET_SECONDS = 10


def generate(target: Path, count: int) -> int:
    """Write a templates folder with `count` texts; return how many there are."""
    for name in ("lint", "layouts", "pages"):
        shutil.copytree(TEMPLATES / name, target / name)
    shutil.copy(TEMPLATES / "tones.yaml", target)
    sources = sorted((TEMPLATES / "messages").glob("*/*.liquid"))
    written = 0
    while written < count:
        turn = written // len(sources)
        for source in sources[: count - written]:
            message = f"{source.parent.name}_{turn}"
            text = source.read_text(encoding="utf-8").replace(
                f"message: {source.parent.name}", f"message: {message}", 1
            )
            file = target / "messages" / message / source.name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{text.rstrip()}\n\n{written + 1}.\n", encoding="utf-8")
            written += 1
    return written


def main() -> None:
    """Generate, lint and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as folder:
        templates = Path(folder) / "templates"
        written = generate(templates, count)
        before = time.perf_counter()
        linted = lint_path(templates, shipped=TEMPLATES)
        seconds = time.perf_counter() - before
    print(f"{platform.python_version()}, {platform.machine()}")
    print(f"{written} texts, {linted.files} files, {len(linted.findings)} findings: {seconds:.2f} s")
    print(f"{seconds / written * 1000:.2f} ms a text; the budget for a thousand is {BUDGET_SECONDS} s")


if __name__ == "__main__":
    main()
