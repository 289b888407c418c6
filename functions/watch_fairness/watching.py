"""Look at fairness once: count people, judge, tell people what is new, write it all down."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from attune.adapters.clock import Clock
from attune.adapters.decision_history import DecisionHistory
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.fairness_lake import FairnessLake
from attune.adapters.logs import Logger
from attune.adapters.scheduled import ScheduledRun
from attune.domain.fairness.judging import FairnessDay, Verdict, judge
from attune.domain.fairness.limits import FairnessRules
from attune.domain.fairness.records import SUBJECT, news, records_of
from attune.domain.fairness.wording import announcement, finding

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

logger = Logger()


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Watches one stage."""

    lake: FairnessLake
    decisions: DecisionsTable
    history: DecisionHistory
    topic: "SNSClient"
    topic_arn: str
    rules: FairnessRules
    clock: Clock
    stage: str

    def run(self, body: str) -> FairnessDay:
        """Look as of the day that a message is of; the same message again finds and writes the same."""
        return self.look(ScheduledRun.model_validate_json(body).on(self.clock))

    def look(self, now: datetime) -> FairnessDay:
        """Look as of an instant. People are told before the records say that they were: better twice than never."""
        day = judge(self.lake.cells(*self.rules.window(now)), self.rules, now)
        for gap in day.those(Verdict.GAP):
            logger.warning("fairness_gap", gap=gap.name, finding=finding(gap))
        self._tell(day)
        for record in records_of(day):
            self.decisions.record(record)
        logger.info("fairness_looked", comparisons=day.made, gaps=len(day.those(Verdict.GAP)), chance=day.level)
        return day

    def _tell(self, day: FairnessDay) -> None:
        rows = ({**row, "inputs": json.loads(row["inputs"])} for row in self.history.of(SUBJECT))
        new = news(day, rows)
        if new:
            # An SNS subject is ASCII and under 100 characters.
            self.topic.publish(
                TopicArn=self.topic_arn,
                Subject=f"Attune {self.stage}: {len(new)} new fairness {'gap' if len(new) == 1 else 'gaps'}",
                Message=announcement(day, new).replace("STAGE", self.stage),
            )
