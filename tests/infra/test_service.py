"""How events and messages travel: bus, queues, triggers, pages, outputs."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.infra.templates import Resource, Synthesised

OUTPUTS = {
    "BusName",
    "CustomersTable",
    "DecisionsTable",
    "DeliveryStream",
    "EscalationsQueueUrl",
    "EventsQueueUrl",
    "JourneyArn",
    "LakeBucket",
    "LakeDatabase",
    "LakeTable",
    "PagesUrl",
    "PoliciesTable",
    "QuarantineQueueUrl",
    "SupportQueueUrl",
    "SupportUrgentQueueUrl",
    "WatchQueueUrl",
    "WorkGroup",
}
APP_SOURCES = ("shop", "attune.pages", "aws.partner/segment.com/abc", "aws.partner/stripe.com/ed_1", "attunement")


def matches(pattern: Mapping[str, Any], source: str) -> bool:
    """Answer as EventBridge does for the part of its language that our rules use on `source`."""
    (condition,) = pattern["source"]
    if isinstance(condition, str):
        return source == condition
    refused = condition["anything-but"]
    return source not in ([refused] if isinstance(refused, str) else refused)


def rules_on_our_bus(stage: Synthesised) -> list[Resource]:
    """Return the rules that listen to applications, not to the account's default bus."""
    return [
        rule["Properties"] for _, rule in stage.resources("AWS::Events::Rule") if "EventBusName" in rule["Properties"]
    ]


def test_our_bus_takes_in_what_applications_say_and_not_what_we_say(every_stage: Synthesised) -> None:
    rules = rules_on_our_bus(every_stage)

    assert rules
    for rule in rules:
        assert all(matches(rule["EventPattern"], source) for source in APP_SOURCES)
        assert not matches(rule["EventPattern"], "attune")


def test_every_rule_leads_to_the_events_queue_and_drops_nothing(every_stage: Synthesised) -> None:
    for name, rule in every_stage.resources("AWS::Events::Rule"):
        (target,) = rule["Properties"]["Targets"]

        assert target["Arn"]["Fn::GetAtt"][0].startswith("EventsQueue"), name
        assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0].startswith("EventsDeadLetters"), name


def test_opens_and_clicks_are_not_tracked(every_stage: Synthesised) -> None:
    assert not list(every_stage.resources("AWS::SES::ConfigurationSetEventDestination"))


def test_every_queue_has_a_redrive_or_is_where_messages_end(every_stage: Synthesised) -> None:
    queues = dict(every_stage.resources("AWS::SQS::Queue"))
    ends = {
        queue["Properties"]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        for queue in queues.values()
        if "RedrivePolicy" in queue["Properties"]
    }
    without = {name for name, queue in queues.items() if "RedrivePolicy" not in queue["Properties"]}

    assert without == ends
    assert all(queues[name]["Properties"]["MessageRetentionPeriod"] == 14 * 86400 for name in ends)


def test_every_queue_is_encrypted_and_tls_only(every_stage: Synthesised) -> None:
    protected = {
        policy["Properties"]["Queues"][0]["Ref"]
        for _, policy in every_stage.resources("AWS::SQS::QueuePolicy")
        if "'aws:SecureTransport': 'false'" in str(policy["Properties"]["PolicyDocument"])
    }
    for name, queue in every_stage.resources("AWS::SQS::Queue"):
        assert queue["Properties"]["SqsManagedSseEnabled"] is True, name
        assert name in protected


def test_a_batch_stays_invisible_for_six_function_timeouts(every_stage: Synthesised) -> None:
    queues = dict(every_stage.resources("AWS::SQS::Queue"))
    functions = dict(every_stage.resources("AWS::Lambda::Function"))
    mappings = [
        mapping["Properties"]
        for _, mapping in every_stage.resources("AWS::Lambda::EventSourceMapping")
        if "FunctionResponseTypes" in mapping["Properties"]
    ]

    assert len(mappings) == 3
    for mapping in mappings:
        queue = queues[mapping["EventSourceArn"]["Fn::GetAtt"][0]]
        function = functions[mapping["FunctionName"]["Ref"]]
        assert queue["Properties"]["VisibilityTimeout"] >= 6 * function["Properties"]["Timeout"]
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["ScalingConfig"]["MaximumConcurrency"] >= 2


def test_the_stream_of_decisions_is_tried_a_bounded_number_of_times(every_stage: Synthesised) -> None:
    (mapping,) = [
        mapping["Properties"]
        for _, mapping in every_stage.resources("AWS::Lambda::EventSourceMapping")
        if "StartingPosition" in mapping["Properties"]
    ]

    assert mapping["BisectBatchOnFunctionError"] is True
    assert 0 < mapping["MaximumRetryAttempts"] <= 10
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0].startswith("FailedExports")


def test_pages_can_be_read_and_posted_and_are_throttled(every_stage: Synthesised) -> None:
    routes = {route["Properties"]["RouteKey"] for _, route in every_stage.resources("AWS::ApiGatewayV2::Route")}
    paths = ("/unsubscribe/{token}", "/feedback/{token}", "/onsite/{token}")
    limits = every_stage.one("AWS::ApiGatewayV2::Stage")["Properties"]["DefaultRouteSettings"]

    assert routes == {f"{method} {path}" for method in ("GET", "POST") for path in paths}
    assert limits["ThrottlingBurstLimit"] > 0
    assert limits["ThrottlingRateLimit"] > 0


def test_the_access_log_does_not_hold_the_tokens_of_links(every_stage: Synthesised) -> None:
    settings = every_stage.one("AWS::ApiGatewayV2::Stage")["Properties"]["AccessLogSettings"]

    assert "$context.routeKey" in settings["Format"]
    assert "$context.path" not in settings["Format"]


def test_the_service_says_where_everything_is(every_stage: Synthesised) -> None:
    assert set(every_stage.templates["service"]["Outputs"]) >= OUTPUTS


@pytest.mark.parametrize("stack", ["state", "service", "operations"])
def test_nothing_but_the_lake_and_the_dashboard_has_a_physical_name(prod: Synthesised, stack: str) -> None:
    naming = {"FunctionName", "QueueName", "TableName", "BucketName", "RoleName", "StateMachineName", "LogGroupName"}
    named = {
        logical_id
        for logical_id, resource in prod.templates[stack]["Resources"].items()
        if resource["Type"]
        not in {"AWS::Lambda::EventSourceMapping", "AWS::Lambda::Permission", "AWS::Logs::LogStream"}
        and naming & set(resource.get("Properties", {}))
    }

    assert named == set()
