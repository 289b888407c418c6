"""`attune publish` as it is typed, against moto's bus and a queue behind it."""

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from attune_cli.main import app

TARGET = ("--stage", "dev", "--bus", "shop-bus")
EVENT = '{"type": "track", "event": "Cart Viewed", "userId": "c-1"}'


@pytest.fixture
def queue() -> Iterator[str]:
    """The URL of a queue that gets everything on the bus `shop-bus`."""
    with mock_aws():
        events, sqs = boto3.client("events"), boto3.client("sqs")
        url = sqs.create_queue(QueueName="events")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        events.create_event_bus(Name="shop-bus")
        pattern = json.dumps({"source": [{"prefix": "app."}]})
        events.put_rule(Name="all", EventBusName="shop-bus", EventPattern=pattern)
        events.put_targets(Rule="all", EventBusName="shop-bus", Targets=[{"Id": "queue", "Arn": arn}])
        yield url


def received(url: str) -> list[dict[str, object]]:
    messages = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in messages]


def test_a_file_of_events_reaches_the_queue_behind_the_bus(queue: str, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text(f"{EVENT}\n\n{EVENT}\n")

    result = CliRunner().invoke(app, ["publish", str(file), *TARGET, "--source", "shop"])

    assert result.exit_code == 0, result.output
    assert "2 accepted, 0 not accepted" in result.stdout
    envelopes = received(queue)
    assert [(item["source"], item["detail-type"]) for item in envelopes] == [("app.shop", "track")] * 2
    assert envelopes[0]["detail"] == json.loads(EVENT)


def test_events_come_from_stdin_and_a_bad_line_makes_the_command_end_with_1(queue: str) -> None:
    result = CliRunner().invoke(app, ["publish", "-", *TARGET], input=f"{EVENT}\nnonsense\n")

    assert result.exit_code == 1
    assert "line 2: not JSON" in result.stderr
    assert "1 accepted, 1 not accepted" in result.stdout
    assert len(received(queue)) == 1


def test_a_bus_that_does_not_exist_ends_the_command_with_the_words_of_aws(queue: str) -> None:
    result = CliRunner().invoke(app, ["publish", "-", "--stage", "dev", "--bus", "no-bus"], input=EVENT)

    assert result.exit_code == 1
    assert "no-bus" in result.stderr
    assert "Traceback" not in result.output


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["publish", str(tmp_path / "no.jsonl"), *TARGET])

    assert result.exit_code == 2
    assert "cannot read" in result.stderr
    assert "No such file" in result.stderr


def test_an_endpoint_that_is_no_url_is_an_input_error() -> None:
    result = CliRunner().invoke(app, ["publish", "-", "--endpoint-url", "localhost"], input=EVENT)

    assert result.exit_code == 2
    assert "'localhost' is not an endpoint" in result.stderr
