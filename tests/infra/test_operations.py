"""What watches: archive, live alias, named queries, alarms."""

import json
import re
from pathlib import Path

from aws_cdk import Stack
from aws_cdk.assertions import Template

from infra.components.schema_registry import SCHEMAS, SchemaRegistry
from tests.infra.templates import ROOT, Synthesised

QUERIES = sorted((ROOT / "infra/queries").glob("*.sql"))


def test_every_alarm_reaches_somebody_and_says_what_to_do(prod: Synthesised) -> None:
    # Those of the service stack are brakes of a deployment: tests/infra/test_canary.py.
    alarms = dict(prod.resources("AWS::CloudWatch::Alarm", stack="operations"))

    assert alarms
    for name, alarm in alarms.items():
        assert len(alarm["Properties"]["AlarmActions"]) == 1, name
        assert alarm["Properties"]["AlarmDescription"].endswith("."), name


def test_cloudwatch_may_publish_to_the_alarm_topic(prod: Synthesised) -> None:
    document = prod.one("AWS::SNS::TopicPolicy", stack="operations")["Properties"]["PolicyDocument"]
    allowed = [statement for statement in document["Statement"] if statement["Effect"] == "Allow"]

    assert [statement["Principal"] for statement in allowed] == [{"Service": "cloudwatch.amazonaws.com"}]
    assert [statement["Action"] for statement in allowed] == ["sns:Publish"]


def test_the_depth_of_every_dead_letter_queue_is_watched(prod: Synthesised) -> None:
    queues = dict(prod.resources("AWS::SQS::Queue"))
    dead = {name for name, queue in queues.items() if "RedrivePolicy" not in queue["Properties"]}
    watched = {
        name
        for name in dead
        for _, alarm in prod.resources("AWS::CloudWatch::Alarm")
        if alarm["Properties"].get("MetricName") == "ApproximateNumberOfMessagesVisible" and name in str(alarm)
    }

    assert watched == dead


def test_late_events_failed_journeys_quarantine_and_exports_are_watched(prod: Synthesised) -> None:
    names = [logical_id for logical_id, _ in prod.resources("AWS::CloudWatch::Alarm")]

    for wanted in (
        "OldestEvent",
        "UrgentCasesOverdue",
        "CasesOverdue",
        "JourneyFailures",
        "QuarantineRate",
        "QuarantineTrickle",
        "FailedExports",
        "FailedLearning",
        "ArmStopped",
        "LakeDelivery",
        "ComplaintBrake",
    ):
        assert any(wanted in name for name in names), wanted


def test_journeys_start_on_the_live_alias_where_there_is_one(prod: Synthesised, local: Synthesised) -> None:
    def journey_arn(stage: Synthesised) -> object:
        (found,) = [
            function["Properties"]["Environment"]["Variables"]["JOURNEY_ARN"]
            for _, function in stage.resources("AWS::Lambda::Function")
            if ".score_friction." in function["Properties"]["Handler"]
        ]
        return found

    alias = prod.one("AWS::StepFunctions::StateMachineAlias")["Properties"]
    (machine,) = [logical_id for logical_id, _ in prod.resources("AWS::StepFunctions::StateMachine")]

    assert alias["Name"] == "live"
    assert journey_arn(prod) == {"Fn::Join": ["", [{"Ref": machine}, ":live"]]}
    assert set(journey_arn(local)) == {"Ref"}  # type: ignore[call-overload]


def test_a_new_definition_is_tried_on_some_journeys_first_and_taken_back_by_its_alarm(prod: Synthesised) -> None:
    preference = prod.one("AWS::StepFunctions::StateMachineAlias")["Properties"]["DeploymentPreference"]
    (brake,) = preference["Alarms"]

    assert preference["Type"] == "CANARY"
    assert 0 < preference["Percentage"] < 100
    assert "JourneyFailures" in str(brake)


def test_published_versions_stay_for_a_late_rollback(prod: Synthesised) -> None:
    assert prod.one("AWS::StepFunctions::StateMachineVersion")["DeletionPolicy"] == "Retain"


