"""The contract with Amazon Bedrock's Converse API, against its own service model; whatever goes wrong is a reason."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from botocore.stub import Stubber

from attune.adapters.drafting import BedrockDrafter
from tests.domain.test_drafts import GOOD, grounds

MODEL = "amazon.nova-lite-v1:0"
RECORDED = json.loads(
    (Path(__file__).parents[1] / "support/recorded/bedrock_converse.json").read_text(encoding="utf-8")
)
REQUEST = RECORDED["request"]
"""To the last letter of the prompt: whoever changes it sees here what the model will be told."""


@pytest.fixture
def bedrock() -> Iterator[tuple[Any, Stubber]]:
    client = boto3.client(
        "bedrock-runtime", region_name="eu-central-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    with Stubber(client) as stubber:
        yield client, stubber
        stubber.assert_no_pending_responses()


def answer(text: str = GOOD, stopped: str = "end_turn") -> dict[str, Any]:
    """Return the recorded answer, with other words or another end."""
    message = {"role": "assistant", "content": [{"text": text}]}
    return {**RECORDED["response"], "output": {"message": message}, "stopReason": stopped}


def test_a_draft_is_asked_for_once_with_rules_data_and_limits_apart(bedrock):
    client, stubber = bedrock
    stubber.add_response("converse", RECORDED["response"], REQUEST)

    drafted = BedrockDrafter(client=client, model=MODEL).draft(grounds())

    assert (drafted.text, drafted.reason) == (GOOD, None)
    assert (drafted.input_tokens, drafted.output_tokens) == (812, 64)


def test_a_guardrail_goes_with_the_request_where_the_stage_names_one(bedrock):
    client, stubber = bedrock
    guarded = {**REQUEST, "guardrailConfig": {"guardrailIdentifier": "ab12cd34", "guardrailVersion": "3"}}
    stubber.add_response("converse", answer("Sorry, no.", "guardrail_intervened"), guarded)

    drafted = BedrockDrafter(client=client, model=MODEL, guardrail="ab12cd34:3").draft(grounds())

    assert drafted.reason is not None
    assert (drafted.text, drafted.reason.code) == ("", "draft_guardrail")


@pytest.mark.parametrize(
    ("text", "stopped", "code"),
    [
        ("", "end_turn", "draft_empty"),
        ("  \n", "end_turn", "draft_empty"),
        (GOOD, "content_filtered", "draft_filtered"),
        (GOOD, "max_tokens", "draft_too_long"),
        (GOOD, "malformed_model_output", "draft_stopped"),
        (GOOD, "model_context_window_exceeded", "draft_stopped"),
    ],
)
def test_an_answer_that_is_no_whole_reply_is_none(bedrock, text, stopped, code):
    client, stubber = bedrock
    stubber.add_response("converse", answer(text, stopped), REQUEST)

    drafted = BedrockDrafter(client=client, model=MODEL).draft(grounds())

    assert drafted.reason is not None
    assert (drafted.text, drafted.reason.code) == ("", code)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        ("ThrottlingException", 429, "draft_throttled"),
        ("ModelTimeoutException", 408, "draft_timed_out"),
        ("AccessDeniedException", 403, "draft_not_allowed"),
        ("ResourceNotFoundException", 404, "draft_no_model"),
        ("ServiceUnavailableException", 503, "draft_failed"),
    ],
)
def test_what_bedrock_refuses_is_a_reason_and_no_error(bedrock, error, status, code):
    client, stubber = bedrock
    stubber.add_client_error("converse", error, "no", status, expected_params=REQUEST)

    drafted = BedrockDrafter(client=client, model=MODEL).draft(grounds())

    assert drafted.reason is not None
    assert drafted.reason.code == code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ReadTimeoutError(endpoint_url="https://bedrock"), "draft_timed_out"),
        (EndpointConnectionError(endpoint_url="https://bedrock"), "draft_failed"),
    ],
)
def test_a_network_that_fails_is_a_reason_and_no_error(error, code):
    class Broken:
        def converse(self, **_):
            raise error

    drafted = BedrockDrafter(client=Broken(), model=MODEL).draft(grounds())

    assert drafted.reason is not None
    assert drafted.reason.code == code
