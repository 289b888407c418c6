"""What a stage switches about sending, and what follows from it for permissions and ways."""

from dataclasses import replace
from typing import Any

import pytest
from aws_cdk.assertions import Template

from infra.app import build
from infra.config import STAGES, load_stage
from infra.stage_checks import ConfigError
from tests.infra.templates import Resource, Synthesised, app
from tests.infra.test_functions import actions_of, functions, statements_of


def with_changes(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> Template:
    """Return the service template of a stage with these changes; both packs of checks have passed it."""
    monkeypatch.setitem(STAGES, "dev", replace(STAGES["dev"], **changes))
    made = app(stage="dev")
    stacks = build(made)
    made.synth()
    return Template.from_stack(stacks.service)


def sender_of(template: Template) -> Resource:
    (found,) = [
        function
        for function in template.find_resources("AWS::Lambda::Function").values()
        if ".send_message." in function["Properties"]["Handler"]
    ]
    return found


def allowed_of(template: Template) -> list[dict[str, Any]]:
    role = sender_of(template)["Properties"]["Role"]["Fn::GetAtt"][0]
    return [
        statement
        for policy in template.find_resources("AWS::IAM::Policy").values()
        if {"Ref": role} in policy["Properties"]["Roles"]
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]


def test_end_user_messaging_may_send_from_this_accounts_own_senders_and_sns_may_not_send(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    template = with_changes(
        monkeypatch,
        sms_provider="end_user_messaging",
        sms_numbers={"GB": "pool-1"},
        sms_protect_configuration="protect-1",
    )
    allowed = allowed_of(template)
    (texting,) = [statement for statement in allowed if "sms-voice:SendTextMessage" in actions_of(statement)]
    variables = sender_of(template)["Properties"]["Environment"]["Variables"]

    assert "sns:Publish" not in {action for statement in allowed for action in actions_of(statement)}
    assert {str(arn).split(":")[-1].rstrip("'\"]}") for arn in texting["Resource"]} == {
        "phone-number/*",
        "pool/*",
        "sender-id/*",
    }
    assert (variables["SMS_PROVIDER"], variables["SMS_NUMBERS"]) == ("end_user_messaging", '{"GB": "pool-1"}')
    assert variables["SMS_PROTECT_CONFIGURATION"] == "protect-1"


def test_opens_and_clicks_are_told_only_where_a_stage_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    template = with_changes(monkeypatch, email_tracking=True)
    told = [
        kind
        for found in template.find_resources("AWS::SES::ConfigurationSetEventDestination").values()
        for kind in found["Properties"]["EventDestination"]["MatchingEventTypes"]
    ]

    assert {"open", "click"} <= set(told)
    assert sender_of(template)["Properties"]["Environment"]["Variables"]["EMAIL_TRACKING"] == "true"


def test_bounces_and_complaints_have_a_way_of_their_own_to_the_list_of_ses(every_stage: Synthesised) -> None:
    (rule,) = [
        found["Properties"]
        for _, found in every_stage.resources("AWS::Events::Rule")
        if "Suppressions" in str(found["Properties"]["Targets"])
    ]
    (subscription,) = [
        found["Properties"]
        for _, found in every_stage.resources("AWS::SNS::Subscription")
        if "SuppressionsQueue" in str(found["Endpoint"] if "Endpoint" in found else found["Properties"]["Endpoint"])
    ]

    assert rule["EventPattern"] == {"source": ["aws.ses"], "detail-type": ["Email Bounced", "Email Complaint Received"]}
    assert rule["Targets"][0]["DeadLetterConfig"]
    assert subscription["TopicArn"]["Ref"].startswith("NoticesMail")
    assert subscription["RedrivePolicy"]


def test_the_list_of_the_account_is_all_that_its_writer_may_touch(prod: Synthesised) -> None:
    statements = statements_of(prod, functions(prod)["suppress_addresses"])
    (writing,) = [found for found in statements if "ses:PutSuppressedDestination" in actions_of(found)]

    assert list(actions_of(writing)) == ["ses:PutSuppressedDestination"]
    assert "dynamodb" not in str(statements)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sms_provider": "carrier_pigeon"}, "use sns or end_user_messaging"),
        ({"email_senders": 0}, "at least one sends"),
        ({"sms_protect_configuration": "protect-1"}, "only End User Messaging has"),
        ({"sms_rehearsal": True}, "only End User Messaging has"),
        ({"sms_numbers": {"uk": "+447700900999"}}, "two capitals"),
        ({"sms_numbers": {"GB": "07700 900999"}}, r"write a number as \+447700900999"),
        ({"sms_numbers": {"GB": "pool-1"}}, r"write a number as \+447700900999"),
        ({"sms_provider": "end_user_messaging", "sms_numbers": {"GB": "a b"}}, "or the id or ARN"),
    ],
)
def test_senders_that_cannot_work_are_refused_with_a_reason(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], message: str
) -> None:
    monkeypatch.setitem(STAGES, "dev", replace(STAGES["dev"], **changes))

    with pytest.raises(ConfigError, match=message):
        load_stage("dev")
