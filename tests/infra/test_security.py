"""Keeping people out, read off the templates of all stacks of every stage: nobody public, nothing in the clear."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.infra.everything_on import synthesised
from tests.infra.templates import Resource, Synthesised

STAR_ACTIONS = {
    "comprehend:DetectSentiment": "reads the text of the call",
    "dynamodb:ListStreams": "Lambda's poller; knows no resource",
    "ses:GetAccount": "knows no resource",
    "ses:PutSuppressedDestination": "one list per account",
    "logs:CreateLogDelivery": "delivery of the journey's log; these know no resource",
    "logs:DeleteLogDelivery": "as above",
    "logs:DescribeLogGroups": "as above",
    "logs:DescribeResourcePolicies": "as above",
    "logs:GetLogDelivery": "as above",
    "logs:ListLogDeliveries": "as above",
    "logs:PutResourcePolicy": "as above",
    "logs:UpdateLogDelivery": "as above",
    "xray:GetSamplingRules": "tracing of the journey; knows no resource",
    "xray:GetSamplingTargets": "as above",
    "xray:PutTelemetryRecords": "as above",
    "xray:PutTraceSegments": "as above",
}
"""The only things that a role may do on whatever resource, and why."""
OPEN_TYPES = {
    "AWS::Lambda::Url",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::Instance",
    "AWS::CloudFront::Distribution",
    "AWS::ApiGateway::RestApi",
    "AWS::IAM::User",
    "AWS::IAM::AccessKey",
    "AWS::Cognito::IdentityPool",
    "AWS::S3::AccessPoint",
    "AWS::RAM::ResourceShare",
}
"""Types that would be a second way in, or a credential that lives for ever."""
FIREHOSE, TOPIC = "AWS::KinesisFirehose::DeliveryStream", "AWS::SNS::Topic"


def everything(stage: Synthesised) -> Iterator[tuple[str, Resource]]:
    """Yield each resource of each stack, under its stack's and its own name."""
    for stack, template in stage.templates.items():
        for name, resource in template["Resources"].items():
            yield f"{stack}/{name}", resource


def policies_of(resource: Resource) -> Iterator[Mapping[str, Any]]:
    """Yield each policy document of a resource, wherever its type keeps it."""
    properties = resource.get("Properties", {})
    for field in ("PolicyDocument", "KeyPolicy", "AssumeRolePolicyDocument", "ResourcePolicy"):
        if field in properties:
            yield properties[field]
    if "Statement" in properties:  # the policy of a bus, which is kept statement by statement
        yield {"Statement": [properties["Statement"]]}
    for inline in properties.get("Policies", ()):
        yield inline["PolicyDocument"]


def statements(stage: Synthesised) -> Iterator[tuple[str, Resource, Mapping[str, Any]]]:
    """Yield each statement of each policy, with where it stands."""
    for name, resource in everything(stage):
        for document in policies_of(resource):
            for statement in document["Statement"]:
                yield name, resource, statement


def listed(value: Any) -> list[Any]:
    """Return a field of a statement as a list, which it may or may not be."""
    return value if isinstance(value, list) else [value]


def test_no_policy_lets_everybody_in(every_stage: Synthesised) -> None:
    """`Principal: *` stands only in what denies."""
    seen = 0
    for name, _, statement in statements(every_stage):
        principal = statement.get("Principal")
        everybody = principal == "*" or "*" in listed((principal or {}).get("AWS", []) if principal != "*" else [])
        seen += everybody
        assert not everybody or statement["Effect"] == "Deny", name

    assert seen > 30, "the queues, topics and buckets deny what comes without TLS"


def test_nobody_of_another_account_may_do_anything(every_stage: Synthesised) -> None:
    """No account number is written anywhere, and every service that may come in is bound to this account."""
    for name, resource, statement in statements(every_stage):
        if statement["Effect"] != "Allow" or "Principal" not in statement:
            continue
        principal = statement["Principal"]
        assert not re.search(r"\d{12}", str(principal)), name
        assert set(principal) <= {"Service", "AWS"}, name
        if "AWS" in principal:
            assert "'Ref': 'AWS::AccountId'" in str(principal) or "GetAtt" in str(principal), name
        assumed_by_a_service = "AssumeRolePolicyDocument" in resource["Properties"]
        if "Service" in principal and not assumed_by_a_service:
            bound = str(statement.get("Condition", {}))
            assert "aws:SourceAccount" in bound or "aws:SourceArn" in bound, name


