"""How new code is let in: what callers call, what takes a new version back, and that a stage without it is as before."""

from typing import Any

from tests.infra.templates import Synthesised

LET_IN = {
    "ingest_events", "score_friction", "escalate", "acknowledge_reply", "suppress_addresses",
    "plan_touch", "send_message", "review_journey",
    "record_feedback", "serve_onsite", "receive_events",
}  # fmt: skip

STEPS = {"plan_touch", "send_message", "review_journey"}


def functions(stage: Synthesised) -> dict[str, str]:
    """Return each function's name by its logical id."""
    return {
        logical_id: function["Properties"]["Handler"].split(".")[1]
        for logical_id, function in stage.resources("AWS::Lambda::Function", stack="service")
        if function["Properties"]["Handler"].startswith("functions.")
    }


def aliases(stage: Synthesised) -> dict[str, tuple[str, Any]]:
    """Return function name and alias by the alias's logical id."""
    names = functions(stage)
    return {
        logical_id: (names[alias["Properties"]["FunctionName"]["Ref"]], alias)
        for logical_id, alias in stage.resources("AWS::Lambda::Alias")
    }


def test_every_function_that_is_called_all_day_has_a_live_alias(prod: Synthesised) -> None:
    found = aliases(prod)

    assert {name for name, _ in found.values()} == LET_IN
    assert {alias["Properties"]["Name"] for _, alias in found.values()} == {"live"}


def test_new_code_gets_a_tenth_of_the_calls_first_and_is_taken_back_by_an_alarm(prod: Synthesised) -> None:
    groups = dict(prod.resources("AWS::CodeDeploy::DeploymentGroup"))

    moved = [
        alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"]["Ref"]
        for _, alias in aliases(prod).values()
    ]
    assert sorted(moved) == sorted(groups)
    for name, group in groups.items():
        properties = group["Properties"]
        assert properties["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent10Minutes", name
        rollback = properties["AutoRollbackConfiguration"]
        assert rollback["Enabled"] is True
        assert "DEPLOYMENT_STOP_ON_ALARM" in rollback["Events"]
        assert properties["AlarmConfiguration"]["Enabled"] is True
        assert len(properties["AlarmConfiguration"]["Alarms"]) == 2, name


def test_the_alarm_of_a_function_counts_errors_of_the_version_that_is_let_in_alone(prod: Synthesised) -> None:
    alarms = {name: alarm["Properties"] for name, alarm in prod.resources("AWS::CloudWatch::Alarm", stack="service")}
    versions = dict(prod.resources("AWS::Lambda::Version"))
    own = {name: alarm for name, alarm in alarms.items() if "NewVersionErrors" in name}

    assert len(own) == len(LET_IN)
    for alarm in own.values():
        dimensions = {one["Name"]: one["Value"] for one in alarm["Dimensions"]}
        version = dimensions["ExecutedVersion"]["Fn::GetAtt"]
        assert version[1] == "Version"
        assert versions[version[0]]["Properties"]["FunctionName"] == dimensions["FunctionName"]
        assert (alarm["Threshold"], alarm["Period"], alarm["TreatMissingData"]) == (0, 60, "notBreaching")


def test_errors_of_single_messages_are_counted_although_their_batch_succeeds(prod: Synthesised) -> None:
    filters = [one["Properties"] for _, one in prod.resources("AWS::Logs::MetricFilter")]
    (alarm,) = [
        alarm["Properties"]
        for name, alarm in prod.resources("AWS::CloudWatch::Alarm", stack="service")
        if "ErrorsLogged" in name
    ]

    assert len(filters) == len(LET_IN)
    assert {one["FilterPattern"] for one in filters} == {'{ $.level = "ERROR" }'}
    (written,) = {
        (one["MetricTransformations"][0]["MetricNamespace"], one["MetricTransformations"][0]["MetricName"])
        for one in filters
    }
    assert written == (alarm["Namespace"], alarm["MetricName"]) == ("Attune/prod", "ErrorsLogged")
    assert "Dimensions" not in alarm


def test_queues_pages_and_journeys_call_the_alias(prod: Synthesised) -> None:
    live, names = aliases(prod), functions(prod)

    def called(target: Any) -> str:
        return next((name for alias, (name, _) in live.items() if alias in str(target)), "")

    mappings = [one["Properties"] for _, one in prod.resources("AWS::Lambda::EventSourceMapping")]
    by_alias = {called(mapping["FunctionName"]) for mapping in mappings} - {""}
    direct = {names[mapping["FunctionName"]["Ref"]] for mapping in mappings if not called(mapping["FunctionName"])}
    assert by_alias == {"ingest_events", "score_friction", "escalate", "acknowledge_reply", "suppress_addresses"}
    assert not direct & LET_IN

    integrations = {
        called(one["Properties"]["IntegrationUri"]) for _, one in prod.resources("AWS::ApiGatewayV2::Integration")
    }
    assert integrations == {"record_feedback", "serve_onsite", "receive_events"}

    machine = prod.one("AWS::StepFunctions::StateMachine", stack="service")["Properties"]
    steps = {called(target) for target in machine["DefinitionSubstitutions"].values()}
    assert steps == STEPS


def test_journeys_that_began_without_the_alias_may_still_call_the_functions(prod: Synthesised) -> None:
    names, live = functions(prod), aliases(prod)
    ((_, policy),) = [
        (name, one)
        for name, one in prod.resources("AWS::IAM::Policy", stack="service")
        if name.startswith("JourneyRole")
    ]
    (resources,) = [
        statement["Resource"]
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Action"] == "lambda:InvokeFunction"
    ]

    direct = {names[one["Fn::GetAtt"][0]] for one in resources if "Fn::GetAtt" in one}
    aliased = {live[one["Ref"]][0] for one in resources if "Ref" in one}
    assert aliased == STEPS
    assert direct >= STEPS


def test_a_stage_without_a_canary_has_none_of_it(local: Synthesised) -> None:
    for kind in ("AWS::Lambda::Alias", "AWS::Lambda::Version", "AWS::Logs::MetricFilter"):
        assert list(local.resources(kind)) == []
    assert not [
        name
        for template in local.templates.values()
        for name, one in template["Resources"].items()
        if "CodeDeploy" in one["Type"]
    ]
