"""Replies written for the tests: wishes to stop and what only looks like one, complaints and what only asks."""

from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DATA = ROOT.parent / "shared" / "data"


def lines(name: str) -> list[str]:
    return [line for line in (HERE / name).read_text(encoding="utf-8").splitlines() if line.strip()]


def labelled(name: str) -> list[tuple[bool, str]]:
    """Return whether each reply of a set in `bench/sentiment` is unhappy, with its words."""
    rows = (ROOT / "bench/sentiment" / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [(label == "unhappy", text) for _, label, text in (row.split("\t") for row in rows)]


STOPS = lines("replies_that_stop.txt")
STOPS_UNSEEN = lines("replies_that_stop_unseen.txt")
ORDINARY = lines("replies_that_do_not_stop.txt")
ORDINARY_UNSEEN = lines("replies_that_do_not_stop_unseen.txt")
"""The unseen ones were written after the rules; nothing was changed for them that does not hold in general."""


def other_languages(name: str) -> list[tuple[str, bool, str]]:
    """Return locale, whether it is unhappy, and the words of each reply in German, Spanish, French or Japanese."""
    rows = (line.split("\t") for line in lines(name))
    return [(locale, label == "unhappy", text) for locale, label, text in rows]
