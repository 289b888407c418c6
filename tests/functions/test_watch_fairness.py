"""The daily look: gaps are told once, written down every day, counted for the alarm; a repeat changes nothing."""

import json
from dataclasses import dataclass, field
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from attune.adapters.athena import LakeUnreadableError
from attune.adapters.clock import Clock
from attune.adapters.decision_history import DecisionHistory
from attune.adapters.decisions_table import DecisionsTable
from attune.domain.clock import ClockScale
from functions.watch_fairness.watching import Watch
from tests.support.fairness import MONDAY, cells, rules
from tests.support.stage import a_stage, handler
from tests.support.tables import create_tables

BIASED = (*cells("de", 300, 1000), *cells("en", 200, 1000))
FAIR = (*cells("de", 200, 1000), *cells("en", 200, 1000))


@dataclass
class FakeLake:
    found: tuple = BIASED
    asked: list = field(default_factory=list)

    def cells(self, since, until):
        self.asked.append((since, until))
        return self.found


class Stage:
    """A watch over a fake lake, with a log and a topic that a queue listens to."""

    def __init__(self):
        dynamodb, sns, self.sqs = (boto3.client(name, region_name="us-east-1") for name in ("dynamodb", "sns", "sqs"))
        create_tables(dynamodb)
        topic = sns.create_topic(Name="fairness")["TopicArn"]
        self.queue = self.sqs.create_queue(QueueName="mail")["QueueUrl"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:mail")
        clock = Clock(ClockScale(), lambda: MONDAY)
        self.lake = FakeLake()
        self.history = DecisionHistory(dynamodb, "decisions", clock)
        self.watch = Watch(
            lake=self.lake,
            decisions=DecisionsTable(dynamodb, "decisions", clock, "test"),
            history=self.history,
            topic=sns,
            topic_arn=topic,
            rules=rules(),
            clock=clock,
            stage="test",
        )

    def look(self, days=0):
        time = (MONDAY + timedelta(days=days)).isoformat()
        return self.watch.run(json.dumps({"time": time, "detail-type": "Scheduled Event"}))

    def told(self):
        answer = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    def rows(self):
        return [(row["time"][:10], row["choice"]) for row in self.history.of("fairness")]


@pytest.fixture
def stage():
    with mock_aws():
        yield Stage()


def test_a_gap_is_written_down_and_told_with_its_evidence(stage):
    stage.look()

    (mail,) = stage.told()
    assert mail["Subject"] == "Attune test: 1 new fairness gap"
    assert "30.0 % got an offer" in mail["Message"]
    assert "attune fairness --measure offer --by locale --stage test" in mail["Message"]
    assert sorted(stage.rows()) == [("2026-11-23", "gap"), ("2026-11-23", "looked")]


def test_a_gap_that_stays_is_written_down_each_day_and_told_once(stage):
    stage.look()
    stage.told()
    stage.look(days=7)

    assert not stage.told()
    assert stage.rows().count(("2026-11-30", "gap")) == 1


def test_the_same_day_again_writes_nothing_more(stage):
    stage.look()
    before = stage.rows()
    stage.look()

    assert stage.rows() == before


def test_fair_days_leave_one_row_and_no_mail(stage):
    stage.lake.found = FAIR
    day = stage.look()

    assert day.made == 1
    assert stage.rows() == [("2026-11-23", "looked")]
    assert not stage.told()


def test_a_day_without_people_is_a_look_without_comparisons(stage):
    stage.lake.found = ()

    assert stage.look().made == 0
    assert stage.rows() == [("2026-11-23", "looked")]


def test_the_window_is_of_whole_days_that_have_settled(stage):
    stage.look()

    ((since, until),) = stage.lake.asked
    assert (since.isoformat(), until.isoformat()) == ("2026-10-19T00:00:00+00:00", "2026-11-16T00:00:00+00:00")


def test_the_handler_counts_gaps_for_the_alarm_and_gives_back_a_look_that_failed(monkeypatch, capsys):
    with a_stage(monkeypatch):
        function = handler("watch_fairness")
        stage = Stage.__new__(Stage)
        stage.lake = FakeLake()
        watch = function.wire()
        boto3.client("sns").create_topic(Name="fairness")
        object.__setattr__(watch, "lake", stage.lake)
        event = {"Records": [{"messageId": "m", "body": "{}"}]}

        assert function.lambda_handler(event, None) == {"batchItemFailures": []}
        metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "FairnessGaps" in line]

        def fails(since, until):
            raise LakeUnreadableError("Athena failed: TABLE_NOT_FOUND")

        stage.lake.cells = fails

        assert function.lambda_handler(event, None) == {"batchItemFailures": [{"itemIdentifier": "m"}]}
    # The shipped rules compare offers by locale among the rest, so that this is their gap as well.
    assert [found["FairnessGaps"] for found in metrics] == [[1.0]]
