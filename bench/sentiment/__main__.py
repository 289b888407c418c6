"""Print how well replies are read: python -m bench.sentiment [LABELLED.tsv ...] [--neutral NEUTRAL.csv].

A labelled file has three columns (trade, `unhappy` or `other`, text); a neutral one a column `text`.
"""

import argparse
import csv
import time
from pathlib import Path

from attune.adapters.sentiment import read_reply_text

HERE = Path(__file__).parent
OWN = ("tuned_on.tsv", "held_out.tsv", "tuned_on_later.tsv", "unseen.tsv")
"""Five trades, eight others, hard replies, and hard ones that were never tuned on, in English."""


def labelled(path: Path) -> None:
    """Print recall and precision of `is_unhappy` over one file, and how many are strong."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    read = [(label == "unhappy", read_reply_text(text)) for _, label, text in rows]
    found = sum(unhappy and reading.is_unhappy for unhappy, reading in read)
    unhappy = sum(is_unhappy for is_unhappy, _ in read)
    seen = sum(reading.is_unhappy for _, reading in read)
    strong = sum(is_unhappy and reading.is_strong for is_unhappy, reading in read)
    false = sum(not is_unhappy and reading.is_strong for is_unhappy, reading in read)
    print(f"{path.name}: {unhappy} unhappy, {len(read) - unhappy} other")
    print(f"  recall {found / max(1, unhappy):.3f}, precision {found / max(1, seen):.3f}")
    print(f"  strong: {strong / max(1, unhappy):.3f} of the unhappy, {false} of the others")


def neutral(path: Path) -> None:
    """Print false alarms over texts that are all neutral."""
    with path.open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    started = time.perf_counter()
    read = [read_reply_text(text) for text in texts]
    each = (time.perf_counter() - started) / max(1, len(texts)) * 1000
    print(f"{path.name}: {len(texts)} neutral, {each:.2f} ms each")
    for name in ("is_unhappy", "is_strong", "is_opt_out"):
        print(f"  {name}: {sum(getattr(reading, name) for reading in read) / max(1, len(texts)):.4f}")
    print(f"  distress: {sum(reading.distress is not None for reading in read) / max(1, len(texts)):.4f}")


def main() -> None:
    """Measure the files that are named, or our own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labelled", nargs="*", type=Path, default=[HERE / name for name in OWN])
    parser.add_argument("--neutral", type=Path)
    chosen = parser.parse_args()
    for path in chosen.labelled:
        labelled(path)
    if chosen.neutral:
        neutral(chosen.neutral)


if __name__ == "__main__":
    main()
