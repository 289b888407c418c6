"""Write one report: ask the lake, work the results out, put the page where campaign owners find it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from attune.adapters import templates
from attune.adapters.clock import Clock
from attune.adapters.fairness_lake import FairnessLake
from attune.adapters.learnt import learnt
from attune.adapters.logs import Logger
from attune.adapters.results_lake import ResultsLake
from attune.adapters.scheduled import ScheduledRun
from attune.domain.fairness.judging import judge
from attune.domain.results.measures import results_of, windows_of
from attune.reporting.report import Report, report_page
from functions.report.mailing import Mailer, place_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

DAYS = timedelta(days=84)
"""What a report covers: twelve weeks, so that weeks can be compared and people held out add up."""
PREFIX = "reports"

logger = Logger()


class ReportRun(ScheduledRun):
    """What a message asks for: a page, and whether its readers get it by mail."""

    mail: bool = False


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Writes the reports of one stage."""

    rows: ResultsLake
    people: FairnessLake
    dynamodb: "DynamoDBClient"
    policies_table: str
    s3: "S3Client"
    bucket: str
    templates: Path
    clock: Clock
    stage: str
    mailer: Mailer | None = None

    def run(self, body: str) -> None:
        """Write the report of the day that a message is of; the same message again writes the same page.

        A page that could not be mailed stands all the same; the message that comes again mails it: better twice than never.
        """
        asked = ReportRun.model_validate_json(body)
        report = self._report(asked.on(self.clock))
        page = report_page(report).encode()
        key = self._store(report, page)
        if asked.mail and self.mailer:
            meta = self.s3.meta
            place = place_of(self.bucket, key, stage=self.stage, region=meta.region_name, partition=meta.partition)
            self.mailer.send(report, page, place)

    def _store(self, report: Report, page: bytes) -> str:
        """Put the page once by its day and once as the latest; return the key of the first."""
        name = f"{PREFIX}/{report.made_at:%Y-%m-%d}.html"
        for key in (name, f"{PREFIX}/latest.html"):
            self.s3.put_object(Bucket=self.bucket, Key=key, Body=page, ContentType="text/html; charset=utf-8")
        logger.info("report_written", key=name, people=report.results.log.people, bytes=len(page))
        return name

    def _report(self, now: datetime) -> Report:
        since = now - DAYS
        rules = templates.fairness(self.templates)
        known = learnt(self.dynamodb, self.policies_table, now=now)
        return Report(
            title=f"Attune {self.stage}",
            results=results_of(
                self.rows.rows(since, now), windows_of(templates.playbooks(self.templates)), since=since, now=now
            ),
            texts=templates.texts(self.templates),
            fairness=judge(self.people.cells(*rules.window(now)), rules, now),
            experiments=known.playbooks if known else (),
            made_at=now,
        )
