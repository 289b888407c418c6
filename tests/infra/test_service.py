"""How events and messages travel: bus, queues, triggers, pages, outputs."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from aws_cdk.assertions import Template

from infra.app import build
from infra.config import STAGES
from infra.stage import PartnerBus
from tests.infra.templates import Resource, Synthesised, app

OUTPUTS = {
    "AcknowledgementsQueueUrl",
    "AudienceBucket",
    "AudienceRunsQueueUrl",
    "BusName",
    "CustomersTable",
    "DecisionsTable",
    "DeliveryStream",
    "EscalationsQueueUrl",
    "EventsQueueUrl",
    "EventsUrl",
    "InboundSmsTopicArn",
    "IngestKeysSecret",
    "JourneyArn",
    "LakeBucket",
    "LakeDatabase",
    "LakeTable",
    "MailTopicArn",
    "OnsiteUrl",
    "PagesUrl",
    "PoliciesTable",
    "QuarantineQueueUrl",
    "RefitRunsQueueUrl",
    "SiteTokenKeysSecret",
    "SupportQueueUrl",
    "SupportUrgentQueueUrl",
    "WatchQueueUrl",
    "WorkGroup",
    "ZendeskSecret",
}
APP_SOURCES = (
    "shop",
    "attune.pages",
    "attune.http",
    "aws.ses",
    "aws.partner/segment.com/abc",
    "aws.partner/stripe.com/ed_1",
    "attunement",
)


def matches(pattern: Mapping[str, Any], source: str) -> bool:
    """Answer as EventBridge does for the part of its language that our rules use on `source`."""
    (condition,) = pattern["source"]
    if isinstance(condition, str):
        return source == condition
    refused = condition["anything-but"]
    return source not in ([refused] if isinstance(refused, str) else refused)


def rules_on_our_bus(stage: Synthesised) -> list[Resource]:
    """Return the rules that listen to the stage's own bus, not to the account's default one or a partner's."""
    return [
        rule["Properties"]
        for _, rule in stage.resources("AWS::Events::Rule")
        if "Ref" in rule["Properties"].get("EventBusName", "") and not _suppresses(rule)
    ]


def _suppresses(rule: Resource) -> bool:
    """Whether a rule brings bounces and complaints to SES's list, which test_sending.py looks at."""
    return "Suppressions" in str(rule["Properties"]["Targets"])


def rules_elsewhere(stage: Synthesised) -> list[Resource]:
    """Return the rules that listen to other buses."""
    return [
        rule["Properties"]
        for _, rule in stage.resources("AWS::Events::Rule")
        if "Ref" not in rule["Properties"].get("EventBusName", "") and "EventPattern" in rule["Properties"]
    ]


def test_our_bus_takes_in_what_applications_say_and_not_what_we_say(every_stage: Synthesised) -> None:
    rules = rules_on_our_bus(every_stage)

    assert rules
    for rule in rules:
        assert all(matches(rule["EventPattern"], source) for source in APP_SOURCES)
        assert not matches(rule["EventPattern"], "attune")


def test_our_bus_leads_to_the_events_queue_other_buses_lead_to_ours_and_nothing_is_dropped(
    every_stage: Synthesised,
) -> None:
    ours, elsewhere = rules_on_our_bus(every_stage), rules_elsewhere(every_stage)

    assert ours
    assert elsewhere
    for rules, leads_to in ((ours, "EventsQueue"), (elsewhere, "IntakeBus")):
        for rule in rules:
            (target,) = rule["Targets"]
            assert target["Arn"]["Fn::GetAtt"][0].startswith(leads_to), rule
            assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0].startswith("EventsDeadLetters"), rule


def test_ses_tells_what_became_of_mail_but_not_who_opened_or_clicked(every_stage: Synthesised) -> None:
    destination = every_stage.one("AWS::SES::ConfigurationSetEventDestination")["Properties"]["EventDestination"]

    assert set(destination["MatchingEventTypes"]) == {
        "send",
        "delivery",
        "deliveryDelay",
        "bounce",
        "complaint",
        "reject",
        "renderingFailure",
        "subscription",
    }
    assert str(destination["EventBridgeDestination"]).endswith(":event-bus/default']]}}")


def test_only_this_stages_mail_is_heard(every_stage: Synthesised) -> None:
    (pattern,) = [rule["EventPattern"] for rule in rules_elsewhere(every_stage)]
    ((configuration_set,),) = pattern["detail"]["mail"]["tags"].values()

    assert pattern["source"] == ["aws.ses"]
    assert set(pattern["detail"]["mail"]["tags"]) == {"ses:configuration-set"}
    assert configuration_set["Ref"].startswith("MailConfigurationSet")


