"""Write a day's audience lists: find candidates, judge each as they are now, write files, decisions and the manifest."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from attune.adapters.audience_index import AudienceIndex
from attune.adapters.audience_store import AudienceStore
from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.logs import Logger
from attune.adapters.scheduled import ScheduledRun
from attune.domain.audience.index import PARTITIONS
from attune.domain.audience.lists import Built, Listed, Membership, build, judge
from attune.domain.audience.rules import SENTENCES, AudienceRules, LeftOut
from attune.domain.clock import format_instant
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.friction import FrictionScorer

READERS = 8
"""How many partitions of the index are read at once; a client has ten connections."""

logger = Logger()


@dataclass(frozen=True, kw_only=True)
class AudienceExport:
    """Exports the lists of one stage."""

    customers: CustomersTable
    index: AudienceIndex
    decisions: DecisionsTable
    store: AudienceStore
    rules: AudienceRules
    scorer: FrictionScorer
    clock: Clock
    stage: str
    dry_run: bool = False
    """Decide and count, and write no file: a list is what ad platforms are sent."""

    def run(self, body: str) -> None:
        """Make the lists of the day that a message is of; the same message again makes them anew, in place."""
        self.export(ScheduledRun.model_validate_json(body).on(self.clock))

    def export(self, as_of: datetime) -> Built:
        """Make the lists as of an instant; files first, then decisions, and the manifest when all is there."""
        day = as_of.date()
        judged = list(self._judged(as_of)) if any(self.rules.wanted(self.stage)) else []
        built = build(judged, self.rules, stage=self.stage)
        built = built.rehearsed() if self.dry_run else built
        self.store.begin(day)
        for one in built.lists:
            self.store.put_list(day, one)
        self.store.keep_only(day, built.lists)
        self._record_news(built, as_of)
        self.store.put_manifest(day, self._manifest(built, as_of))
        logger.info("audience_exported", day=day.isoformat(), people=built.people, lists=len(built.lists))
        return built

    def _judged(self, as_of: datetime) -> Iterator[Listed | LeftOut]:
        """Judge every candidate once, also those who come under several ids because they were merged."""
        since = (as_of - self.rules.looks_back).date()
        with ThreadPoolExecutor(READERS) as readers:
            found = readers.map(lambda partition: self._judge_partition(partition, since, as_of), range(PARTITIONS))
            judged: dict[str, Listed | LeftOut] = {}
            for part in found:
                judged |= part
        return iter(judged.values())

    def _judge_partition(self, partition: int, since: date, as_of: datetime) -> dict[str, Listed | LeftOut]:
        judged: dict[str, Listed | LeftOut] = {}
        for asked in self.index.candidates(partition, since.isoformat()):
            try:
                customer = self.customers.load(asked)
                if customer is None or customer.customer_id in judged:
                    continue  # forgotten meanwhile, or seen under another id
                verdict = judge(customer, self.rules, self.scorer, stage=self.stage, now=as_of)
            except ValueError:  # what is stored of one customer does not parse; the others must not go without
                logger.exception("customer_unreadable")
                judged[asked] = LeftOut.UNREADABLE
                continue
            if verdict is not None:
                judged[customer.customer_id] = verdict
        return judged

    def _record_news(self, built: Built, as_of: datetime) -> None:
        """Write a decision for each reason that is new for somebody, and remember all of them for the next run."""
        day = as_of.date().isoformat()
        before = self.store.members_before(as_of.date())
        for membership in built.memberships:
            if before.get(membership.mark, day) == day:
                self.decisions.record(self._decision(membership, as_of))
        self.store.put_members(as_of.date(), {one.mark: before.get(one.mark, day) for one in built.memberships})

    def _decision(self, membership: Membership, as_of: datetime) -> Decision:
        return Decision(
            decision_id=decision_id(
                # A stage that goes live within a day says again what it only rehearsed.
                f"{membership.subject_key}#audience#{membership.why}#{as_of.date()}{'#dry_run' if self.dry_run else ''}"
            ),
            # Of the day, not of the run: a run that is made again writes no second row.
            time=datetime.combine(as_of.date(), time(), UTC),
            kind=DecisionKind.AUDIENCE,
            subject_key=membership.subject_key,
            choice="kept_away",
            reasons=(Reason(membership.why, SENTENCES[membership.why]),),
            inputs={"lists": ",".join(membership.lists), "stage": self.stage},
            model_version=self.rules.version,
        )

    def _manifest(self, built: Built, as_of: datetime) -> dict[str, Any]:
        """Say what was written, in numbers: no identifier and no hash of one."""
        day = as_of.date()
        return {
            "day": day.isoformat(),
            "as_of": format_instant(as_of),
            "stage": self.stage,
            "rules": self.rules.version,
            "dry_run": self.dry_run,
            "people": built.people,
            "left_out": dict(built.left_out),
            "lists": [
                {
                    "platform": one.platform,
                    "list": one.name,
                    "state": one.state,
                    "rows": one.rows,
                    "reasons": dict(one.reasons),
                    **({"key": one.key(day), "sha256": hashlib.sha256(one.content).hexdigest()} if one.content else {}),
                }
                for one in built.lists
            ],
        }
