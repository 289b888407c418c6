"""With IAM enforced: strangers get nothing, and what is not a function's work is refused to its role."""

import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from infra.components.indexes import AUDIENCE_INDEX
from tests.e2e.conftest import PATIENCE, Deployed, eventually
from tests.e2e.iam.enforced import WITH_TLS, as_role, functions_of, invoke, refused

FORGED = {"type": "identify", "userId": "forged", "messageId": "f-1", "traits": {"firstName": "Eve"}}
REFUSALS = {"AccessDenied", "AccessDeniedException", "AuthorizationError"}


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


def test_events_posted_with_a_key_are_taken_and_without_one_refused(enforced: Deployed) -> None:
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
        ("plan_touch", "dynamodb", "put_item", {"TableName": out["PoliciesTable"], "Item": customer}),
        ("plan_touch", "sesv2", "send_email", mail),
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
        ("watch_fairness", "sns", "publish", {"TopicArn": out["MailTopicArn"], "Message": "{}"}),
        ("announce_deployment", "dynamodb", "query", _query(out["CustomersTable"])),
        ("announce_deployment", "sns", "subscribe", {"TopicArn": out["SalesTopicArn"], **mailed}),
        ("report", "dynamodb", "query", _query(out["CustomersTable"])),
        ("report", "s3", "put_object", {"Bucket": out["LakeBucket"], "Key": "decisions/x", "Body": b""}),
        ("answer_case", "secretsmanager", "get_secret_value", {"SecretId": out["IdentityKeySecret"]}),
        ("answer_case", "sqs", "send_message", {"QueueUrl": out["SupportQueueUrl"], "MessageBody": "{}"}),
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
    lists = {
        "TableName": out["CustomersTable"],
        "IndexName": AUDIENCE_INDEX,
        "KeyConditionExpression": "audience = :part",
        "ExpressionAttributeValues": {":part": {"S": "0"}},
    }
    assert refused(as_role(enforced, "export_audience", "dynamodb").query, **lists) == "allowed"
    assert refused(as_role(enforced, "find_moments", "dynamodb").query, **lists) in REFUSALS
    topic = {"TopicArn": fairness_topic(enforced), "Message": "a gap"}
    assert refused(as_role(enforced, "watch_fairness", "sns").publish, **topic) == "allowed"


def fairness_topic(deployed: Deployed) -> str:
    """Return the topic of people who want to hear of gaps."""
    environment = functions_of(deployed)["watch_fairness"]["Environment"]["Variables"]
    return str(environment["FAIRNESS_TOPIC"])


def test_a_function_works_with_its_own_role_and_with_nothing_else(enforced: Deployed) -> None:
    """Taken out of its role, the permission is gone from the function: nothing behind it stands in."""
    iam, role = enforced.client("iam"), functions_of(enforced)["find_moments"]["Role"].rsplit("/", 1)[-1]
    (policy,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    asked = {"Records": [{"messageId": "run-1", "body": "{}"}]}

    assert invoke(enforced, "find_moments", asked) == {"batchItemFailures": []}
    iam.delete_role_policy(RoleName=role, PolicyName=policy)
    without = invoke(enforced, "find_moments", asked)
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))

    assert without == {"batchItemFailures": [{"itemIdentifier": "run-1"}]}
    assert invoke(enforced, "find_moments", asked) == {"batchItemFailures": []}