SHOPIFY = "aws.partner/shopify.com/1234567/attune"
STRIPE = PartnerBus(name="aws.partner/stripe.com/ed_1", pattern={"detail-type": [{"prefix": "invoice."}]})


def with_partners(monkeypatch: pytest.MonkeyPatch, *partners: PartnerBus) -> dict[str, Resource]:
    """Return the rules on partners' buses, by the name of the bus, of a stage that listens to these."""
    monkeypatch.setitem(STAGES, "dev", replace(STAGES["dev"], partner_buses=partners))
    template = Template.from_stack(build(app(stage="dev")).service)
    rules = [rule["Properties"] for rule in template.find_resources("AWS::Events::Rule").values()]
    return {rule["EventBusName"]: rule for rule in rules if "aws.partner" in str(rule.get("EventBusName"))}


def test_a_partners_bus_forwards_all_it_hears_or_what_its_pattern_says(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = with_partners(monkeypatch, PartnerBus(name=SHOPIFY), STRIPE)

    assert rules[SHOPIFY]["EventPattern"] == {"source": [SHOPIFY]}
    assert rules[STRIPE.name]["EventPattern"] == STRIPE.pattern
    for rule in rules.values():
        (target,) = rule["Targets"]
        assert target["Arn"]["Fn::GetAtt"][0].startswith("IntakeBus")
        assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0].startswith("EventsDeadLetters")
        assert "Fn::GetAtt" in target["RoleArn"]


def test_a_stage_listens_to_no_partner_unless_told(every_stage: Synthesised) -> None:
    assert "aws.partner" not in str(every_stage.templates["service"])


def test_forwarding_may_do_nothing_but_put_events_on_our_bus(every_stage: Synthesised) -> None:
    forwarding = {
        name: role for name, role in every_stage.resources("AWS::IAM::Role") if "events.amazonaws.com" in str(role)
    }
    statements = [
        statement
        for _, policy in every_stage.resources("AWS::IAM::Policy")
        if policy["Properties"]["Roles"][0]["Ref"] in forwarding
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]

    assert len(forwarding) == len(statements) == len(rules_elsewhere(every_stage))
    assert {statement["Action"] for statement in statements} == {"events:PutEvents"}
    assert all(statement["Resource"]["Fn::GetAtt"][0].startswith("IntakeBus") for statement in statements)
    for role in forwarding.values():
        assert "aws:SourceAccount" in str(role["Properties"]["AssumeRolePolicyDocument"])


def test_notices_of_ses_and_texts_from_customers_reach_the_events_queue_in_their_envelope(
    every_stage: Synthesised,
) -> None:
    all_topics = {name for name, _ in every_stage.resources("AWS::SNS::Topic", stack="service")}
    topics = {name for name in all_topics if name.startswith("Notices")}
    everything = [found["Properties"] for _, found in every_stage.resources("AWS::SNS::Subscription")]
    subscriptions = [found for found in everything if "SuppressionsQueue" not in str(found["Endpoint"])]

    assert {found["TopicArn"]["Ref"] for found in subscriptions} == topics
    assert len(topics) == 2
    for found in subscriptions:
        assert found["Endpoint"]["Fn::GetAtt"][0].startswith("EventsQueue")
        assert not found.get("RawMessageDelivery")
        assert "EventsDeadLetters" in str(found["RedrivePolicy"])


@pytest.mark.parametrize(("topic", "service"), [("NoticesMail", "ses"), ("NoticesInboundSms", "sms-voice")])
def test_a_topic_is_encrypted_tls_only_and_open_to_one_service(
    every_stage: Synthesised, topic: str, service: str
) -> None:
    topics = dict(every_stage.resources("AWS::SNS::Topic", stack="service"))
    (name,) = [found for found in topics if found.startswith(topic)]
    (policy,) = [
        found["Properties"]["PolicyDocument"]
        for _, found in every_stage.resources("AWS::SNS::TopicPolicy", stack="service")
        if {"Ref": name} in found["Properties"]["Topics"]
    ]
    allowed = [statement for statement in policy["Statement"] if statement["Effect"] == "Allow"]

    assert topics[name]["Properties"]["KmsMasterKeyId"]
    assert "'aws:SecureTransport': 'false'" in str(policy)
    assert [statement["Principal"] for statement in allowed] == [{"Service": f"{service}.amazonaws.com"}]
    assert all(statement["Condition"]["StringEquals"]["aws:SourceAccount"] for statement in allowed)


