"""What looks back, as deployed: asked through its queue, each function reads the lake, writes down what it found and tells its readers.

The history lies before anything else that this stage ever decides, and both are asked as of then: what other tests do at
the same time is none of it.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from attune.adapters.seal_store import SealStore
from attune.domain.decisions import Decision, DecisionKind
from functions.export_decisions.exporting import Exporter
from tests.e2e.conftest import PATIENCE, Deployed, eventually
from tests.support.history import STUCK, history, told
from tests.support.lake import image

READER = "owners@shop.example"
LOOKED_AT = datetime(2026, 11, 16, 6, 15, tzinfo=UTC)
REPORTED_AT = datetime(2026, 11, 20, 6, 45, tzinfo=UTC)
PEOPLE, OFFERED_GERMANS, OFFERED_BRITONS = 200, 120, 40


def groups() -> Iterator[Decision]:
    """Yield 200 Germans of whom 120 got an offer, and 200 Britons of whom 40 did, alike in everything else."""
    for locale, offered in (("de-DE", OFFERED_GERMANS), ("en-GB", OFFERED_BRITONS)):
        for number in range(PEOPLE):
            at, name = datetime(2026, 10, 20, tzinfo=UTC) + timedelta(hours=number), f"{locale}-{number}"
            known = {**STUCK, "locale": locale, "segment": "standard", "device": "phone"}
            yield told(name, DecisionKind.MOMENT, "started", at, inputs=known)
            sent = {**known, "channel": "email", "tone": "advisory", "offer": number < offered}
            yield told(name, DecisionKind.CONTACT, "sent", at + timedelta(hours=30), touch=1, inputs=sent)


@pytest.fixture(scope="module")
def lake(deployed: Deployed) -> Deployed:
    """Put the history into the deployed lake, announced as the stage's own exporter announces."""
    out = deployed.outputs
    store = SealStore(deployed.client("s3"), out["EvidenceBucket"])
    exporter = Exporter(deployed.client("firehose"), out["DeliveryStream"], store)
    exporter.export({"eventName": "INSERT", "dynamodb": {"NewImage": image(one)}} for one in (*history(), *groups()))
    return deployed


def ask(deployed: Deployed, output: str, **body: Any) -> None:
    deployed.client("sqs").send_message(QueueUrl=deployed.outputs[output], MessageBody=json.dumps(body))


def listening(deployed: Deployed, topic: str) -> str:
    """Return the URL of a queue that hears what a topic of the stage says."""
    sns, sqs = deployed.client("sns"), deployed.client("sqs")
    (arn,) = [one["TopicArn"] for one in sns.list_topics()["Topics"] if topic in one["TopicArn"]]
    queue = sqs.create_queue(QueueName="who-reads-of-gaps")["QueueUrl"]
    heard = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=heard)
    return str(queue)


def test_the_weekly_report_is_written_and_mailed_with_the_figures_of_the_history(lake: Deployed) -> None:
    key = f"reports/{REPORTED_AT:%Y-%m-%d}.html"
    ask(lake, "ReportRunsQueueUrl", time=REPORTED_AT.isoformat(), mail=True)

    mails = eventually(lambda: lake.emails_to(READER), seconds=PATIENCE)
    assert mails
    page = lake.client("s3").get_object(Bucket=lake.outputs["LakeBucket"], Key=key)["Body"].read().decode()
    for told_people in (page, mails[0]):
        assert "408 people in the log" in told_people
        assert "1 is open and overdue" in told_people
    assert "held for quiet hours 2 times" in mails[0]
    assert "Fairness: 1 gap between groups of people" in mails[0]
    assert f"s3://{lake.outputs['LakeBucket']}/{key}" in mails[0]


def test_a_gap_is_found_by_the_deployed_look_written_down_and_told(lake: Deployed) -> None:
    heard = listening(lake, "FairnessTopic")
    ask(lake, "FairnessLooksQueueUrl", time=LOOKED_AT.isoformat())

    def rows() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = lake.client("dynamodb").query(
            TableName=lake.outputs["DecisionsTable"],
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "fairness"}},
        )["Items"]
        return [row for row in found if row["time"]["S"].startswith(f"{LOOKED_AT:%Y-%m-%d}")]

    assert eventually(lambda: len(rows()) == 2, seconds=PATIENCE), rows()
    gap, looked = sorted(rows(), key=lambda row: row["choice"]["S"])
    found = json.loads(gap["inputs"]["S"])
    messages = eventually(
        lambda: lake.client("sqs").receive_message(QueueUrl=heard, WaitTimeSeconds=1).get("Messages"), seconds=PATIENCE
    )

    assert (gap["choice"]["S"], looked["choice"]["S"]) == ("gap", "looked")
    assert (found["measure"], found["group"], found["people"], found["others"]) == ("offer", "de-DE", 200, 200)
    assert (found["difference"], found["own"], found["others_own"]) == (0.4, 0.6, 0.2)
    assert messages
    assert "offer by locale, de-DE" in json.loads(messages[0]["Body"])["Message"]
