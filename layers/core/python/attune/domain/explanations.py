"""Why somebody got a message, in plain words of their language: from the log's codes, never from its sentences."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from attune.domain.decisions import DecisionKind
from attune.domain.slots import clean
from attune.domain.texts import SlotType

NOT_SENT = "withheld"
SENT = frozenset({"sent", "confirmed", "uncertain"})
SHOWN_REASONS = 4
"""Of what was noticed: the most important come first in the log, and more would not be read."""


@dataclass(frozen=True)
class Section:
    """A heading with its lines."""

    title: str
    lines: tuple[str, ...]

    def as_view(self) -> dict[str, object]:
        """Return the section as a page shows it."""
        return {"title": self.title, "lines": list(self.lines)}


def explain_journey(
    rows: Iterable[Mapping[str, Any]],
    journey_id: str,
    words: Mapping[str, str],
    topics: Mapping[str, str],
    *,
    locale: str,
) -> tuple[Section, ...]:
    """Return what was noticed, chosen and not done in one journey; nothing where the log holds nothing of it.

    Only codes that `words` has a sentence for are told: no scores, no internals, nobody else. `rows` are rows of the
    decision log about this person; days are written as in `locale`.
    """
    if not journey_id:
        return ()
    told = [row for row in rows if row["journey_id"] == journey_id]
    contacts = [row for row in told if row["kind"] == DecisionKind.CONTACT]
    if not told:
        return ()
    sections = (
        Section(words["noticed"], _noticed(told, words, topics)),
        Section(words["chosen"], _chosen(contacts, words, locale)),
        Section(words["not_chosen"], _not_done(contacts, words)),
    )
    return tuple(section for section in sections if section.lines)


def _noticed(told: Sequence[Mapping[str, Any]], words: Mapping[str, str], topics: Mapping[str, str]) -> tuple[str, ...]:
    playbook = next((row["playbook"] for row in told if row["playbook"]), "")
    topic = [words["topic"].replace("{topic}", topics.get(playbook, playbook.replace("_", " ")))] if playbook else []
    codes = [code for row in told if row["kind"] == DecisionKind.MOMENT for code in _codes(row)]
    seen = dict.fromkeys(words[f"saw_{code}"] for code in codes if f"saw_{code}" in words)
    struggle = [words["struggle"]] if "friction" in codes else []
    return (*topic, *struggle, *list(seen)[:SHOWN_REASONS])


def _chosen(contacts: Sequence[Mapping[str, Any]], words: Mapping[str, str], locale: str) -> tuple[str, ...]:
    sent = []
    for row in contacts:
        line = words.get(f"sent_{_inputs(row).get('channel', '')}")
        if row["choice"] in SENT and line:
            day = row["time"][:10]
            sent.append(line.replace("{date}", clean(SlotType.DATE, day, locale=locale) or day))
    return (*dict.fromkeys(sent), words["machine"], words["words"], words["when"])


def _not_done(contacts: Sequence[Mapping[str, Any]], words: Mapping[str, str]) -> tuple[str, ...]:
    withheld = sum(row["choice"] == NOT_SENT for row in contacts)
    told = [words["withheld"].replace("{count}", str(withheld))] if withheld else []
    return (*told, words["no_credit"])


def _codes(row: Mapping[str, Any]) -> list[str]:
    return [reason["code"] for reason in json.loads(row["reasons"])]


def _inputs(row: Mapping[str, Any]) -> Mapping[str, Any]:
    inputs: Mapping[str, Any] = json.loads(row["inputs"])
    return inputs
