"""What keeps ads away, as deployed: a bucket that forgets, an index opened to one function, a run that is repeated."""

from infra.components.audience import LISTS, MEMBERS
from infra.components.indexes import AUDIENCE_INDEX as INDEX
from tests.infra.templates import Resource, Synthesised
from tests.infra.test_functions import actions_of, functions, statements_of


def bucket_of(stage: Synthesised) -> Resource:
    (found,) = [one for name, one in stage.resources("AWS::S3::Bucket") if name.startswith("Audience")]
    return found


def test_lists_are_gone_within_days_and_leave_no_versions_behind(every_stage: Synthesised) -> None:
    properties = bucket_of(every_stage)["Properties"]
    rules = {rule.get("Prefix"): rule.get("ExpirationInDays") for rule in properties["LifecycleConfiguration"]["Rules"]}

    assert rules[f"{LISTS}/"] == 7
    assert rules[f"{MEMBERS}/"] == 30
    assert "VersioningConfiguration" not in properties


def test_lists_are_encrypted_private_and_who_reads_them_is_logged(every_stage: Synthesised) -> None:
    properties = bucket_of(every_stage)["Properties"]
    (rule,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert all(properties["PublicAccessBlockConfiguration"].values())
    assert properties["LoggingConfiguration"]["LogFilePrefix"] == "audience/"


def test_the_index_is_sparse_holds_keys_only_and_is_on_customers_alone(every_stage: Synthesised) -> None:
    indexed = {
        name: table["Properties"]["GlobalSecondaryIndexes"]
        for name, table in every_stage.resources("AWS::DynamoDB::Table")
        if "GlobalSecondaryIndexes" in table["Properties"]
    }
    ((name, (index, _)),) = indexed.items()

    assert name.startswith("Customers")
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["audience", "audience_day"]
    assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}


def test_no_other_function_may_ask_the_index(every_stage: Synthesised) -> None:
    allowed = {
        name
        for name, function in functions(every_stage).items()
        if f"/index/{INDEX}" in str(statements_of(every_stage, function))
        or "/index/*" in str(statements_of(every_stage, function))
    }

    assert allowed == {"export_audience"}


def test_nothing_else_may_write_lists_and_nothing_at_all_may_read_them(every_stage: Synthesised) -> None:
    touching = {
        (name, action)
        for name, function in functions(every_stage).items()
        for statement in statements_of(every_stage, function)
        for action in actions_of(statement)
        if action.startswith("s3:")
        for resource in [str(statement["Resource"])]
        if f"/{LISTS}/*" in resource
    }

    assert touching == {("export_audience", "s3:PutObject"), ("export_audience", "s3:DeleteObject")}


def test_the_run_is_asked_for_once_a_day_and_what_fails_is_asked_again(every_stage: Synthesised) -> None:
    (rule,) = [
        found["Properties"]
        for name, found in every_stage.resources("AWS::Events::Rule")
        if "ScheduleExpression" in found["Properties"] and name.startswith("Audience")
    ]
    (target,) = rule["Targets"]
    queue = target["Arn"]["Fn::GetAtt"][0]

    assert rule["ScheduleExpression"] == "cron(30 3 * * ? *)"
    assert queue.startswith("AudienceRunsQueue")
    assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0].startswith("AudienceRunsDeadLetters")
    (mapping,) = [
        found["Properties"]
        for _, found in every_stage.resources("AWS::Lambda::EventSourceMapping")
        if found["Properties"]["EventSourceArn"].get("Fn::GetAtt", [""])[0] == queue
    ]
    assert mapping["BatchSize"] == 1


def test_a_run_may_take_as_long_as_a_function_can(every_stage: Synthesised) -> None:
    properties = functions(every_stage)["export_audience"]["Properties"]

    assert properties["Timeout"] == 900
    assert properties["MemorySize"] == 1769
