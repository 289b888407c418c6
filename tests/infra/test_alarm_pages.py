"""Every alarm of any stage has its page and somebody to tell; no page is about an alarm that is not there."""

import json
import re

import pytest

from infra.components.sending_alarms import HIGH_BOUNCES, HIGH_COMPLAINTS
from tests.infra.everything_on import synthesised
from tests.infra.templates import ROOT, Synthesised

PAGES = {path.stem for path in (ROOT / "docs/operations").glob("*.md")}


def alarms():
    """Return the alarms of a stage with everything on, by the page that their mail names."""
    found = [
        one["Properties"] for one in synthesised()["operations"].values() if one["Type"] == "AWS::CloudWatch::Alarm"
    ]
    return {re.search(r"docs/operations/(\w+)\.md\.$", one["AlarmDescription"])[1]: one for one in found}


def test_alarms_and_pages_are_pairs():
    found = alarms()

    assert len(found) == sum(
        1 for one in synthesised()["operations"].values() if one["Type"] == "AWS::CloudWatch::Alarm"
    )
    assert set(found) == PAGES


def test_every_alarm_tells_the_topic():
    for name, alarm in alarms().items():
        (action,) = alarm["AlarmActions"]
        assert "AlarmsTopic" in str(action), name


def test_a_stage_without_options_has_the_same_alarms_but_those_of_options(prod: Synthesised):
    descriptions = [alarm["Properties"]["AlarmDescription"] for _, alarm in prod.resources("AWS::CloudWatch::Alarm")]
    named = {found[1] for text in descriptions if (found := re.search(r"operations/(\w+)\.md", text))}

    optional = {"DraftsDeadLetters", "ForwardingDeadLetters", "ZendeskMachineFailures", "HubspotMachineFailures"}
    assert PAGES - named == optional


@pytest.mark.parametrize("name", ["BounceRate", "ComplaintRate"])
def test_what_receivers_make_of_our_mail_is_what_ses_tells_of_the_account(name):
    alarm = alarms()[name]

    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/SES", f"Reputation.{name}")
    assert alarm["Threshold"] == {"BounceRate": HIGH_BOUNCES, "ComplaintRate": HIGH_COMPLAINTS}[name]
    assert "Dimensions" not in alarm


def test_failed_sends_are_errors_of_the_three_functions_that_send():
    metrics = [one["MetricStat"]["Metric"] for one in alarms()["SendFailures"]["Metrics"] if "MetricStat" in one]
    names = {str(metric["Dimensions"][0]["Value"]) for metric in metrics}

    assert {metric["MetricName"] for metric in metrics} == {"Errors"}
    assert len(names) == 3
    for function in ("SendMessage", "AcknowledgeReply", "AnswerCase"):
        assert any(function in name for name in names), function


def test_the_dashboard_shows_every_alarm_first_and_what_issue_and_operators_ask_for(prod: Synthesised):
    body = json.dumps(prod.one("AWS::CloudWatch::Dashboard")["Properties"]["DashboardBody"])
    titles = re.findall(r'\\"title\\":\\"([^\\]+)\\"', body)

    assert titles[0] == "Alarms"
    assert {"Dead letters", "Age of the oldest message", "Quarantine", "Function errors"} <= set(titles)
    for metric in (
        "Reputation.BounceRate",
        "Reputation.ComplaintRate",
        "IteratorAge",
        "FairnessGaps",
        "ComplaintBrake",
    ):
        assert metric in body, metric
    assert body.count("AlarmsComplaintBrake") == 1
