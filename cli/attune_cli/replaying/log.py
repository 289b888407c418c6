"""The decision log of a replay, kept by subject; writing a decision again changes nothing."""

from collections.abc import Iterable, Iterator

from attune.domain.decisions import Decision


class Log:
    """Every decision, by the key of whom it is about."""

    def __init__(self) -> None:
        """Begin empty."""
        self._known: set[str] = set()
        self._by_subject: dict[str, list[Decision]] = {}

    def record(self, decision: Decision) -> None:
        """Take a decision down, once."""
        if decision.decision_id not in self._known:
            self._known.add(decision.decision_id)
            self._by_subject.setdefault(decision.subject_key, []).append(decision)

    def all(self) -> Iterator[Decision]:
        """Yield every decision, subject by subject."""
        for decisions in self._by_subject.values():
            yield from decisions

    def about(self, subjects: Iterable[str]) -> list[Decision]:
        """Return the decisions about these subjects, by time; those of one instant as they were made."""
        found = [decision for subject in subjects for decision in self._by_subject.get(subject, ())]
        return sorted(found, key=lambda decision: decision.time)
