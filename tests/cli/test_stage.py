"""Reaching a stage: what its stacks call things, and what is said where it is not deployed."""

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from attune_cli.errors import CommandError, InputError
from attune_cli.stage import Stage, is_loopback, reach


class FakeCloudFormation:
    """Stands in for the session and its CloudFormation client: knows some stacks."""

    region_name = "eu-west-1"

    def __init__(self, stacks: Mapping[str, Mapping[str, str]], refusal: str = "") -> None:
        self.stacks = stacks
        self.refusal = refusal

    def client(self, _: str) -> "FakeCloudFormation":
        return self

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 - boto3's own name
        if self.refusal or StackName not in self.stacks:
            message = self.refusal or f"Stack with id {StackName} does not exist"
            raise ClientError({"Error": {"Code": "ValidationError", "Message": message}}, "DescribeStacks")
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self.stacks[StackName].items()]
        return {"Stacks": [{"StackName": StackName, "Outputs": outputs}]}


def stage(stacks: Mapping[str, Mapping[str, str]], refusal: str = "") -> Stage:
    return Stage("dev", FakeCloudFormation(stacks, refusal))


def test_the_outputs_of_state_and_service_are_one_list_of_names() -> None:
    deployed = stage({"attune-dev-state": {"CustomersTable": "t"}, "attune-dev-service": {"BusName": "b"}})

    assert deployed.outputs == {"CustomersTable": "t", "BusName": "b"}
    assert deployed.output("BusName") == "b"


def test_a_stage_that_is_not_deployed_says_where_it_was_looked_for() -> None:
    with pytest.raises(CommandError, match="stage 'dev' is not deployed at region eu-west-1") as refused:
        _ = stage({}).outputs

    assert "AWS_PROFILE" in refused.value.hint


def test_an_output_that_an_older_deployment_lacks_is_named() -> None:
    with pytest.raises(CommandError, match="have no output 'WorkGroup'"):
        stage({"attune-dev-service": {"BusName": "b"}}).output("WorkGroup")


def test_a_refusal_by_aws_is_not_mistaken_for_a_missing_stack() -> None:
    with pytest.raises(ClientError, match="not authorized"):
        _ = stage({}, refusal="not authorized").outputs


@pytest.mark.parametrize("endpoint", ["localhost", "ftp://127.0.0.1", "http://", "4566"])
def test_an_endpoint_that_is_no_url_is_refused(endpoint: str) -> None:
    with pytest.raises(InputError, match="is not an endpoint"):
        reach("dev", endpoint)


def test_without_a_region_the_way_to_set_one_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")

    with pytest.raises(InputError, match="no AWS region is set"):
        reach("dev", "")


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_the_region_is_taken_from_either_of_its_names(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv(name, "eu-west-1")

    assert reach("dev", "").session.region_name == "eu-west-1"


def test_the_name_of_the_region_that_the_cdk_obeys_first_goes_first_here_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    assert reach("dev", "").session.region_name == "eu-west-1"


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [("http://127.0.0.1:4566", True), ("http://localhost:1", True), ("https://sqs.amazonaws.com", False), ("", False)],
)
def test_only_this_machine_is_local(endpoint: str, expected: bool) -> None:
    assert is_loopback(endpoint) is expected
