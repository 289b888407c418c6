"""Clients of functions: one session, and the credentials that Lambda gave."""

from collections.abc import Iterator

import pytest

from attune.adapters import aws_clients
from attune.adapters.aws_clients import client


@pytest.fixture(autouse=True)
def _a_session_of_its_own() -> Iterator[None]:
    """The session is one for the process: none from before, and none of these afterwards."""
    aws_clients._session.cache_clear()
    yield
    aws_clients._session.cache_clear()


def told_to(service: str) -> tuple[str, str, str | None, str]:
    credentials = client(service)._request_signer._credentials
    return credentials.access_key, credentials.secret_key, credentials.token, credentials.method


def test_a_function_signs_with_what_its_role_was_given(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of the role")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "for some hours")

    assert told_to("dynamodb")[:3] == ("ASIAEXAMPLE", "of the role", "for some hours")
    assert told_to("sqs")[:3] == ("ASIAEXAMPLE", "of the role", "for some hours")


def test_credentials_that_end_are_left_to_botocore_to_renew(monkeypatch):
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", "2099-01-01T00:00:00Z")

    assert told_to("dynamodb")[3] == "env"


def test_elsewhere_than_in_lambda_botocore_looks_for_credentials_itself(monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    file = tmp_path / "credentials"
    file.write_text("[default]\naws_access_key_id = from-a-file\naws_secret_access_key = also\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))

    assert told_to("dynamodb")[:2] == ("from-a-file", "also")
