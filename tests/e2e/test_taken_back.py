"""A deployment that CloudFormation takes back: announced before it takes effect, and again when it is gone."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from attune_cli.main import app
from attune_cli.stage import LOCAL_ACCOUNT, LOCAL_REGION
from tests.e2e.conftest import PATIENCE, Deployed, eventually

STACK = "attune-local-service"
ASSETS = f"cdk-hnb659fds-assets-{LOCAL_ACCOUNT}-{LOCAL_REGION}"
OVER = {"UPDATE_COMPLETE", "UPDATE_FAILED", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"}
OFF = "sends nothing (sending_enabled is off)"


@pytest.fixture
def heard(deployed: Deployed) -> Iterator[Callable[[], list[str]]]:
    """Return what is published to product, in order, as it is asked for."""
    sns, sqs = deployed.client("sns"), deployed.client("sqs")
    url = sqs.create_queue(QueueName="product-hears")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    subscribed = sns.subscribe(
        TopicArn=product_topic(deployed), Protocol="sqs", Endpoint=queue, ReturnSubscriptionArn=True
    )
    told: list[str] = []

    def so_far() -> list[str]:
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                told.append(json.loads(message["Body"])["Message"])
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return told

    yield so_far
    sns.unsubscribe(SubscriptionArn=subscribed["SubscriptionArn"])
    sqs.delete_queue(QueueUrl=url)


def product_topic(deployed: Deployed) -> str:
    [function] = [name for name, one in template_of(deployed)["Resources"].items() if is_announcer(one)]
    name = physical_id(deployed, function)
    settings = deployed.client("lambda").get_function_configuration(FunctionName=name)
    return str(settings["Environment"]["Variables"]["PRODUCT_TOPIC"])


def physical_id(deployed: Deployed, logical_id: str) -> str:
    found = deployed.client("cloudformation").describe_stack_resource(StackName=STACK, LogicalResourceId=logical_id)
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def is_announcer(resource: dict[str, Any]) -> bool:
    handler = str(resource.get("Properties", {}).get("Handler"))
    return resource["Type"] == "AWS::Lambda::Function" and "announce_deployment" in handler


def template_of(deployed: Deployed) -> dict[str, Any]:
    body = deployed.client("cloudformation").get_template(StackName=STACK)["TemplateBody"]
    return json.loads(body) if isinstance(body, str) else json.loads(json.dumps(body))


def deploy(deployed: Deployed, template: dict[str, Any]) -> str:
    """Update the stack as the command line of CDK does; return the state in which that ends."""
    cloudformation = deployed.client("cloudformation")
    deployed.client("s3").put_object(Bucket=ASSETS, Key="taken-back.json", Body=json.dumps(template))
    cloudformation.update_stack(
        StackName=STACK,
        TemplateURL=f"{deployed.aws.endpoint}/{ASSETS}/taken-back.json",
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
        Parameters=[{"ParameterKey": name, "UsePreviousValue": True} for name in template.get("Parameters", {})],
    )

    def state() -> str:
        found: str = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]
        return found if found in OVER else ""

    return eventually(state, seconds=PATIENCE)


def test_a_deployment_that_fails_after_it_was_announced_is_announced_as_taken_back(
    deployed: Deployed, heard: Callable[[], list[str]]
) -> None:
    """On the way back CloudFormation restores the function, then asks it with the old properties, as AWS documents."""
    before, template = template_of(deployed), template_of(deployed)
    resources = template["Resources"]
    [announcement] = [name for name, one in resources.items() if one["Type"] == "Custom::AttuneAnnouncement"]
    [function] = [one for one in resources.values() if is_announcer(one)]
    function["Properties"]["Environment"]["Variables"]["SENDING_ENABLED"] = "false"
    resources[announcement]["Properties"]["SendingEnabled"] = False
    nobody = f"arn:aws:lambda:{LOCAL_REGION}:{LOCAL_ACCOUNT}:function:nobody"
    resources["Fails"] = {"Type": "Custom::Fails", "Properties": {"ServiceToken": nobody}, "DependsOn": [announcement]}
    asked = physical_id(deployed, announcement)

    ended = deploy(deployed, template)

    assert ended == "UPDATE_ROLLBACK_COMPLETE"
    assert eventually(lambda: len(heard()) == 2, seconds=PATIENCE), heard()
    assert any(f"the stage {OFF}; before, it sends" in text for text in heard())
    assert any(f"the stage sends; before, it {OFF}" in text for text in heard())
    log = CliRunner().invoke(app, ["playbooks", "log", "--json", "--endpoint-url", deployed.aws.endpoint])
    newest = sorted(json.loads(log.stdout), key=lambda one: -one["number"])[:2]
    assert [one["why"].rpartition("; before, it ")[2] for one in newest] == [OFF, "sends"]
    assert physical_id(deployed, announcement) == asked, "another id would have CloudFormation delete the old one"
    assert template_of(deployed) == before
