"""A local AWS that enforces IAM, and what has to be said differently for it to read our policies as AWS does."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from attune_cli.local_aws import LocalAws
from attune_cli.process_group import end_group
from tests.e2e.conftest import Deployed

ROOT_KEY = "local"
"""What the command line signs with on this machine: told to the local AWS as the account's own key."""
WITH_TLS = "FairnessLooksQueueUrl"
"""The queue that keeps its refusal of plain HTTP, to be tried."""
PLACELESS = frozenset(
    {"athena:GetQueryExecution", "athena:GetQueryResults", "athena:StopQueryExecution", "ses:SendEmail"}
)
"""What the local AWS takes for something done to no resource: queries have a work group, and email an identity."""


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

    def log(self) -> str:
        """Return what the local AWS and the functions in it have written since it enforces."""
        return (self.home / "log" / "ministack.log").read_text(encoding="utf-8", errors="replace")


def say_as_this_aws_reads(deployed: Deployed) -> None:
    """Write policies as the local AWS reads them, in four places where it is not AWS.

    It resolves `Ref` of a secret to its name, AWS to its ARN. It knows no `events:source`, so that the statement which
    binds a publisher to its own source would refuse everything. It does not see what a few actions are done to. It gives a
    parameter without a name one that begins with a slash. These bindings are asserted on the templates.
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
            said = {**document, "Statement": [new for one in document["Statement"] for new in _said(one, secrets)]}
            if said != document:
                iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(said))


def _said(statement: Mapping[str, Any], secrets: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return a statement as the local AWS reads it."""
    said = dict(statement)
    if "Resource" in said:
        named = [said["Resource"]] if isinstance(said["Resource"], str) else said["Resource"]
        said["Resource"] = [secrets.get(one, one).replace(":parameter//", ":parameter/") for one in named]
    if "events:source" in str(said.get("Condition")):
        del said["Condition"]
    actions = [said["Action"]] if isinstance(said["Action"], str) else said["Action"]
    placeless = sorted(PLACELESS & set(actions))
    return [said, *([{"Effect": "Allow", "Action": placeless, "Resource": "*"}] if placeless else [])]


def allow_plain_http(deployed: Deployed, *, but: str) -> None:
    """Take the refusal of plain HTTP out of the policies of queues, buckets and topics: the endpoint here has no TLS.

    One queue keeps it, to be tried. That all have it is asserted on the templates.
    """
    sqs, s3, sns = deployed.client("sqs"), deployed.client("s3"), deployed.client("sns")
    for url in sqs.list_queues(MaxResults=1000).get("QueueUrls", []):
        policy = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]).get("Attributes", {}).get("Policy")
        if policy and url.rpartition("/")[2] != but.rpartition("/")[2]:
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": _without_denials(policy)})
    for bucket in s3.list_buckets()["Buckets"]:
        policy = s3.get_bucket_policy(Bucket=bucket["Name"])["Policy"]
        left = _without_denials(policy)
        if left:
            s3.put_bucket_policy(Bucket=bucket["Name"], Policy=left)
        else:
            s3.delete_bucket_policy(Bucket=bucket["Name"])
    for topic in sns.list_topics()["Topics"]:
        arn = topic["TopicArn"]
        policy = sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=_without_denials(policy))


def _without_denials(policy: str) -> str:
    """Return a policy without what it denies; empty where nothing is left."""
    document = json.loads(policy)
    document["Statement"] = [one for one in document["Statement"] if one["Effect"] != "Deny"]
    return json.dumps(document) if document["Statement"] else ""


def roles(deployed: Deployed) -> list[str]:
    """Return the names of the stage's roles."""
    pages = deployed.client("iam").get_paginator("list_roles").paginate()
    return [
        role["RoleName"] for page in pages for role in page["Roles"] if role["RoleName"].startswith("attune-local-")
    ]


def functions_of(deployed: Deployed) -> dict[str, Mapping[str, Any]]:
    """Return each function's configuration by the name of its folder."""
    pages = deployed.client("lambda").get_paginator("list_functions").paginate()
    functions = [one for page in pages for one in page["Functions"] if one["Handler"].startswith("functions.")]
    return {one["Handler"].split(".")[1]: one for one in functions}


def invoke(deployed: Deployed, function: str, payload: Mapping[str, Any]) -> Any:
    """Ask a function directly; what it does, it does with its own role. Return its answer, or the error it ended with."""
    name = functions_of(deployed)[function]["FunctionName"]
    answer = deployed.client("lambda").invoke(FunctionName=name, Payload=json.dumps(payload))
    return json.loads(answer["Payload"].read())


def as_role(deployed: Deployed, function: str, service: str) -> Any:
    """Return a client with the credentials of a function's role, taken by a session that may assume it in the test."""
    configuration = functions_of(deployed)[function]
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


def refused(call: Callable[..., Any], **arguments: Any) -> str:
    """Return the code with which something was refused, or what it was allowed to do."""
    try:
        call(**arguments)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "allowed"