def test_the_services_that_publish_may_use_the_topics_key(every_stage: Synthesised) -> None:
    key = every_stage.one("AWS::KMS::Key", stack="service")["Properties"]
    (users,) = [
        statement["Principal"]["Service"]
        for statement in key["KeyPolicy"]["Statement"]
        if "Service" in statement["Principal"]
    ]

    assert key["EnableKeyRotation"] is True
    assert sorted(users) == ["ses.amazonaws.com", "sms-voice.amazonaws.com"]


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
    aliases = {
        name: alias["Properties"]["FunctionName"]["Ref"] for name, alias in every_stage.resources("AWS::Lambda::Alias")
    }
    mappings = [
        mapping["Properties"]
        for _, mapping in every_stage.resources("AWS::Lambda::EventSourceMapping")
        if "FunctionResponseTypes" in mapping["Properties"]
    ]

    assert len(mappings) == 11
    for mapping in mappings:
        queue = queues[mapping["EventSourceArn"]["Fn::GetAtt"][0]]
        behind = [name for alias, name in aliases.items() if alias in str(mapping["FunctionName"])]
        function = functions[behind[0] if behind else mapping["FunctionName"]["Ref"]]
        assert queue["Properties"]["VisibilityTimeout"] >= 6 * function["Properties"]["Timeout"]
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["ScalingConfig"]["MaximumConcurrency"] >= 2


@pytest.mark.parametrize(
    ("function", "noted_in"), [("ExportDecisions", "FailedExports"), ("LearnPolicy", "FailedLearning")]
)
def test_a_reader_of_the_stream_of_decisions_tries_a_bounded_number_of_times(
    every_stage: Synthesised, function: str, noted_in: str
) -> None:
    (mapping,) = [
        mapping["Properties"]
        for _, mapping in every_stage.resources("AWS::Lambda::EventSourceMapping")
        if "StartingPosition" in mapping["Properties"]
        and mapping["Properties"]["FunctionName"]["Ref"].startswith(function)
    ]

    assert mapping["BisectBatchOnFunctionError"] is True
    assert 0 < mapping["MaximumRetryAttempts"] <= 10
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0].startswith(noted_in)


def test_the_stream_of_decisions_has_no_more_readers_than_dynamodb_allows(every_stage: Synthesised) -> None:
    readers = [
        mapping
        for _, mapping in every_stage.resources("AWS::Lambda::EventSourceMapping")
        if "StartingPosition" in mapping["Properties"]
    ]

    assert len(readers) == 2


def test_only_pages_can_be_read_and_posted_and_everything_is_throttled(every_stage: Synthesised) -> None:
    routes = {route["Properties"]["RouteKey"] for _, route in every_stage.resources("AWS::ApiGatewayV2::Route")}
    paths = tuple(f"/{page}/{{token}}" for page in ("unsubscribe", "feedback", "preferences", "why", "my_data"))
    limited = {"POST /events", "POST /events/zendesk", "GET /onsite/notes", "POST /onsite/answers"}
    stage = every_stage.one("AWS::ApiGatewayV2::Stage")
    settings = stage["Properties"]["RouteSettings"]

    assert routes == {f"ANY {path}" for path in paths} | limited
    assert set(settings) == limited
    for limits in (stage["Properties"]["DefaultRouteSettings"], *settings.values()):
        assert limits["ThrottlingBurstLimit"] > 0
        assert limits["ThrottlingRateLimit"] > 0


def test_the_routes_with_settings_of_their_own_exist_before_the_stage(every_stage: Synthesised) -> None:
    stage = every_stage.one("AWS::ApiGatewayV2::Stage")
    ingest = {
        name
        for name, route in every_stage.resources("AWS::ApiGatewayV2::Route")
        if route["Properties"]["RouteKey"] in stage["Properties"]["RouteSettings"]
    }

    assert ingest <= set(stage["DependsOn"])


def test_only_pages_of_the_site_may_ask_from_a_browser(every_stage: Synthesised) -> None:
    cors = every_stage.one("AWS::ApiGatewayV2::Api")["Properties"]["CorsConfiguration"]

    assert cors["AllowOrigins"] == list(every_stage.stacks.service.stage_config.onsite_origins)
    assert "*" not in "".join(cors["AllowOrigins"])
    assert "AllowCredentials" not in cors
    assert set(cors["AllowHeaders"]) == {"authorization", "content-type"}


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
        not in {
            "AWS::Lambda::Alias",
            "AWS::Lambda::EventSourceMapping",
            "AWS::Lambda::Permission",
            "AWS::Lambda::Version",
            "AWS::Logs::LogStream",
            "AWS::Logs::MetricFilter",
        }
        and naming & set(resource.get("Properties", {}))
    }

    assert named == set()
