"""What writes the report: asked once a week, by a queue; it reads rows and policies, and writes pages and answers."""

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
