"""Clients of functions: one session, the credentials that Lambda gave, and what botocore knows of its services."""

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import UnknownServiceError
from botocore.loaders import JSONFileLoader, Loader

from attune.adapters import aws_clients
from attune.adapters.aws_clients import PlainFileLoader, client


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


SERVICES = ("athena", "dynamodb", "events", "firehose", "lambda", "pinpoint-sms-voice-v2", "s3", "secretsmanager")
SERVICES += ("sesv2", "sns", "sqs", "stepfunctions", "bedrock-runtime", "comprehend", "cloudformation", "kms")


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("kind", ["service-2", "endpoint-rule-set-1", "paginators-1"])
def test_what_botocore_knows_of_a_service_is_read_whole_and_in_order(service, kind):
    plain = Loader(file_loader=PlainFileLoader()).load_service_model(service, kind)
    botocores = Loader(file_loader=JSONFileLoader()).load_service_model(service, kind)

    assert json.dumps(plain) == json.dumps(botocores)


@pytest.mark.parametrize("name", ["endpoints", "partitions", "sdk-default-configuration", "_retry"])
def test_what_botocore_knows_of_all_services_is_read_whole_and_in_order(name):
    assert json.dumps(Loader(file_loader=PlainFileLoader()).load_data(name)) == json.dumps(Loader().load_data(name))


def test_a_service_that_does_not_exist_is_named():
    with pytest.raises(UnknownServiceError, match="carrier-pigeon"):
        client("carrier-pigeon")


def test_data_of_other_folders_are_found_as_botocore_finds_them(monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    (tmp_path / "endpoints.json").write_text('{"from": "elsewhere"}')

    assert aws_clients._session().get_component("data_loader").load_data("endpoints") == {"from": "elsewhere"}
