"""A whole stage in moto: its resources, and the environment that tells each function where they are."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.support import ses_account  # noqa: F401 - moto does not know the account's quota
from tests.support.acme import ACME
from tests.support.tables import create_tables

ROOT = Path(__file__).resolve().parents[2]
QUEUES = ("watch", "quarantine", "escalations", "support", "support_urgent", "acknowledgements", "bus_listener")
SITE_KEY = "a key of sites, long enough for tests"
FUNCTIONS = (
    "ingest_events",
    "score_friction",
    "plan_touch",
    "choose_tone",
    "choose_delay",
    "send_message",
    "review_journey",
    "escalate",
    "acknowledge_reply",
    "answer_case",
    "receive_events",
    "record_feedback",
    "serve_onsite",
    "export_audience",
    "find_moments",
    "export_decisions",
    "seal_decisions",
    "learn_policy",
    "refit_policies",
    "suppress_addresses",
    "watch_fairness",
    "draft_reply",
    "report",
)
"""Those that are wired once: `announce_deployment` is asked once in its life."""


def environment(queues: Mapping[str, str], journey_arn: str, **changes: str) -> dict[str, str]:
    """Return what every function is told; each takes its own."""
    real_now = datetime.now(UTC).isoformat()
    return {
        "STAGE": "test",
        "CODE_VERSION": "abc123",
        "ATTUNE_CLOCK_SPEED": "1",
        # The stage lives on a Tuesday at noon in London, whatever time the tests run at.
        "ATTUNE_CLOCK_ANCHOR": f"{real_now}/2026-11-24T12:00:00+00:00",
        "LAMBDA_TASK_ROOT": str(ROOT),
        "CUSTOMERS_TABLE": "customers",
        "DECISIONS_TABLE": "decisions",
        "POLICIES_TABLE": "policies",
        "JOURNEY_ARN": journey_arn,
        "BUS_NAME": "attune",
        "DELIVERY_STREAM": "decisions",
        "EVIDENCE_BUCKET": "evidence",
        "LAKE_DAYS": "400",
        "WORK_GROUP": "attune",
        "LAKE_DATABASE": "attune",
        "REPORT_BUCKET": "lake",
        "REPORT_RECIPIENTS": '["owner@shop.example", "growth@shop.example"]',
        "FAIRNESS_TOPIC": "arn:aws:sns:us-east-1:123456789012:fairness",
        "AUDIENCE_BUCKET": "audience",
        "DRAFTS_QUEUE_URL": "",
        "DRAFT_MODEL": "amazon.nova-lite-v1:0",
        "DRAFT_GUARDRAIL": "",
        "LINK_KEY_SECRET": "link-key",
        "IDENTITY_KEY_SECRET": "identity-key",
        "INGEST_KEYS_SECRET": "ingest-keys",
        "ZENDESK_SECRET": "zendesk",
        "SITE_TOKEN_KEYS_SECRET": "site-token-keys",
        **ACME,
        **{f"{name.upper()}_QUEUE_URL": url for name, url in queues.items()},
        **changes,
    }


class Stage:
    """Resources of a stage, and what lies in them."""

    def __init__(self) -> None:
        self.dynamodb, self.sqs, self.events = (boto3.client(name) for name in ("dynamodb", "sqs", "events"))
        create_tables(self.dynamodb)
        self.queues = {name: self.sqs.create_queue(QueueName=name)["QueueUrl"] for name in QUEUES}
        for name in ("link-key", "identity-key"):
            boto3.client("secretsmanager").create_secret(Name=name, SecretString="a key for tests")
        keys = json.dumps({"current": SITE_KEY})
        boto3.client("secretsmanager").create_secret(Name="site-token-keys", SecretString=keys)
        boto3.client("ssm").put_parameter(Name="switches", Value="{}", Type="String")
        boto3.client("sesv2").create_email_identity(EmailIdentity="care@shop.example")
        self.states = boto3.client("stepfunctions")
        self.journey_arn = self.states.create_state_machine(
            name="journey",
            definition=json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}),
            roleArn="arn:aws:iam::123456789012:role/journey",
        )["stateMachineArn"]
        self._make_bus()
        self._make_delivery_stream()

    def received(self, queue: str) -> list[dict[str, Any]]:
        """Take what lies in a queue now."""
        answer = self.sqs.receive_message(QueueUrl=self.queues[queue], MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    def waiting(self, queue: str) -> int:
        """Return how many messages of a queue will be seen only later."""
        names = ["ApproximateNumberOfMessagesDelayed"]
        answer = self.sqs.get_queue_attributes(QueueUrl=self.queues[queue], AttributeNames=names)
        return int(answer["Attributes"][names[0]])

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return all rows of a table as DynamoDB holds them, in order."""
        rows = self.dynamodb.get_paginator("scan").paginate(TableName=table).build_full_result()["Items"]
        return sorted(rows, key=lambda row: (row["pk"]["S"], row["sk"]["S"]))

    def executions(self) -> list[str]:
        """Return the names of the journeys that were started."""
        found = self.states.list_executions(stateMachineArn=self.journey_arn)["executions"]
        return [execution["name"] for execution in found]

    def _make_bus(self) -> None:
        self.events.create_event_bus(Name="attune")
        self.events.put_rule(Name="all", EventBusName="attune", EventPattern=json.dumps({"account": ["123456789012"]}))
        arn = "arn:aws:sqs:us-east-1:123456789012:bus_listener"
        self.events.put_targets(Rule="all", EventBusName="attune", Targets=[{"Id": "queue", "Arn": arn}])

    def _make_delivery_stream(self) -> None:
        for bucket in ("lake", "audience", "evidence"):
            boto3.client("s3").create_bucket(Bucket=bucket)
        role, bucket = "arn:aws:iam::123456789012:role/lake", "arn:aws:s3:::lake"
        boto3.client("firehose").create_delivery_stream(
            DeliveryStreamName="decisions", ExtendedS3DestinationConfiguration={"RoleARN": role, "BucketARN": bucket}
        )


def exported() -> str:
    """Return what Firehose has put into the lake."""
    s3 = boto3.client("s3")
    keys = [item["Key"] for item in s3.list_objects_v2(Bucket="lake").get("Contents", [])]
    return "".join(s3.get_object(Bucket="lake", Key=key)["Body"].read().decode() for key in keys)


def handler(function: str) -> Any:
    """Return a function's handler module, wired anew."""
    module = import_module(f"functions.{function}.handler")
    module.wire.cache_clear()
    return module


@contextmanager
def a_stage(monkeypatch: pytest.MonkeyPatch, **changes: str) -> Iterator[Stage]:
    """Make a stage for the time of a block, with its environment set."""
    with mock_aws():
        stage = Stage()
        for name, value in environment(stage.queues, stage.journey_arn, **changes).items():
            monkeypatch.setenv(name, value)
        for function in FUNCTIONS:
            handler(function)
        yield stage
        for function in FUNCTIONS:
            handler(function)
