"""Have a model of Amazon Bedrock draft a reply (Converse API). Nobody waits for it: whatever goes wrong is a reason, never an error."""

from dataclasses import dataclass
from typing import Any, Protocol

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ReadTimeoutError

from attune.domain.decisions import Reason
from attune.domain.drafts import SYSTEM, Grounds, user_prompt

PATIENCE = Config(retries={"mode": "standard", "max_attempts": 2}, connect_timeout=2, read_timeout=11)
"""Two tries within the time that a function has for one message."""
MOST_TOKENS = 400
_STOPPED = {
    "guardrail_intervened": Reason("draft_guardrail", "The guardrail stopped the draft."),
    "content_filtered": Reason("draft_filtered", "The model's own filter stopped the draft."),
    "max_tokens": Reason("draft_too_long", "The draft is longer than a reply should be."),
}
_FAILED = {
    "ThrottlingException": Reason("draft_throttled", "The model had too much to do."),
    "ModelTimeoutException": Reason("draft_timed_out", "The model took too long."),
    "AccessDeniedException": Reason("draft_not_allowed", "This account may not use the model."),
    "ResourceNotFoundException": Reason("draft_no_model", "There is no such model in this region."),
}


@dataclass(frozen=True, kw_only=True)
class Drafted:
    """What a model made of a request: words, or the reason why there are none; tokens are what it is paid by."""

    text: str = ""
    reason: Reason | None = None
    input_tokens: int = 0
    output_tokens: int = 0


class Converses(Protocol):
    """The client of bedrock-runtime, as far as it is used."""

    def converse(self, **request: Any) -> Any:
        """Ask a model once."""


@dataclass(frozen=True, kw_only=True)
class BedrockDrafter:
    """One model, with a guardrail where the stage names one (`<id>:<version>`)."""

    client: Converses
    model: str
    guardrail: str = ""

    def draft(self, grounds: Grounds) -> Drafted:
        """Ask for a draft once; its words are still to be checked."""
        try:
            answer: Any = self.client.converse(**self._request(grounds))
        except ClientError as error:
            code = error.response["Error"]["Code"]
            return Drafted(reason=_FAILED.get(code, Reason("draft_failed", f"The model could not be asked: {code}.")))
        except (ReadTimeoutError, ConnectTimeoutError):
            return Drafted(reason=_FAILED["ModelTimeoutException"])
        except BotoCoreError as error:
            return Drafted(reason=Reason("draft_failed", f"The model could not be asked: {type(error).__name__}."))
        return _read(answer)

    def _request(self, grounds: Grounds) -> dict[str, Any]:
        request: dict[str, Any] = {
            "modelId": self.model,
            "system": [{"text": SYSTEM}],
            "messages": [{"role": "user", "content": [{"text": user_prompt(grounds)}]}],
            "inferenceConfig": {"maxTokens": MOST_TOKENS, "temperature": 0.0},
        }
        if self.guardrail:
            name, _, version = self.guardrail.partition(":")
            request["guardrailConfig"] = {"guardrailIdentifier": name, "guardrailVersion": version}
        return request


def _read(answer: Any) -> Drafted:
    usage = answer.get("usage", {})
    tokens = {"input_tokens": usage.get("inputTokens", 0), "output_tokens": usage.get("outputTokens", 0)}
    stopped = answer["stopReason"]
    if stopped not in ("end_turn", "stop_sequence"):
        reason = _STOPPED.get(stopped, Reason("draft_stopped", f"The model did not finish: {stopped}."))
        return Drafted(reason=reason, **tokens)
    content = answer.get("output", {}).get("message", {}).get("content", [])
    text = "".join(part.get("text", "") for part in content).strip()
    if not text:
        return Drafted(reason=Reason("draft_empty", "The model wrote nothing that could be sent."), **tokens)
    return Drafted(text=text, **tokens)
