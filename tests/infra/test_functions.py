"""The template and the code agree: handlers, settings, permissions, logs."""

import importlib
import re
from collections.abc import Iterator, Mapping
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path
from typing import Any

import pytest

from infra.components.layers import AWS_SERVICES, compiled
from tests.infra.templates import ROOT, Resource, Synthesised

OPTIONAL = {"draft_reply"}
"""Deployed only where a stage asks for it: tests/infra/test_drafts.py looks at them."""
FOLDERS = sorted({path.parent.name for path in (ROOT / "functions").glob("*/handler.py")} - OPTIONAL)

CUSTOMERS_READ = {"dynamodb:Query"}
TABLES = {"dynamodb:Query", "dynamodb:PutItem"}
LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
CONSUME = {
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibility",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
}
READ_STREAM = {
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
}
GIVE_UP = {"sqs:SendMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"}
SEND = {"ses:SendEmail", "ses:GetAccount", "sns:Publish", "secretsmanager:GetSecretValue", "ssm:GetParameter"}
ALLOWED = {
    "ingest_events": LOGS
    | TABLES
    | CONSUME
    | {
        "sqs:SendMessage",
        "secretsmanager:GetSecretValue",
        "dynamodb:GetItem",
        "dynamodb:BatchGetItem",
        "dynamodb:UpdateItem",
    },
    "score_friction": LOGS | TABLES | CONSUME | {"sqs:SendMessage", "states:StartExecution", "ssm:GetParameter"},
    "plan_touch": LOGS | TABLES,
    "choose_tone": LOGS | TABLES,
    "choose_delay": LOGS | TABLES,
    "send_message": LOGS | TABLES | SEND | {"dynamodb:BatchGetItem", "dynamodb:DeleteItem", "sqs:SendMessage"},
    "suppress_addresses": LOGS | CONSUME | {"ses:PutSuppressedDestination"},
    "review_journey": LOGS | TABLES | {"sqs:SendMessage"},
    "acknowledge_reply": LOGS | TABLES | CONSUME | SEND | {"dynamodb:DeleteItem", "sqs:SendMessage"},
    "escalate": LOGS | TABLES | CONSUME | {"dynamodb:DeleteItem", "sqs:SendMessage", "events:PutEvents"},
    "answer_case": LOGS | TABLES | SEND | {"events:PutEvents"},
    "receive_events": LOGS | {"events:PutEvents", "secretsmanager:GetSecretValue"},
    "record_feedback": LOGS | TABLES | {"events:PutEvents", "secretsmanager:GetSecretValue"},
    "serve_onsite": LOGS
    | TABLES
    | {"dynamodb:GetItem", "events:PutEvents", "secretsmanager:GetSecretValue", "ssm:GetParameter"},
    "find_moments": LOGS | TABLES | CONSUME | {"dynamodb:DeleteItem", "sqs:SendMessage"},
    "export_audience": LOGS
    | CONSUME
    | {"dynamodb:Query", "dynamodb:PutItem", "s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"},
    "learn_policy": LOGS | READ_STREAM | GIVE_UP | {"dynamodb:BatchWriteItem"},
    "refit_policies": LOGS
    | TABLES
    | CONSUME
    | {"dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"},
    "export_decisions": LOGS | READ_STREAM | GIVE_UP | {"firehose:PutRecordBatch", "s3:PutObject"},
    "seal_decisions": LOGS
    | CONSUME
    | {
        "athena:StartQueryExecution",
        "athena:GetQueryExecution",
        "athena:GetQueryResults",
        "athena:StopQueryExecution",
        "glue:GetDatabase",
        "glue:GetTable",
        "glue:GetPartitions",
        "s3:GetBucketLocation",
        "s3:ListBucket",
        "s3:GetObject",
        "s3:PutObject",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts",
    },
    "announce_deployment": LOGS | TABLES | {"dynamodb:DeleteItem", "sns:Publish", "ssm:PutParameter"},
    "watch_fairness": LOGS
    | TABLES
    | CONSUME
    | {
        "sns:Publish",
        "athena:StartQueryExecution",
        "athena:GetQueryExecution",
        "athena:GetQueryResults",
        "athena:StopQueryExecution",
        "glue:GetDatabase",
        "glue:GetTable",
        "glue:GetPartitions",
        "s3:GetBucketLocation",
        "s3:ListBucket",
        "s3:GetObject",
        "s3:PutObject",
    },
    "report": LOGS
    | CONSUME
    | {
        "dynamodb:Query",
        "dynamodb:GetItem",
        "athena:StartQueryExecution",
        "athena:GetQueryExecution",
        "athena:GetQueryResults",
        "athena:StopQueryExecution",
        "glue:GetDatabase",
        "glue:GetTable",
        "glue:GetPartitions",
        "s3:GetBucketLocation",
        "s3:ListBucket",
        "s3:GetObject",
        "s3:PutObject",
    },
}
"""Everything that each function may do: a new permission is a change of this table."""


