"""With IAM enforced: every function does its work with its own role alone, and what is not its work is refused."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from attune_cli.cdk import ROOT
from attune_cli.local_aws import LocalAws
from attune_cli.process_group import end_group
from tests.e2e.conftest import PATIENCE, Deployed, eventually

WITH_TLS = "FairnessLooksQueueUrl"
ROOT_KEY = "local"
"""What the command line signs with on this machine: told to the local AWS as the account's own key."""

FORGED = {"type": "identify", "userId": "forged", "messageId": "f-1", "traits": {"firstName": "Eve"}}
REFUSALS = {"AccessDenied", "AccessDeniedException", "AuthorizationError"}


class Enforced(LocalAws):
    """A local AWS that is deployed without IAM, keeps its state, and is started again with IAM on.

    The CDK's upload of assets is refused under enforcement here, which is a limit of the local AWS.
    """

    enforcing = False

    def _server_environment(self, port: int) -> dict[str, str]:
        auth = {"AUTH": "true"} if self.enforcing else {}
        account = {"AWS_ACCESS_KEY_ID": ROOT_KEY, "AWS_SECRET_ACCESS_KEY": ROOT_KEY}
        return super()._server_environment(port) | account | {"PERSIST_STATE": "1"} | auth

    def enforce(self) -> None:
        """Restart with IAM on and everything still there."""
        assert self.running is not None
        port, process = self.running.port, self._process
        assert process is not None
        assert end_group(self.running.pid, patience=20) == []
        process.wait()
        self.running, self.enforcing = None, True
        self.start(port)


def say_as_this_aws_reads(deployed: Deployed) -> None:
    """Write policies as the local AWS reads them, in two places where it is not AWS.

    It resolves `Ref` of a secret to its name, AWS to its ARN; and it knows no `events:source`, so that the statement which
    binds a publisher to its own source would refuse everything. That binding is asserted on the templates.
    """
    iam = deployed.client("iam")
    secrets = {
        secret["Name"]: secret["ARN"]
        for page in deployed.client("secretsmanager").get_paginator("list_secrets").paginate()
        for secret in page["SecretList"]
    }
    for role in roles(deployed):
        for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
            said = json.dumps(document)
            for statement in document["Statement"]:
                if isinstance(statement.get("Resource"), str):
                    statement["Resource"] = secrets.get(statement["Resource"], statement["Resource"])
                elif "Resource" in statement:
                    statement["Resource"] = [secrets.get(one, one) for one in statement["Resource"]]
                if "events:source" in str(statement.get("Condition")):
                    del statement["Condition"]
            if json.dumps(document) != said:
                iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))


def allow_plain_http(deployed: Deployed, *, but: str) -> None:
    """Take the refusal of plain HTTP out of the policies of queues: the endpoint on this machine has no TLS.

    One queue keeps it, to be tried. That all have it is asserted on the templates.
    """
    sqs = deployed.client("sqs")
    for url in sqs.list_queues(MaxResults=1000).get("QueueUrls", []):
        policy = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]).get("Attributes", {}).get("Policy")
        if policy and url.rpartition("/")[2] != but.rpartition("/")[2]:
            document = json.loads(policy)
            document["Statement"] = [one for one in document["Statement"] if one["Effect"] != "Deny"]
            text = json.dumps(document) if document["Statement"] else ""
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": text})


def roles(deployed: Deployed) -> list[str]:
    """Return the names of the stage's roles."""
    pages = deployed.client("iam").get_paginator("list_roles").paginate()
    return [
        role["RoleName"] for page in pages for role in page["Roles"] if role["RoleName"].startswith("attune-local-")
    ]


@pytest.fixture(scope="module")
def enforced() -> Iterator[Deployed]:
    with Enforced(home=ROOT / ".local" / "e2e-iam") as aws:
        deployed = Deployed(aws)
        allow_plain_http(deployed, but=deployed.outputs[WITH_TLS])
        aws.enforce()
        say_as_this_aws_reads(deployed)
        yield deployed


def function_names(deployed: Deployed) -> dict[str, Mapping[str, Any]]:
    """Return each function's configuration by the name of its folder."""
    pages = deployed.client("lambda").get_paginator("list_functions").paginate()
    functions = [one for page in pages for one in page["Functions"] if one["Handler"].startswith("functions.")]
    return {one["Handler"].split(".")[1]: one for one in functions}


