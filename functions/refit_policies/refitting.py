"""Refit: sum the evidence up, stop what harms, write a new version of the beliefs and let it be live."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from botocore.exceptions import ClientError

from attune.adapters.clock import Clock
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.evidence_table import KEPT_FOR, EvidenceTable
from attune.adapters.logs import Logger
from attune.adapters.policy_live import Live, LivePolicy, Pointer
from attune.adapters.policy_versions import PolicyVersions, Version
from attune.adapters.scheduled import ScheduledRun
from attune.domain.learning.evidence import assemble
from attune.domain.learning.guard_rails import ArmName, HarmVerdict, Stop, harms_of, judge
from attune.domain.learning.records import refit_decision, stop_decision
from attune.domain.learning.refitting import HORIZON, Tally, closes_at, refit, tally
from attune.domain.playbooks import Playbook

VERSIONS_KEPT_FOR = timedelta(days=30)
RAW_IS_WHOLE_FOR = KEPT_FOR - timedelta(days=10)
"""Longer ago, pieces of a day may have expired: its sum stays what it was."""

logger = Logger()


@dataclass(frozen=True)
class Refitted:
    """The version that was written, and the arms that were stopped."""

    version: Version
    stopped: tuple[tuple[ArmName, HarmVerdict], ...]


@dataclass(frozen=True, kw_only=True)
class Refitter:
    """Refits the beliefs of one stage."""

    evidence: EvidenceTable
    versions: PolicyVersions
    live: LivePolicy
    decisions: DecisionsTable
    playbooks: Mapping[str, Playbook]
    clock: Clock

    def run(self, body: str) -> Refitted:
        """Refit as of the time a message was sent for; the same message again makes no second version."""
        return self.refit(ScheduledRun.model_validate_json(body).on(self.clock))

    def refit(self, as_of: datetime) -> Refitted:
        """Refit as of an instant; return what was written and stopped."""
        days = {book.id: dict(self._days(book, as_of)) for book in self.playbooks.values()}
        stopped = self._stop(days, as_of)
        version = next((one for one in self.versions.all() if one.complete and one.made_at == as_of), None)
        if version is None:
            tallies = {playbook: _sum(known) for playbook, known in days.items()}
            version = self.versions.write(refit(tallies, now=as_of), tallies, made_at=as_of)
        pointer = self._let_live(version)
        self._record(version, pointer, as_of)
        gone = self.versions.prune(before=as_of - VERSIONS_KEPT_FOR, keep=pointer.version)
        logger.info("refitted", version=version.number, live=pointer.version, stopped=len(stopped), pruned=len(gone))
        return Refitted(version, stopped)

    def _days(self, playbook: Playbook, as_of: datetime) -> Iterator[tuple[date, Tally]]:
        """Yield what came of each day: from its sum where nothing more is expected, else from its pieces."""
        today = as_of.date()
        summed = self.evidence.summed_days(playbook.id, since=today - HORIZON)
        late = self.evidence.late_days(playbook.id)
        yield from ((day, known) for day, known in summed.items() if day < today - RAW_IS_WHOLE_FOR)
        for back in range(RAW_IS_WHOLE_FOR.days, -1, -1):
            day = today - timedelta(days=back)
            if day in summed and day not in late:
                yield day, summed[day]
                continue
            found = tally(assemble(self.evidence.pieces(playbook.id, day)), playbook, as_of=as_of)
            if closes_at(day, playbook) <= as_of:
                self.evidence.put_sum(playbook.id, day, found)
            if day in late:
                self.evidence.forget_late(playbook.id, day, late[day])
            yield day, found

    def _stop(
        self, days: Mapping[str, Mapping[date, Tally]], as_of: datetime
    ) -> tuple[tuple[ArmName, HarmVerdict], ...]:
        """Stop the arms that harm; each is written down before it is."""
        known = self.live.read().stops
        harms = {name: harm for book, own in days.items() for name, harm in harms_of(own, book, known).items()}
        found = judge(harms, (name for name, stop in known.items() if stop.stopped))
        for name, verdict in found:
            self.decisions.record(stop_decision(name, verdict, at=as_of))
            self.live.settle(Stop(name=name, stopped=True, since=as_of, why=verdict.sentence))
        return found

    def _let_live(self, version: Version) -> Pointer:
        """Move the pointer, unless a person pinned it or somebody was faster; return where it points."""
        before: Live = self.live.read()
        if before.pointer.pinned or before.pointer.version >= version.number:
            return before.pointer
        pointer = Pointer(version=version.number, prior=version.prior, since=version.made_at, why="refitted")
        try:
            self.live.move(pointer, over=before.pointer)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return self.live.read().pointer
        return pointer

    def _record(self, version: Version, pointer: Pointer, as_of: datetime) -> None:
        self.decisions.record(
            refit_decision(
                version=version.number,
                at=as_of,
                contacts=version.contacts,
                waiting=version.waiting,
                rows=version.rows,
                arms=version.arms,
                effective=version.effective,
                pinned_to=pointer.version if pointer.version != version.number else 0,
            )
        )


def _sum(days: Mapping[date, Tally]) -> Tally:
    total = Tally()
    for day in sorted(days):
        total = total.plus(days[day])
    return total