def parts(function: Resource) -> list[str]:
    """Return what of the repository a function's artefact is made of."""
    made_of: list[str] = function["Metadata"]["attune:parts"]
    return made_of


def functions(stage: Synthesised) -> dict[str, Resource]:
    """Return the deployed functions by the name of their folder."""
    return {
        resource["Properties"]["Handler"].split(".")[1]: resource
        for _, resource in stage.resources("AWS::Lambda::Function")
    }


def statements_of(stage: Synthesised, function: Resource) -> list[Mapping[str, Any]]:
    """Return what the role of a function is allowed."""
    role = function["Properties"]["Role"]["Fn::GetAtt"][0]
    return [
        statement
        for _, policy in stage.resources("AWS::IAM::Policy", stack="service")
        if {"Ref": role} in policy["Properties"]["Roles"]
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]


def actions_of(statement: Mapping[str, Any]) -> Iterator[str]:
    """Yield the actions of a statement, which is a string where it is one."""
    actions = statement["Action"]
    yield from [actions] if isinstance(actions, str) else actions


def resources_text(stage: Synthesised, name: str, action: str) -> str:
    """Return, as text, the resources on which a function may do something."""
    found = [
        statement.get("Resource", statement.get("NotResource"))
        for statement in statements_of(stage, functions(stage)[name])
        if action in actions_of(statement)
    ]
    assert found

    return str(found)


def test_every_function_folder_is_deployed_and_nothing_else_is(every_stage: Synthesised) -> None:
    assert sorted(functions(every_stage)) == FOLDERS


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_the_handler_that_lambda_is_told_exists_and_can_be_called(local: Synthesised, name: str) -> None:
    module, _, attribute = functions(local)[name]["Properties"]["Handler"].rpartition(".")

    assert callable(getattr(importlib.import_module(module), attribute))


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_every_setting_a_function_asks_for_is_in_its_environment(every_stage: Synthesised, name: str) -> None:
    settings = importlib.import_module(f"functions.{name}.settings").Settings
    provided_by_lambda = {"LAMBDA_TASK_ROOT"}
    asked = {field.alias or key for key, field in settings.model_fields.items()} - provided_by_lambda
    given = set(functions(every_stage)[name]["Properties"]["Environment"]["Variables"])

    assert asked - given == set()


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_a_function_may_do_exactly_what_the_table_says(every_stage: Synthesised, name: str) -> None:
    statements = statements_of(every_stage, functions(every_stage)[name])

    readers = functions(every_stage)[name]["Properties"]["Environment"]["Variables"].get("REPORT_RECIPIENTS", "[]")
    allowed = ALLOWED[name] | ({"ses:SendEmail"} if readers != "[]" else set())

    assert {action for statement in statements for action in actions_of(statement)} == allowed
    assert {statement["Effect"] for statement in statements} == {"Allow"}


def test_no_function_has_a_managed_policy_or_shares_its_role(every_stage: Synthesised) -> None:
    used = [str(function["Properties"]["Role"]) for function in functions(every_stage).values()]

    assert len(set(used)) == len(used)
    assert not [
        name
        for name, role in every_stage.resources("AWS::IAM::Role")
        # CodeDeploy's own role, which no function has, is AWS's to keep in step.
        if "ManagedPolicyArns" in role["Properties"] and not name.startswith("CanaryRole")
    ]


@pytest.mark.parametrize(
    ("name", "table", "actions"),
    [
        ("plan_touch", "Policies", CUSTOMERS_READ),
        ("choose_tone", "Customers", TABLES),
        ("choose_tone", "Decisions", {"dynamodb:PutItem"}),
        ("choose_delay", "Policies", CUSTOMERS_READ),
        ("choose_tone", "Policies", CUSTOMERS_READ),
        ("send_message", "Customers", TABLES | {"dynamodb:DeleteItem"}),
        ("send_message", "Decisions", {"dynamodb:PutItem"}),
        ("send_message", "Policies", {"dynamodb:BatchGetItem"}),
        ("ingest_events", "Policies", {"dynamodb:UpdateItem"}),
        ("record_feedback", "Decisions", TABLES),
        ("export_audience", "Customers", CUSTOMERS_READ),
        ("learn_policy", "Policies", {"dynamodb:BatchWriteItem"}),
        ("refit_policies", "Decisions", {"dynamodb:PutItem"}),
        ("export_audience", "Decisions", {"dynamodb:PutItem"}),
        ("serve_onsite", "Customers", TABLES | {"dynamodb:GetItem"}),
        ("serve_onsite", "Decisions", {"dynamodb:PutItem"}),
        ("watch_fairness", "Decisions", TABLES),
        ("announce_deployment", "Decisions", {"dynamodb:PutItem"}),
        ("announce_deployment", "Policies", TABLES | {"dynamodb:DeleteItem"}),
    ],
)
def test_a_table_is_opened_no_further_than_needed(prod: Synthesised, name: str, table: str, actions: set[str]) -> None:
    allowed = {
        action
        for statement in statements_of(prod, functions(prod)[name])
        if f"GetAtt{table}" in str(statement.get("Resource"))
        for action in actions_of(statement)
    }

    assert allowed == actions


