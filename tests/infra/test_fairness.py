"""What watches fairness: asked once a day, by a queue; it reads rows, writes answers, and tells one topic."""

from tests.infra.templates import Synthesised
from tests.infra.test_functions import functions, resources_text


def test_a_look_is_asked_for_once_a_day_and_again_where_it_failed(prod: Synthesised) -> None:
    (rule,) = [
        found["Properties"]
        for _, found in prod.resources("AWS::Events::Rule", stack="service")
        if "Compares groups" in found["Properties"].get("Description", "")
    ]
    (target,) = rule["Targets"]

    assert rule["ScheduleExpression"] == "cron(15 6 * * ? *)"
    assert "FairnessLooks" in str(target["Arn"])
    assert "FairnessLooks" in str(target["DeadLetterConfig"])


def test_a_message_stays_hidden_for_longer_than_a_look_may_take(prod: Synthesised) -> None:
    timeout = functions(prod)["watch_fairness"]["Properties"]["Timeout"]
    (queue,) = [
        found["Properties"]
        for name, found in prod.resources("AWS::SQS::Queue", stack="service")
        if name.startswith("FairnessLooks") and "DeadLetter" not in name
        if found["Properties"].get("VisibilityTimeout", 0) > 30
    ]

    assert queue["VisibilityTimeout"] == 6 * timeout


def test_it_reads_rows_and_answers_and_writes_only_answers(prod: Synthesised) -> None:
    written = resources_text(prod, "watch_fairness", "s3:PutObject")

    assert "athena-results/*" in written
    assert "decisions/*" not in written
    assert "decisions/*" in resources_text(prod, "watch_fairness", "s3:GetObject")


def test_it_tells_one_topic_and_asks_one_workgroup(prod: Synthesised) -> None:
    assert "FairnessTopic" in resources_text(prod, "watch_fairness", "sns:Publish")
    assert "workgroup/" in resources_text(prod, "watch_fairness", "athena:StartQueryExecution")
    assert resources_text(prod, "watch_fairness", "glue:GetTable").count("table/") == 1


def test_the_alarm_looks_at_a_whole_day(prod: Synthesised) -> None:
    (alarm,) = [
        found["Properties"]
        for _, found in prod.resources("AWS::CloudWatch::Alarm")
        if found["Properties"].get("MetricName") == "FairnessGaps"
    ]

    assert (alarm["Period"], alarm["Threshold"], alarm["Statistic"]) == (86400, 0, "Maximum")
