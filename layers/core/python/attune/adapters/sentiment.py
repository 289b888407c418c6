"""Read what somebody wrote: with the embedded reader, or the one that a stage is switched to."""

from functools import cache
from typing import Any, Literal

from attune.adapters.sentiment_comprehend import ComprehendSentiment
from attune.adapters.sentiment_embedded import EmbeddedSentiment
from attune.domain.replies import Reading, interpret
from attune.domain.sentiment import SentimentReader

type SentimentSetting = Literal["embedded", "comprehend"]


def read_reply_text(text: str, locale: str = "") -> Reading:
    """Return all that is read from a short text with the embedded reader, as `ingest_events` does by default.

    `locale` (BCP 47, e.g. `de-AT`) is the customer's, empty if unknown. Never raises.
    """
    return interpret(text, _embedded(), locale)


def reader_for(setting: SentimentSetting, client: Any = None) -> SentimentReader:
    """Return the reader of a stage; `client` is Comprehend's, needed for that setting alone."""
    if setting == "comprehend":
        return ComprehendSentiment(client, _embedded())
    return _embedded()


@cache
def _embedded() -> EmbeddedSentiment:
    return EmbeddedSentiment()
