"""One local AWS with IAM on for the tests of this folder; it is gone when they are over."""

from collections.abc import Iterator

import pytest

from attune_cli.cdk import ROOT
from tests.e2e.conftest import Deployed
from tests.e2e.iam.enforced import WITH_TLS, Enforced, allow_plain_http, say_as_this_aws_reads


@pytest.fixture(scope="package")
def aws() -> Iterator[Enforced]:
    with Enforced(home=ROOT / ".local" / "e2e-iam") as aws:
        deployed = Deployed(aws)
        allow_plain_http(deployed, but=deployed.outputs[WITH_TLS])
        aws.enforce()
        say_as_this_aws_reads(Deployed(aws))
        yield aws


@pytest.fixture(scope="package")
def enforced(aws: Enforced) -> Deployed:
    """The stage, as its administrator sees it."""
    return Deployed(aws)
