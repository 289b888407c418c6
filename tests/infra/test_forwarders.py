"""Forwarders: what each other system is told about recorded events, and that nothing leaves unless a stage says so."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from aws_cdk import Stack, Validations
from aws_cdk import aws_events as events
from aws_cdk.assertions import Template
from cdk_nag import AwsSolutionsChecks, ServerlessChecks
from hypothesis import given
from hypothesis import strategies as st
from jsonata import Jsonata

from attune.adapters.case_events import AnnouncedQueue, CaseAnnouncer
from infra.components.forwarder_machine import definition
from infra.components.forwarders import Forwarders, transformer
from infra.config import STAGES
from infra.forwarding import FIELDS, ROUTES, ForwarderKind
from infra.stage_checks import ConfigError, checked
from tests.infra.everything_on import FORWARDERS, synthesised
from tests.infra.everything_on import STAGE as ALL
from tests.infra.templates import ROOT, Synthesised, app
from tests.support.event_rules import matches, path_of, transformed

RECORDED = ROOT / "examples" / "forwarding"
EVENTS = {path.stem: json.loads(path.read_text()) for path in sorted((RECORDED / "events").glob("*.json"))}
REQUESTS = {path.stem: json.loads(path.read_text()) for path in sorted((RECORDED / "requests").glob("*.json"))}


@cache
def template() -> Mapping[str, Any]:
    """Synthesise the forwarders alone, with the checks of the whole app: a finding nobody accepted raises here."""
    small = app()
    stack = Stack(small, "operations")
    bus = events.EventBus.from_event_bus_name(stack, "Bus", "attune")
    Forwarders(stack, "Forwarders", stage=ALL, bus=bus)
    Validations.of(small).add_plugins(AwsSolutionsChecks(small), ServerlessChecks(small))
    made: Mapping[str, Any] = Template.from_stack(stack).to_json()
    return made


def resources(type_: str) -> dict[str, Mapping[str, Any]]:
    found = template()["Resources"]
    return {name: resource["Properties"] for name, resource in found.items() if resource["Type"] == type_}


def rules(kind: str) -> Iterator[Mapping[str, Any]]:
    for name, rule in resources("AWS::Events::Rule").items():
        if name.startswith(f"Forwarders{kind.title()}"):
            yield rule


def answer(reference: Mapping[str, Any], endpoints: Mapping[str, Mapping[str, Any]], event: Mapping[str, Any]) -> Any:
    """Return the request that one rule makes of an event."""
    [target] = reference["Targets"]
    body = json.loads(transformed(target["InputTransformer"], event))
    destination = endpoints.get(target["Arn"].get("Fn::GetAtt", [""])[0])
    if destination is None:
        return _looked_up(target["Arn"]["Ref"], body)
    parameters = target.get("HttpParameters", {}).get("PathParameterValues", [])
    url = path_of(destination["InvocationEndpoint"], parameters, event)
    return {"method": destination["HttpMethod"], "url": url, "body": body}


def _looked_up(machine: str, given: Mapping[str, Any]) -> Any:
    """Return both requests of a state machine, with a record 42 that is found."""
    forwarder = next(one for one in FORWARDERS if one.construct_id in machine)
    states = definition(forwarder, "arn")["States"]
    found = {"ResponseBody": {"id": 42, "tickets": [{"id": 42}]}}
    find = evaluated(states["Find"]["Arguments"], {"states": {"input": given}})
    assigned = evaluated(states["Find"]["Assign"], {"states": {"input": given, "result": found}})
    write = evaluated(states["Write"]["Arguments"], assigned)
    return {
        "found_by": {"method": find["Method"], "url": find["ApiEndpoint"], "query": find["QueryParameters"]},
        "method": write["Method"],
        "url": write["ApiEndpoint"],
        "body": write["RequestBody"],
    }


def evaluated(value: Any, variables: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        return {name: evaluated(part, variables) for name, part in value.items()}
    if isinstance(value, str) and value.startswith("{%"):
        expression = Jsonata(value.removeprefix("{%").removesuffix("%}").strip())
        for name, known in variables.items():
            expression.assign(name, known)
        return expression.evaluate({})
    return value


def requests_of(kind: str, event: Mapping[str, Any]) -> list[Any]:
    endpoints = resources("AWS::Events::ApiDestination")
    return [answer(rule, endpoints, event) for rule in rules(kind) if matches(rule["EventPattern"], event)]


@pytest.mark.parametrize("kind", [kind.value for kind in ForwarderKind])
def test_each_recorded_event_becomes_the_request_that_the_vendors_pages_describe(kind):
    assert {name: requests_of(kind, event) for name, event in EVENTS.items()} == REQUESTS[kind]


def test_the_recorded_opening_is_what_attune_announces():
    told = []

    class Recorder:
        def put_events(self, Entries):  # noqa: N803 - boto3's name
            told.append(json.loads(Entries[0]["Detail"]))
            return {"FailedEntryCount": 0}

        def send_message(self, **_):
            return None

    page = (ROOT / "docs" / "cases.md").read_text(encoding="utf-8")
    case = json.loads(re.search(r"```json\n(.*?)```", page, re.DOTALL)[1])
    AnnouncedQueue(Recorder(), "url", CaseAnnouncer(Recorder(), "bus")).send(case)

    assert told == [EVENTS["case_opened"]["detail"]]


@pytest.mark.parametrize("route", [route for routes in ROUTES.values() for route in routes], ids=lambda r: r.name)
@given(words=st.text(max_size=80))
def test_no_quote_or_line_break_in_free_text_breaks_a_request(route, words):
    paths, written = transformer(route)
    event = {"detail": dict.fromkeys(("event", "messageId", "userId", "timestamp"), words)}
    fields = [path.removeprefix("$.detail.properties.") for path in FIELDS.values() if "properties." in path]
    event["detail"]["properties"] = dict.fromkeys(fields, words)
    made = json.loads(transformed({"InputPathsMap": paths, "InputTemplate": written}, event))

    # What the text was put into has the same shape as with a harmless text: nothing was added and nothing ended early.
    harmless = json.loads(json.dumps(event).replace(json.dumps(words), '"x"')) if words else event
    plain = json.loads(transformed({"InputPathsMap": paths, "InputTemplate": written}, harmless))
    assert _shape(made) == _shape(plain)


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shape(part) for name, part in value.items()}
    return [_shape(part) for part in value] if isinstance(value, list) else type(value).__name__


def test_no_placeholder_stands_inside_a_string():
    for rule in resources("AWS::Events::Rule").values():
        written = rule["Targets"][0]["InputTransformer"]["InputTemplate"]
        assert not [text for text in re.findall(r'"(?:[^"\\]|\\.)*"', written) if re.search(r"<[a-z_]+>", text)]


@pytest.mark.parametrize("missing", ["case_id", "summary", "due_by", "priority", "trigger"])
def test_an_event_that_lacks_a_field_of_the_request_is_not_sent_with_a_hole(missing):
    event = json.loads(json.dumps(EVENTS["case_opened"]))
    del event["detail"]["properties"][missing]

    assert requests_of("zendesk", event) == []


@pytest.mark.parametrize("kind", ["zendesk", "salesforce", "hubspot"])
def test_who_works_on_a_case_and_in_which_journey_it_began_stay_in_the_account(kind):
    event_text = json.dumps(EVENTS)
    told = json.dumps([requests_of(kind, event) for event in EVENTS.values()])

    for private in ('"sam"', "cart_abandonment"):
        assert private in event_text
        assert private not in told


def test_somebody_who_is_not_known_by_an_id_is_not_told_of():
    event = json.loads(json.dumps(EVENTS["feedback_helpful"]))
    event["detail"]["anonymousId"] = event["detail"].pop("userId")

    assert [requests_of(kind, event) for kind in ForwarderKind] == [[], [], [], []]


def test_cases_that_somebody_else_claims_to_have_opened_are_not_told_of():
    event = {**EVENTS["case_opened"], "source": "shop"}

    assert [requests_of(kind, event) for kind in ForwarderKind] == [[], [], [], []]


def test_no_secret_value_is_in_the_template():
    for name, connection in resources("AWS::Events::Connection").items():
        found = re.findall(r"resolve:secretsmanager:(attune/[a-z]+)", json.dumps(connection))
        assert found, name
        for key in ("Username", "Password", "ClientID", "ClientSecret", "ApiKeyValue"):
            for value in re.findall(rf'"{key}": "([^"]*)"', json.dumps(connection)):
                assert value.startswith("{{resolve:secretsmanager:"), (name, key)


def test_what_another_system_does_not_take_is_tried_for_a_day_and_then_kept():
    for name, rule in resources("AWS::Events::Rule").items():
        [target] = rule["Targets"]
        assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}, name
        assert "DeadLetters" in target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0], name


def test_a_ticket_that_is_not_there_yet_is_asked_for_again():
    find = definition(FORWARDERS[0], "arn")["States"]["Find"]

    with pytest.raises(Exception, match="no such ticket yet"):
        evaluated(find["Assign"], {"states": {"input": {}, "result": {"ResponseBody": {"tickets": []}}}})
    assert "States.QueryEvaluationError" in str(find["Retry"])


def test_by_default_nothing_leaves_for_other_systems(every_stage: Synthesised):
    for type_ in ("AWS::Events::Connection", "AWS::Events::ApiDestination"):
        assert list(every_stage.resources(type_)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"forwarders": (replace(FORWARDERS[0], base_url="http://acme.zendesk.com"),)}, "write scheme and host"),
        ({"forwarders": (replace(FORWARDERS[0], base_url="https://acme.zendesk.com/api"),)}, "nothing after them"),
        ({"forwarders": (replace(FORWARDERS[3], base_url="https://hooks.acme.com/*"),)}, "write scheme and host"),
        ({"forwarders": (replace(FORWARDERS[0], secret="a secret, by mistake"),)}, "never its value"),
        ({"forwarders": (FORWARDERS[0], FORWARDERS[0])}, "two forwarders of one kind"),
        ({"forwarders": FORWARDERS, "operations": False}, "no operations stack"),
    ],
)
def test_a_forwarder_that_cannot_work_is_refused_in_plain_words(change, said):
    with pytest.raises(ConfigError, match=said):
        checked(replace(STAGES["dev"], **change))


def test_forwarders_that_can_work_are_taken():
    assert checked(ALL) == ALL


def test_a_stage_with_forwarders_hears_of_what_did_not_arrive():
    made = synthesised()["operations"]
    alarms = [name for name, found in made.items() if found["Type"] == "AWS::CloudWatch::Alarm"]

    for wanted in ("ForwardingDeadLetters", "ZendeskMachineFailures", "HubspotMachineFailures"):
        assert any(wanted in name for name in alarms), wanted
    assert len([found for found in made.values() if found["Type"] == "AWS::Events::Connection"]) == len(FORWARDERS)