def test_sms_may_not_reach_a_topic(prod: Synthesised) -> None:
    (statement,) = [
        found for found in statements_of(prod, functions(prod)["send_message"]) if "sns:Publish" in actions_of(found)
    ]

    assert "Resource" not in statement
    assert statement["NotResource"] == "arn:*:sns:*:*:*"


def test_email_leaves_only_from_the_sender_of_the_stage(prod: Synthesised) -> None:
    resources = resources_text(prod, "send_message", "ses:SendEmail")

    assert "identity/care@shop.example" in resources
    assert "identity/shop.example" in resources
    assert "configuration-set/" in resources
    assert "*" not in resources


@pytest.mark.parametrize("name", ["record_feedback", "receive_events", "serve_onsite"])
def test_who_publishes_may_speak_only_in_its_own_name(prod: Synthesised, name: str) -> None:
    (statement,) = [
        found for found in statements_of(prod, functions(prod)[name]) if "events:PutEvents" in actions_of(found)
    ]
    source = statement["Condition"]["StringEquals"]["events:source"]
    code = "".join(path.read_text() for path in (ROOT / "functions" / name).glob("*.py"))

    assert f'"{source}"' in code
    assert source != "attune"


@pytest.mark.parametrize(
    ("name", "secrets"),
    [
        ("acknowledge_reply", {"LinkKey"}),
        ("ingest_events", {"IdentityKey"}),
        ("receive_events", {"IngestKeys", "ZendeskKeys"}),
        ("record_feedback", {"LinkKey"}),
        ("send_message", {"LinkKey"}),
        ("serve_onsite", {"IdentityKey", "SiteTokenKeys"}),
    ],
)
def test_a_function_may_read_its_own_secrets_and_no_others(prod: Synthesised, name: str, secrets: set[str]) -> None:
    allowed = resources_text(prod, name, "secretsmanager:GetSecretValue")
    known = {"IdentityKey", "IngestKeys", "LinkKey", "SiteTokenKeys", "ZendeskKeys"}

    assert {secret for secret in known if f"Ref{secret}" in allowed} == secrets
    assert "*" not in allowed


def test_every_function_has_a_log_group_that_forgets(every_stage: Synthesised) -> None:
    groups = dict(every_stage.resources("AWS::Logs::LogGroup", stack="service"))
    for name, function in functions(every_stage).items():
        logging = function["Properties"]["LoggingConfig"]

        assert logging["LogFormat"] == "JSON", name
        assert groups[logging["LogGroup"]["Ref"]]["Properties"]["RetentionInDays"] > 0, name


def test_every_client_that_code_makes_has_its_service_model_in_the_layer() -> None:
    code = [path for folder in ("functions", "layers/core/python") for path in Path(ROOT / folder).rglob("*.py")]
    made = {name for path in code for name in re.findall(r'client\(\s*"([a-z0-9-]+)"', path.read_text())}

    assert made
    assert made <= AWS_SERVICES


def test_functions_are_built_for_python_3_13_and_arm64_in_aws(prod: Synthesised) -> None:
    for name, function in functions(prod).items():
        assert function["Properties"]["Runtime"] == "python3.13", name
        assert function["Properties"]["Architectures"] == ["arm64"], name


def test_only_what_renders_ships_templates(prod: Synthesised) -> None:
    shipped = {name: "templates" in parts(function) for name, function in functions(prod).items()}

    assert shipped == {
        name: name not in {"export_decisions", "learn_policy", "receive_events", "seal_decisions", "suppress_addresses"}
        for name in FOLDERS
    }


def test_an_artefact_holds_its_own_function_and_no_other(prod: Synthesised) -> None:
    for name, function in functions(prod).items():
        assert set(parts(function)) - {"templates"} == {"functions/__init__.py", f"functions/{name}"}


def test_an_artefact_has_bytecode_that_is_not_checked_for_all_of_its_code(prod: Synthesised, tmp_path: Path) -> None:
    bundled = compiled(*parts(functions(prod)["choose_delay"]), runs_at="/var/task")

    assert bundled.local is not None
    assert bundled.local.try_bundle(str(tmp_path), image=bundled.image)
    own = {str(path.relative_to(ROOT)) for path in (ROOT / "functions/choose_delay").glob("*.py")}
    sources = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.py")}
    assert sources == {"functions/__init__.py", *own}
    for source in sources:
        header = Path(cache_from_source(tmp_path / source)).read_bytes()[:16]
        assert header == MAGIC_NUMBER + b"\1\0\0\0" + source_hash((ROOT / source).read_bytes())
    assert (tmp_path / "templates/hours.yaml").is_file()
