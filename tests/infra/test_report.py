"""What writes the report: asked once a week, by a queue; it reads rows and policies, and writes pages and answers."""

import json
from dataclasses import replace
from typing import Any

import pytest

from infra.config import STAGES
from infra.stage_checks import ConfigError, checked
from tests.infra.everything_on import synthesised
from tests.infra.templates import Synthesised
from tests.infra.test_functions import functions, resources_text


def test_a_report_is_asked_for_once_a_week_and_again_where_it_failed(prod: Synthesised) -> None:
    (rule,) = [
        found["Properties"]
        for _, found in prod.resources("AWS::Events::Rule", stack="service")
        if found["Properties"].get("Description") == "Writes the report"
    ]
    (target,) = rule["Targets"]

    assert rule["ScheduleExpression"] == "cron(45 6 ? * MON *)"
    assert "ReportRuns" in str(target["Arn"])
    assert "ReportRuns" in str(target["DeadLetterConfig"])
    # The time of the schedule, which a repeat keeps; and who asks by hand gets a page and mails nobody.
    assert target["InputTransformer"] == {
        "InputPathsMap": {"time": "$.time"},
        "InputTemplate": '{"time":<time>,"mail":true}',
    }


def test_a_message_stays_hidden_for_longer_than_writing_may_take(prod: Synthesised) -> None:
    timeout = functions(prod)["report"]["Properties"]["Timeout"]
    (visible,) = [
        found["Properties"]["VisibilityTimeout"]
        for name, found in prod.resources("AWS::SQS::Queue", stack="service")
        if name.startswith("ReportRuns") and "RedrivePolicy" in found["Properties"]
    ]

    assert (timeout, visible) == (900, 5400)


def test_it_writes_pages_and_answers_and_never_decisions(prod: Synthesised) -> None:
    written = resources_text(prod, "report", "s3:PutObject")

    assert "reports/*" in written
    assert "decisions/*" not in written
    assert "decisions/*" in resources_text(prod, "report", "s3:GetObject")


def test_reports_are_kept_for_as_long_as_the_lake(prod: Synthesised) -> None:
    rules = [
        rule
        for _, bucket in prod.resources("AWS::S3::Bucket", stack="state")
        for rule in bucket["Properties"].get("LifecycleConfiguration", {}).get("Rules", [])
    ]
    kept = {
        rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "Prefix" in rule and "ExpirationInDays" in rule
    }

    assert kept["reports/"] == kept["decisions/"] >= 400


def test_a_stage_without_readers_has_neither_the_right_to_mail_nor_anything_to_mail_through(prod: Synthesised) -> None:
    environment = functions(prod)["report"]["Properties"]["Environment"]["Variables"]

    assert (environment["REPORT_RECIPIENTS"], environment["CONFIGURATION_SET"]) == ("[]", "")
    assert not [name for name, _ in prod.resources("AWS::SES::ConfigurationSet") if name.startswith("ReportMail")]


def test_a_stage_with_readers_may_mail_to_them_and_to_nobody_else() -> None:
    service = synthesised()["service"]
    (report,) = [
        found["Properties"] for found in service.values()
        if found["Type"] == "AWS::Lambda::Function" and "functions.report." in str(found["Properties"]["Handler"])
    ]  # fmt: skip
    ((role, statement),) = [
        (found["Properties"]["Roles"][0]["Ref"], statement)
        for name, found in service.items()
        if found["Type"] == "AWS::IAM::Policy" and name.startswith("ReportRole")
        for statement in found["Properties"]["PolicyDocument"]["Statement"]
        if "ses:" in str(statement["Action"])
    ]
    (through,) = [name for name, found in service.items() if name.startswith("ReportMail")]

    assert report["Role"]["Fn::GetAtt"][0] == role
    assert json.loads(report["Environment"]["Variables"]["REPORT_RECIPIENTS"]) == ["owner@acme.com", "growth@acme.com"]
    assert report["Environment"]["Variables"]["CONFIGURATION_SET"] == {"Ref": through}
    assert statement["Action"] == "ses:SendEmail"
    assert statement["Condition"] == {
        "ForAllValues:StringEquals": {"ses:Recipients": ["owner@acme.com", "growth@acme.com"]}
    }
    assert str(statement["Resource"]).count(":identity/") == 2
    assert service[through]["Properties"]["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}
    # What becomes of this mail is told to nobody: readers are no customers.
    told = [found for found in service.values() if found["Type"] == "AWS::SES::ConfigurationSetEventDestination"]
    assert through not in str(told)


@pytest.mark.parametrize(
    ("readers", "problem"),
    [
        ("owner@acme.com", "write a tuple of addresses"),
        (("Owner <owner@acme.com>",), "one bare email address"),
        (("owner@acme.com, other@acme.com",), "one bare email address"),
        (("owner@acme.com", "Owner@acme.com"), "names an address twice"),
        (tuple(f"owner{number}@acme.com" for number in range(51)), "SES takes 50"),
    ],
)
def test_readers_that_cannot_be_are_refused_with_what_to_do(readers: Any, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        checked(replace(STAGES["dev"], email_from="Acme <care@acme.com>", report_recipients=readers))


def test_readers_of_a_stage_whose_sender_is_made_up_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"its sender is still 'care@shop\.example'"):
        checked(replace(STAGES["dev"], report_recipients=("owner@acme.com",)))
