"""Sentiment by Amazon Comprehend, for its twelve languages; the embedded reader where it cannot or does not answer."""

from dataclasses import replace
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from attune.adapters.logs import Logger
from attune.domain.languages import language_of
from attune.domain.reply_text import plain_text
from attune.domain.sentiment import Polarity, Sentiment, SentimentReader

LANGUAGES = frozenset({"ar", "de", "en", "es", "fr", "hi", "it", "ja", "ko", "pt", "zh", "zh-TW"})
LONGEST_BYTES = 5_000
"""What DetectSentiment takes, in UTF-8."""
FELL_BACK = "comprehend.failed"
UNREAD = "comprehend.unread"
_SURE = 0.5
_MIXED_STRENGTH = 0.5

logger = Logger()


class ComprehendClient(Protocol):
    """The one operation of boto3's client that is called."""

    def detect_sentiment(self, *, Text: str, LanguageCode: str) -> Any:  # noqa: N803 - AWS's names
        """Return `Sentiment` and `SentimentScore`."""
        ...


class ComprehendSentiment:
    """Asks Comprehend; its confidence above one half, doubled, is the strength."""

    def __init__(self, client: ComprehendClient, fallback: SentimentReader) -> None:
        """Keep the client, and who reads what it cannot."""
        self._client = client
        self._fallback = fallback

    def read(self, text: str, locale: str) -> Sentiment:
        """Return how a text sounds; the rule ids say when the fallback read it, and why."""
        plain = plain_text(text)
        language = language_of(plain, locale) or locale.partition("-")[0].casefold()
        if locale.casefold().startswith(("zh-tw", "zh-hant")) and language == "zh":
            language = "zh-TW"
        if not plain.plain:
            return Sentiment()
        if language not in LANGUAGES:
            return self._by_fallback(text, locale, UNREAD)
        try:
            answer = self._client.detect_sentiment(Text=_cut(plain.written), LanguageCode=language)
            return _sentiment_of(answer, language)
        except (ClientError, BotoCoreError, KeyError, TypeError, ValueError) as error:
            # The name alone: messages of services may quote what they were asked about.
            logger.warning("comprehend_failed", error=type(error).__name__)
            return self._by_fallback(text, locale, FELL_BACK)

    def _by_fallback(self, text: str, locale: str, why: str) -> Sentiment:
        read = self._fallback.read(text, locale)
        return replace(read, rules=(why, *read.rules))


def _sentiment_of(answer: Any, language: str) -> Sentiment:
    scores = {name.casefold(): float(score) for name, score in answer["SentimentScore"].items()}
    label = str(answer["Sentiment"]).casefold()
    if label == "mixed":
        # Praise and blame together: the blame is what somebody should hear.
        return Sentiment(Polarity.NEGATIVE, _MIXED_STRENGTH, ("comprehend.mixed",))
    polarity = Polarity(label)
    if polarity is Polarity.NEUTRAL:
        return Sentiment()
    strength = max(0.0, min(1.0, (scores[label] - _SURE) / (1 - _SURE)))
    return Sentiment(polarity, round(strength, 4), (f"comprehend.{polarity}.{language}",))


def _cut(text: str) -> str:
    return text.encode()[:LONGEST_BYTES].decode(errors="ignore")