def test_what_came_in_and_nothing_else_can_be_replayed_for_some_days(prod: Synthesised) -> None:
    archive = prod.one("AWS::Events::Archive")["Properties"]
    (taken_in,) = [
        rule["Properties"]["EventPattern"]
        for name, rule in prod.resources("AWS::Events::Rule")
        if name.startswith("IntakeAppEvents")
    ]

    assert 0 < archive["RetentionDays"] <= 90
    assert archive["EventPattern"] == taken_in


def test_the_slow_quarantine_alarm_reads_the_metrics_that_ingest_writes_for_this_stage(prod: Synthesised) -> None:
    (alarm,) = [
        found["Properties"] for name, found in prod.resources("AWS::CloudWatch::Alarm") if "QuarantineTrickle" in name
    ]
    read = [metric["MetricStat"]["Metric"] for metric in alarm["Metrics"] if "MetricStat" in metric]
    (ingest,) = [
        function["Properties"]["Environment"]["Variables"]
        for _, function in prod.resources("AWS::Lambda::Function")
        if ".ingest_events." in function["Properties"]["Handler"]
    ]

    ways = ("accepted", "duplicate", "late", "quarantined")
    assert {metric["MetricName"] for metric in read} == {f"Events{way.title()}" for way in ways}
    assert {metric["Namespace"] for metric in read} == {ingest["POWERTOOLS_METRICS_NAMESPACE"]}
    for metric in read:
        assert metric["Dimensions"] == [{"Name": "service", "Value": ingest["POWERTOOLS_SERVICE_NAME"]}]


def test_every_schema_of_the_catalogue_is_in_the_registry_of_the_stage(prod: Synthesised) -> None:
    registry = prod.one("AWS::EventSchemas::Registry")["Properties"]
    schemas = {
        schema["Properties"]["SchemaName"]: schema["Properties"]
        for _, schema in prod.resources("AWS::EventSchemas::Schema")
    }

    assert registry["RegistryName"] == "attune-prod"
    assert set(schemas) == {path.stem for path in SCHEMAS.glob("*.json")}
    for name, schema in schemas.items():
        assert json.loads(schema["Content"]) == json.loads((SCHEMAS / f"{name}.json").read_text()), name


def test_the_registry_can_read_every_schema() -> None:
    for path in SCHEMAS.glob("*.json"):
        text = path.read_text(encoding="utf-8")

        assert re.fullmatch(r"[0-9A-Za-z_.@-]+", path.stem), path
        assert json.loads(text)["$schema"] == "http://json-schema.org/draft-04/schema#", path
        assert len(text) < 100_000, path


def test_a_catalogue_without_schemas_leaves_an_empty_registry(tmp_path: Path) -> None:
    stack = Stack()
    SchemaRegistry(stack, "Schemas", stage="dev", folder=tmp_path)

    found = Template.from_stack(stack).to_json()["Resources"].values()
    assert [resource["Type"] for resource in found] == ["AWS::EventSchemas::Registry"]


def test_the_template_with_all_its_schemas_stays_below_what_cloudformation_takes(prod: Synthesised) -> None:
    assert len(json.dumps(prod.templates["operations"])) < 900_000


def test_every_query_file_is_a_named_query_of_the_workgroup(prod: Synthesised) -> None:
    named = {query["Properties"]["Name"]: query["Properties"] for _, query in prod.resources("AWS::Athena::NamedQuery")}

    assert {name: query["QueryString"] for name, query in named.items()} == {
        path.stem: path.read_text(encoding="utf-8") for path in QUERIES
    }
    assert {query["Database"] for query in named.values()} <= {"attune_prod"}
    assert all(query["Description"] for query in named.values())


def test_operations_needs_the_service_and_never_the_other_way_round(prod: Synthesised) -> None:
    service = json.dumps(prod.templates["service"])

    assert "attune-prod-service:" in json.dumps(prod.templates["operations"])
    assert "attune-prod-operations" not in service


def test_every_query_file_is_sql_that_only_reads() -> None:
    def statement(path: Path) -> str:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("--")]
        return "\n".join(lines).strip().upper()

    assert all(statement(path).startswith(("SELECT", "WITH")) for path in QUERIES)
