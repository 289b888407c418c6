"""What is kept stays: identity, retention and protection of stateful resources."""

import string

import pytest

from tests.infra.templates import Synthesised, synthesise

STATEFUL = {
    "Customers6955EA0A": "AWS::DynamoDB::Table",
    "Decisions28C7D866": "AWS::DynamoDB::Table",
    "Policies05F61E66": "AWS::DynamoDB::Table",
    "AudienceBucket769736D6": "AWS::S3::Bucket",
    "LakeBucketB1D32E10": "AWS::S3::Bucket",
    "EvidenceBucketC67FF768": "AWS::S3::Bucket",
    "LakeAccessLogs4431AB8D": "AWS::S3::Bucket",
    "LinkKey27470AF7": "AWS::SecretsManager::Secret",
    "IdentityKeyF50EF652": "AWS::SecretsManager::Secret",
    "IngestKeys6733D488": "AWS::SecretsManager::Secret",
    "SiteTokenKeysC6BE7D1B": "AWS::SecretsManager::Secret",
    "ZendeskKeysACEA7A94": "AWS::SecretsManager::Secret",
}
"""Logical ids in use: a changed id is a new, empty resource, whatever the diff calls it."""


def test_the_logical_ids_of_stateful_resources_never_change(every_stage: Synthesised) -> None:
    resources = every_stage.templates["state"]["Resources"]
    found = {key: value["Type"] for key, value in resources.items() if value["Type"] in set(STATEFUL.values())}

    assert found == STATEFUL


def generators_of(stage: Synthesised) -> dict[str, dict[str, object]]:
    secrets = stage.resources("AWS::SecretsManager::Secret")
    return {name: secret["Properties"]["GenerateSecretString"] for name, secret in secrets}


def test_no_secret_of_the_local_aws_can_begin_like_json(local: Synthesised) -> None:
    """It draws from every sign that is not named one by one; a key "{…" was no JSON, and no message could be sent."""
    assert {generator["ExcludeCharacters"] for generator in generators_of(local).values()} == {string.punctuation}


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_deployment_generates_no_secret_anew(stage: str) -> None:
    """CloudFormation replaces a secret's value when its generator changes: links and identities would break."""
    generators = generators_of(synthesise(stage))
    plain = {"ExcludePunctuation": True, "PasswordLength": 64}

    for prefix, key in {"IngestKeys": "first", "SiteTokenKeys": "current"}.items():
        named = generators.pop(next(name for name in generators if name.startswith(prefix)))
        assert named == {
            **plain,
            "ExcludeCharacters": string.punctuation,
            "GenerateStringKey": key,
            "SecretStringTemplate": "{}",
        }
    assert all(generator == plain for generator in generators.values())


@pytest.mark.parametrize("logical_id", sorted(STATEFUL))
def test_state_outlives_its_stack(prod: Synthesised, logical_id: str) -> None:
    resource = prod.templates["state"]["Resources"][logical_id]

    assert resource["DeletionPolicy"] == "Retain"
    assert resource["UpdateReplacePolicy"] == "Retain"


def test_the_state_stack_is_protected_in_aws_and_disposable_locally(prod: Synthesised, local: Synthesised) -> None:
    assert prod.stacks.state.termination_protection
    assert not local.stacks.state.termination_protection


def test_the_other_stacks_hold_nothing_stateful(every_stage: Synthesised) -> None:
    for name in every_stage.templates.keys() - {"state"}:
        for type_ in set(STATEFUL.values()):
            assert not list(every_stage.resources(type_, stack=name))


def test_tables_are_on_demand_recoverable_and_protected(prod: Synthesised) -> None:
    for name, table in prod.resources("AWS::DynamoDB::Table"):
        properties = table["Properties"]

        assert properties["BillingMode"] == "PAY_PER_REQUEST", name
        assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}, name
        assert properties["DeletionProtectionEnabled"] is True, name
        assert [key["AttributeName"] for key in properties["KeySchema"]] == ["pk", "sk"], name


def test_customers_decisions_and_evidence_expire(every_stage: Synthesised) -> None:
    tables = dict(every_stage.resources("AWS::DynamoDB::Table"))
    expiring = {name for name, table in tables.items() if "TimeToLiveSpecification" in table["Properties"]}
    attributes = {tables[name]["Properties"]["TimeToLiveSpecification"]["AttributeName"] for name in expiring}

    assert expiring == {"Customers6955EA0A", "Decisions28C7D866", "Policies05F61E66"}
    assert attributes == {"expires_at"}


def test_only_decisions_are_streamed(every_stage: Synthesised) -> None:
    streams = {
        name: table["Properties"]["StreamSpecification"]["StreamViewType"]
        for name, table in every_stage.resources("AWS::DynamoDB::Table")
        if "StreamSpecification" in table["Properties"]
    }

    assert streams == {"Decisions28C7D866": "NEW_IMAGE"}


def test_buckets_are_private_encrypted_and_tls_only(every_stage: Synthesised) -> None:
    protected = {
        policy["Properties"]["Bucket"]["Ref"]
        for _, policy in every_stage.resources("AWS::S3::BucketPolicy")
        if "'aws:SecureTransport': 'false'" in str(policy["Properties"]["PolicyDocument"])
    }
    for name, bucket in every_stage.resources("AWS::S3::Bucket"):
        assert all(bucket["Properties"]["PublicAccessBlockConfiguration"].values()), name
        assert "BucketEncryption" in bucket["Properties"], name
        assert name in protected


def test_the_lake_keeps_decisions_longer_than_the_promised_90_days(prod: Synthesised) -> None:
    bucket = prod.templates["state"]["Resources"]["LakeBucketB1D32E10"]
    rules = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
    days = {rule.get("Prefix"): rule.get("ExpirationInDays") for rule in rules}

    assert days["decisions/"] > 90
    assert days["athena-results/"] < 90


def test_firehose_writes_where_the_table_looks(every_stage: Synthesised) -> None:
    destination = every_stage.one("AWS::KinesisFirehose::DeliveryStream")["Properties"][
        "ExtendedS3DestinationConfiguration"
    ]
    table = every_stage.one("AWS::Glue::Table", stack="state")["Properties"]["TableInput"]

    assert destination["Prefix"] == "decisions/dt=!{timestamp:yyyy-MM-dd}/"
    assert str(table["StorageDescriptor"]["Location"]).count("/decisions/") == 1
    assert "decisions/dt=${dt}/" in str(table["Parameters"]["storage.location.template"])
    assert table["Parameters"]["projection.enabled"] == "true"
    assert [key["Name"] for key in table["PartitionKeys"]] == ["dt"]
    assert destination["DataFormatConversionConfiguration"]["Enabled"] is True


def test_one_query_can_read_only_so_much(every_stage: Synthesised) -> None:
    settings = every_stage.one("AWS::Athena::WorkGroup")["Properties"]["WorkGroupConfiguration"]

    assert settings["EnforceWorkGroupConfiguration"] is True
    assert 10 * 1024**2 <= settings["BytesScannedCutoffPerQuery"] <= 10 * 1024**3