def as_role(deployed: Deployed, function: str, service: str) -> Any:
    """Return a client with the credentials of a function's role, taken by a session that may assume it in the test."""
    configuration = function_names(deployed)[function]
    iam, role = deployed.client("iam"), configuration["Role"].rsplit("/", 1)[-1]
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
    }
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(trust))
    session = deployed.client("sts").assume_role(RoleArn=configuration["Role"], RoleSessionName="test")["Credentials"]
    return deployed.aws.session().client(
        service,
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )


def refused(call: Any, **arguments: Any) -> str:
    """Return the code with which something was refused, or what it was allowed to do."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "allowed"


def story(deployed: Deployed, who: str) -> None:
    """Publish somebody in trouble, long enough ago to be acted on."""
    then = datetime.now(UTC) - timedelta(minutes=30)
    traits = {"firstName": "Ada", "email": f"{who}@example.com", "phone": "+447700900001", "timezone": "Europe/London"}

    def call(number: int, kind: str, **fields: Any) -> dict[str, Any]:
        time = (then + timedelta(seconds=number)).isoformat()
        return {"type": kind, "userId": who, "messageId": f"{who}-{number}", "timestamp": time, **fields}

    def track(number: int, event: str, **properties: Any) -> dict[str, Any]:
        return call(number, "track", event=event, properties=properties)

    deployed.publish(
        call(1, "identify", traits=traits),
        track(2, "Consent Granted", channels=["email"], source="tests"),
        track(3, "Product Added", cart_id=f"{who}-cart"),
        *(track(number, "Form Failed") for number in (4, 5, 6)),
        *(track(number, "Page Reloaded") for number in (7, 8, 9)),
        track(10, "Message Replied", text="I need help, please call me", channel="email"),
    )


def test_iam_is_enforced_at_all(enforced: Deployed) -> None:
    stranger = enforced.aws.session().client("sqs", aws_access_key_id="AKIASTRANGER", aws_secret_access_key="x")

    assert refused(stranger.list_queues) != "allowed"


def test_a_queue_takes_nothing_without_tls_not_even_from_the_account_itself(enforced: Deployed) -> None:
    url = enforced.outputs[WITH_TLS]

    assert refused(enforced.client("sqs").send_message, QueueUrl=url, MessageBody="{}") in REFUSALS


def test_another_account_puts_nothing_on_the_bus(enforced: Deployed) -> None:
    """Its own administrator, by the ARN of our bus: without a policy on the bus nobody from outside is let in."""
    arn = enforced.client("events").describe_event_bus(Name=enforced.outputs["BusName"])["Arn"]
    other = enforced.aws.session().client("events", aws_access_key_id="111122223333", aws_secret_access_key="x")
    entry = {"EventBusName": arn, "Source": "app", "DetailType": "track", "Detail": json.dumps(FORGED)}
    assert other.put_events(Entries=[entry])["FailedEntryCount"] == 1
    assert enforced.customer("forged") is None


def test_a_reply_goes_from_the_bus_to_support_and_the_log_each_step_with_its_own_role(enforced: Deployed) -> None:
    """Bus, events queue, ingest, escalation, support's queue, decisions: nothing on the way may do more than its own."""
    story(enforced, "ada")

    cases = eventually(
        lambda: enforced.pull("SupportQueueUrl") + enforced.pull("SupportUrgentQueueUrl"), seconds=PATIENCE
    )

    assert [case["customer_id"] for case in cases] == ["ada"]
    kinds = {row["kind"] for row in enforced.decisions("ada")}
    assert {"consent", "escalation"} <= kinds


