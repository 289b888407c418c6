"""Fairness on the local AWS: decisions go the way of the stream into Parquet, Athena counts people, a gap reaches a topic."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from attune.adapters.clock import Clock
from attune.adapters.decision_history import DecisionHistory
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.fairness_file import load_fairness
from attune.adapters.fairness_lake import FairnessLake
from attune.domain.clock import ClockScale
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.fairness.judging import Verdict
from attune.domain.fairness.people import people_cells
from functions.watch_fairness.watching import Watch
from tests.support.lake import Lake, local_lake

ROOT = Path(__file__).resolve().parents[2]
MONDAY = datetime(2026, 11, 23, 6, 15, tzinfo=UTC)
SEGMENT = 'Größe "M"'


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    with local_lake(tmp_path_factory.mktemp("fairness")) as found:
        found.export(decisions())
        found.move_to(datetime(2026, 11, 20, tzinfo=UTC).date())
        yield found


def decisions() -> list[Decision]:
    """1,600 people, of whom every second speaks German and gets offers twice as often."""
    chance = Random(5)
    return [one for number in range(1600) for one in _person(number, chance)]


def _person(number: int, chance: Random) -> Iterator[Decision]:
    locale = ("de-DE", "en-GB")[number % 2]
    at = datetime(2026, 10, 25, tzinfo=UTC) + timedelta(minutes=15 * number)
    offer = chance.random() < (0.5 if locale == "de-DE" else 0.25)
    groups = {"locale": locale, "segment": SEGMENT, "device": "phone", "friction_level": "high"}
    yield _decision(number, DecisionKind.MOMENT, "started", at, **groups)
    told = {"tone": "advisory", "channel": "email", "offer": offer}
    yield _decision(number, DecisionKind.CONTACT, "sent", at + timedelta(hours=26, minutes=10), **told)


def _decision(number: int, kind: DecisionKind, choice: str, at: datetime, **inputs: str | bool) -> Decision:
    return Decision(
        decision_id=decision_id(f"{number}#{kind}"),
        time=at,
        kind=kind,
        subject_key=f"subject-{number}",
        choice=choice,
        reasons=(Reason(choice, choice),),
        journey_id=f"journey-{number}",
        playbook="cart_abandonment",
        playbook_version="1.0.0",
        touch=int(kind is DecisionKind.CONTACT),
        inputs=inputs,
    )


def watch(lake: Lake, topic_arn: str) -> Watch:
    clock = Clock(ClockScale(), lambda: MONDAY)
    dynamodb, table = lake.client("dynamodb"), lake.outputs["DecisionsTable"]
    return Watch(
        lake=FairnessLake(athena=lake.athena, clock=clock),
        decisions=DecisionsTable(dynamodb, table, clock, "test"),
        history=DecisionHistory(dynamodb, table, clock),
        topic=lake.client("sns"),
        topic_arn=topic_arn,
        rules=load_fairness(ROOT / "templates"),
        clock=clock,
        stage="local",
    )


def test_athena_counts_real_parquet_as_the_domain_does(lake: Lake) -> None:
    rules = load_fairness(ROOT / "templates")
    since, until = rules.window(MONDAY)
    rows = [
        {
            "decision_id": one.decision_id, "time": one.time.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "kind": one.kind.value,
            "subject_key": one.subject_key, "journey_id": one.journey_id, "playbook": one.playbook, "touch": one.touch,
            "choice": one.choice, "reason_code": one.reasons[0].code, "inputs": one.inputs,
        }
        for one in decisions()
    ]  # fmt: skip

    found = watch(lake, "").lake.cells(since, until)

    assert set(found) == set(people_cells(rows, since=since, until=until))
    assert SEGMENT in {one.group for one in found}


def test_a_gap_in_the_lake_is_found_told_and_written_down(lake: Lake) -> None:
    sns, sqs = lake.client("sns"), lake.client("sqs")
    topic = sns.create_topic(Name="fairness")["TopicArn"]
    queue = sqs.create_queue(QueueName="mail")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    day = watch(lake, topic).look(MONDAY)

    (gap,) = day.those(Verdict.GAP)
    assert (gap.measure, gap.dimension, gap.group) == ("offer", "locale", "de-DE")
    (mail,) = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"]
    assert "offer by locale, de-DE" in json.loads(mail["Body"])["Message"]
    rows = lake.client("dynamodb").query(
        TableName=lake.outputs["DecisionsTable"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "fairness"}},
    )["Items"]
    assert sorted(row["choice"]["S"] for row in rows) == ["gap", "looked"]


def test_the_named_query_says_how_each_group_was_treated(lake: Lake) -> None:
    answer = lake.ask("fairness_people", since="2026-10-01").records()
    by_locale = {one["people_group"]: one for one in answer if one["grouped_by"] == "locale"}

    assert {name: one["people"] for name, one in by_locale.items()} == {"de-DE": "800", "en-GB": "800"}
    assert {one["contacted"] for one in by_locale.values()} == {"100.0"}