def test_a_role_is_assumed_by_one_service_and_by_no_person(every_stage: Synthesised) -> None:
    for name, role in every_stage.resources("AWS::IAM::Role"):
        (trust,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Action"] == "sts:AssumeRole", name
        assert set(trust["Principal"]) == {"Service"}, name
        assert isinstance(trust["Principal"]["Service"], str), name


def test_no_action_is_a_pattern_and_what_is_allowed_everywhere_is_listed(every_stage: Synthesised) -> None:
    for name, resource, statement in statements(every_stage):
        if resource["Type"] == "AWS::KMS::Key" or statement["Effect"] == "Deny" or "Principal" in statement:
            continue
        actions = listed(statement["Action"])
        assert not [action for action in actions if "*" in action], name
        if "*" in listed(statement.get("Resource", [])):
            assert set(actions) <= STAR_ACTIONS.keys(), name


def test_only_a_keys_own_policy_gives_all_and_only_to_this_accounts_administrators(every_stage: Synthesised) -> None:
    for name, resource, statement in statements(every_stage):
        if statement["Effect"] == "Allow" and any(action in {"*", "kms:*"} for action in listed(statement["Action"])):
            assert resource["Type"] == "AWS::KMS::Key", name
            assert "root" in str(statement["Principal"]), name


def test_nothing_is_reachable_but_by_the_one_http_api(every_stage: Synthesised) -> None:
    types = {resource["Type"] for _, resource in everything(every_stage)}

    assert types & OPEN_TYPES == set()
    assert len(list(every_stage.resources("AWS::ApiGatewayV2::Api"))) == 1
    for name, permission in every_stage.resources("AWS::Lambda::Permission"):
        assert permission["Properties"]["Action"] == "lambda:InvokeFunction", name
        assert permission["Properties"]["Principal"] == "apigateway.amazonaws.com", name
        assert "PagesApi" in str(permission["Properties"]["SourceArn"]), name


def test_no_bucket_is_public_in_any_of_the_ways_there_are(every_stage: Synthesised) -> None:
    blocks = {"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"}
    for name, bucket in every_stage.resources("AWS::S3::Bucket"):
        properties = bucket["Properties"]
        assert {key for key, on in properties["PublicAccessBlockConfiguration"].items() if on is True} == blocks, name
        assert not {"WebsiteConfiguration", "AccessControl", "CorsConfiguration"} & set(properties), name


@pytest.mark.parametrize(
    ("kind", "holder", "policy"),
    [
        ("AWS::S3::Bucket", "Bucket", "AWS::S3::BucketPolicy"),
        ("AWS::SQS::Queue", "Queues", "AWS::SQS::QueuePolicy"),
        (TOPIC, "Topics", "AWS::SNS::TopicPolicy"),
    ],
)
def test_whatever_has_a_policy_refuses_what_comes_without_tls(
    every_stage: Synthesised, kind: str, holder: str, policy: str
) -> None:
    refusing = {
        held["Ref"]
        for _, found in every_stage.resources(policy)
        for statement in found["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for held in listed(found["Properties"][holder])
    }
    there = {name for name, _ in every_stage.resources(kind)}

    assert there
    assert there <= refusing


def test_mail_and_webhooks_leave_by_tls_or_not_at_all(every_stage: Synthesised) -> None:
    mails = [one["Properties"] for _, one in every_stage.resources("AWS::SES::ConfigurationSet")]
    protocols = {found["Properties"]["Protocol"] for _, found in every_stage.resources("AWS::SNS::Subscription")}

    assert mails
    assert {mail["DeliveryOptions"]["TlsPolicy"] for mail in mails} == {"REQUIRE"}
    assert protocols <= {"sqs", "email"}
    assert "http://" not in re.sub(
        r"http://(www\.w3\.org|json-schema\.org|shop\.example)", "", str(every_stage.templates)
    )


def test_everything_at_rest_is_encrypted(every_stage: Synthesised) -> None:
    """DynamoDB and Secrets Manager encrypt whatever one says; the others do it here because they are told to."""
    for name, bucket in every_stage.resources("AWS::S3::Bucket"):
        assert bucket["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"], name
    for name, queue in every_stage.resources("AWS::SQS::Queue"):
        assert queue["Properties"].get("SqsManagedSseEnabled") or queue["Properties"].get("KmsMasterKeyId"), name
    for name, topic in every_stage.resources(TOPIC):
        assert topic["Properties"].get("KmsMasterKeyId"), name
    for name, stream in every_stage.resources(FIREHOSE):
        assert stream["Properties"]["DeliveryStreamEncryptionConfigurationInput"], name
    for name, group in every_stage.resources("AWS::Athena::WorkGroup"):
        result = group["Properties"]["WorkGroupConfiguration"]["ResultConfiguration"]
        assert result["EncryptionConfiguration"], name
    for name, table in every_stage.resources("AWS::DynamoDB::Table"):
        assert table["Properties"].get("SSESpecification", {}).get("SSEEnabled", True), name
    for name, key in every_stage.resources("AWS::KMS::Key"):
        assert key["Properties"]["EnableKeyRotation"] is True, name


def test_whoever_fills_an_encrypted_topic_may_use_its_key(every_stage: Synthesised) -> None:
    """A topic under the key that AWS manages takes nothing from another service, and says so to nobody."""
    keys = {name: str(key["Properties"]["KeyPolicy"]) for name, key in every_stage.resources("AWS::KMS::Key")}
    topics = dict(every_stage.resources(TOPIC))
    checked = 0
    for _, policy in every_stage.resources("AWS::SNS::TopicPolicy"):
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow" and "Service" in statement["Principal"]:
                (topic,) = policy["Properties"]["Topics"]
                key = topics[topic["Ref"]]["Properties"]["KmsMasterKeyId"]
                assert statement["Principal"]["Service"] in keys[key["Fn::GetAtt"][0]], topic
                checked += 1

    assert checked >= 2


def test_the_log_of_a_journey_holds_no_payloads(every_stage: Synthesised) -> None:
    logging = every_stage.one("AWS::StepFunctions::StateMachine")["Properties"]["LoggingConfiguration"]

    assert logging["IncludeExecutionData"] is False


def test_with_everything_switched_on_nobody_gets_in_either() -> None:
    """Forwarders and drafts bring roles, connections and destinations of their own."""
    for stack, resources in synthesised().items():
        for name, resource in resources.items():
            assert resource["Type"] not in OPEN_TYPES, name
            for document in policies_of(resource):
                for statement in document["Statement"]:
                    assert statement["Effect"] == "Deny" or statement.get("Principal") != "*", f"{stack}/{name}"
            if resource["Type"] == "AWS::Events::ApiDestination":
                assert str(resource["Properties"]["InvocationEndpoint"]).startswith("https://"), name
            if resource["Type"] == TOPIC:
                assert resource["Properties"]["KmsMasterKeyId"], name