def test_the_pages_answer_and_an_unsigned_post_of_events_is_refused(enforced: Deployed) -> None:
    secrets = enforced.client("secretsmanager")
    keys = json.loads(secrets.get_secret_value(SecretId=enforced.outputs["IngestKeysSecret"])["SecretString"])
    host = urlsplit(enforced.outputs["EventsUrl"]).netloc
    body = json.dumps({"type": "identify", "userId": "http", "traits": {"firstName": "Bo"}}).encode()

    def post(key: str) -> int:
        request = urllib.request.Request(  # noqa: S310 - this machine
            f"{enforced.aws.endpoint}/events",
            data=body,
            headers={"Host": host, "x-attune-key": key, "content-type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - this machine
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    assert (post(keys["first"]), post("not a key")) == (202, 401)
    assert eventually(lambda: enforced.customer("http"), seconds=PATIENCE)


def forbidden(deployed: Deployed) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Return what nobody should manage with a function's role: function, service, method, arguments."""
    out = deployed.outputs
    customer = {"pk": {"S": "CUSTOMER#ada"}, "sk": {"S": "PROFILE"}}
    mail = {
        "FromEmailAddress": "care@shop.example",
        "Destination": {"ToAddresses": ["victim@example.com"]},
        "Content": {"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}},
    }
    mailed = {"Protocol": "email", "Endpoint": "victim@example.com"}
    own = {"EventBusName": out["BusName"], "Source": "attune", "DetailType": "CaseOpened", "Detail": "{}"}
    return [
        ("ingest_events", "sesv2", "send_email", mail),
        ("ingest_events", "dynamodb", "scan", {"TableName": out["CustomersTable"]}),
        ("ingest_events", "dynamodb", "delete_item", {"TableName": out["CustomersTable"], "Key": customer}),
        ("ingest_events", "secretsmanager", "get_secret_value", {"SecretId": out["SiteTokenKeysSecret"]}),
        ("score_friction", "dynamodb", "query", _query(out["DecisionsTable"])),
        ("choose_tone", "dynamodb", "put_item", {"TableName": out["PoliciesTable"], "Item": customer}),
        ("choose_delay", "dynamodb", "query", _query(out["DecisionsTable"])),
        ("review_journey", "sesv2", "send_email", mail),
        ("send_message", "dynamodb", "put_item", {"TableName": out["PoliciesTable"], "Item": customer}),
        ("send_message", "secretsmanager", "get_secret_value", {"SecretId": out["IdentityKeySecret"]}),
        ("escalate", "sqs", "send_message", {"QueueUrl": out["EventsQueueUrl"], "MessageBody": "{}"}),
        ("record_feedback", "sqs", "send_message", {"QueueUrl": out["SupportQueueUrl"], "MessageBody": "{}"}),
        ("serve_onsite", "dynamodb", "query", _query(out["DecisionsTable"])),
        ("serve_onsite", "secretsmanager", "get_secret_value", {"SecretId": out["IngestKeysSecret"]}),
        ("receive_events", "dynamodb", "get_item", {"TableName": out["CustomersTable"], "Key": customer}),
        ("receive_events", "sqs", "send_message", {"QueueUrl": out["EventsQueueUrl"], "MessageBody": "{}"}),
        ("export_decisions", "events", "put_events", {"Entries": [own]}),
        ("ingest_events", "events", "put_events", {"Entries": [own]}),
        ("export_decisions", "dynamodb", "query", _query(out["CustomersTable"])),
        ("export_decisions", "s3", "get_object", {"Bucket": out["LakeBucket"], "Key": "decisions/x"}),
        ("learn_policy", "dynamodb", "query", _query(out["CustomersTable"])),
        ("refit_policies", "dynamodb", "query", _query(out["CustomersTable"])),
        ("seal_decisions", "s3", "delete_object", {"Bucket": out["EvidenceBucket"], "Key": "seals/x"}),
        ("export_audience", "s3", "get_object", {"Bucket": out["LakeBucket"], "Key": "decisions/x"}),
        ("suppress_addresses", "sesv2", "delete_suppressed_destination", {"EmailAddress": "victim@example.com"}),
        ("find_moments", "stepfunctions", "start_execution", {"stateMachineArn": out["JourneyArn"]}),
        ("acknowledge_reply", "stepfunctions", "start_execution", {"stateMachineArn": out["JourneyArn"]}),
        ("watch_fairness", "dynamodb", "query", _query(out["CustomersTable"])),
        ("announce_deployment", "dynamodb", "query", _query(out["CustomersTable"])),
        ("announce_deployment", "sns", "subscribe", {"TopicArn": out["SalesTopicArn"], **mailed}),
    ]


def _query(table: str) -> dict[str, Any]:
    values = {":pk": {"S": "CUSTOMER#ada"}}
    return {"TableName": table, "KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": values}


def test_each_forbidden_action_is_refused_to_the_role_that_tries_it(enforced: Deployed) -> None:
    allowed = []
    for function, service, method, arguments in forbidden(enforced):
        code = refused(getattr(as_role(enforced, function, service), method), **arguments)
        if code not in REFUSALS:
            allowed.append((function, service, method, code))

    assert allowed == []


def test_what_is_a_functions_own_is_allowed_to_the_same_credentials(enforced: Deployed) -> None:
    """So that the refusals above are refusals of the action, and not of the credentials."""
    out = enforced.outputs

    assert refused(as_role(enforced, "ingest_events", "dynamodb").query, **_query(out["CustomersTable"])) == "allowed"
    assert refused(as_role(enforced, "choose_tone", "dynamodb").query, **_query(out["PoliciesTable"])) == "allowed"
    key = {"SecretId": out["IngestKeysSecret"]}
    assert refused(as_role(enforced, "receive_events", "secretsmanager").get_secret_value, **key) == "allowed"
