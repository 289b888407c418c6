"""Reach one deployed stage: which endpoint, which credentials, which names its stacks gave to things."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from attune.adapters.athena import Athena
from attune_cli.errors import CommandError, InputError

LOCAL_REGION = "us-east-1"
LOCAL_ACCOUNT = "000000000000"
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
CLIENT_CONFIG = Config(retries={"mode": "standard", "max_attempts": 4}, connect_timeout=5)


class EndpointSession(boto3.Session):
    """A session all of whose clients speak to one endpoint, with made-up credentials where that is this machine."""

    def __init__(self, endpoint: str) -> None:
        """Remember the endpoint; real credentials are never sent to a local one."""
        if is_loopback(endpoint):
            super().__init__(aws_access_key_id="local", aws_secret_access_key="local", region_name=LOCAL_REGION)  # noqa: S106
        else:
            super().__init__(region_name=region_of_environment())
        self.endpoint = endpoint

    if not TYPE_CHECKING:  # the checker keeps boto3's own signatures, one for each service

        def client(self, service_name: str, **options: Any) -> Any:
            """Make a client of a service at the endpoint."""
            return super().client(service_name, **{"endpoint_url": self.endpoint, "config": CLIENT_CONFIG, **options})

        def resource(self, service_name: str, **options: Any) -> Any:
            """Make a resource of a service at the endpoint."""
            return super().resource(service_name, **{"endpoint_url": self.endpoint, "config": CLIENT_CONFIG, **options})


@dataclass(frozen=True)
class Stage:
    """A deployed stage and the session that reaches it."""

    name: str
    session: boto3.Session
    endpoint: str = ""

    @property
    def is_local(self) -> bool:
        """Whether this is an AWS on this machine."""
        return is_loopback(self.endpoint)

    @cached_property
    def outputs(self) -> Mapping[str, str]:
        """The outputs of the stage's stacks by name; raise CommandError where it is not deployed."""
        client = self.session.client("cloudformation")
        found: dict[str, str] = {}
        for part in ("state", "service"):
            try:
                stacks = client.describe_stacks(StackName=f"attune-{self.name}-{part}")["Stacks"]
            except ClientError as error:
                if "does not exist" not in str(error):
                    raise
                continue
            found |= {
                output["OutputKey"]: output["OutputValue"] for stack in stacks for output in stack.get("Outputs", [])
            }
        if not found:
            place = self.endpoint or f"region {self.session.region_name}"
            raise CommandError(
                f"stage {self.name!r} is not deployed at {place}",
                "attune local up" if self.is_local else "another --stage, AWS_PROFILE or AWS_REGION",
            )
        return found

    def output(self, name: str) -> str:
        """Return one output; raise CommandError where the stacks have none of that name."""
        try:
            return self.outputs[name]
        except KeyError as error:
            raise CommandError(
                f"the stacks of stage {self.name!r} have no output {name!r}", "deploy this version of Attune"
            ) from error

    def athena(self, *, patience: float = 600.0) -> Athena:
        """Return who answers questions about the stage's lake, within `patience` seconds each."""
        work_group, database = self.output("WorkGroup"), self.output("LakeDatabase")
        client = self.session.client("athena")
        return Athena(client=client, work_group=work_group, database=database, patience=patience)


def reach(name: str, endpoint: str) -> Stage:
    """Return a stage at an endpoint, or in AWS by the usual environment where the endpoint is empty."""
    if endpoint:
        if urlparse(endpoint).scheme not in {"http", "https"} or not urlparse(endpoint).hostname:
            raise InputError(f"{endpoint!r} is not an endpoint", "a URL such as http://127.0.0.1:4566")
        return Stage(name, EndpointSession(endpoint), endpoint)
    session = boto3.Session(region_name=region_of_environment())
    if session.region_name is None:
        raise InputError("no AWS region is set", "export AWS_REGION=…, or --endpoint-url for a local AWS")
    return Stage(name, session)


def region_of_environment() -> str | None:
    """Return `AWS_REGION`, which the CDK and other AWS tools obey and boto3 does not; None leaves it to boto3."""
    return os.environ.get("AWS_REGION") or None


def is_loopback(endpoint: str) -> bool:
    """Whether an endpoint is on this machine."""
    return (urlparse(endpoint).hostname or "") in LOOPBACK
