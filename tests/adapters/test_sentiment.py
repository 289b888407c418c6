"""Both readers of sentiment keep one contract; the embedded one meets the bars, Comprehend's falls back and says so."""

import csv
from collections.abc import Callable

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError
from botocore.stub import ANY, Stubber
from hypothesis import given
from hypothesis import strategies as st

from attune.adapters.sentiment import read_reply_text, reader_for
from attune.adapters.sentiment_comprehend import FELL_BACK, LONGEST_BYTES, UNREAD, ComprehendSentiment
from attune.adapters.sentiment_embedded import WORDS, EmbeddedSentiment, lexicon_of
from attune.domain.sentiment import Polarity, Sentiment, SentimentReader
from tests.support.replies import DATA, ROOT, labelled, other_languages

BANKING = DATA / "banking77" / "train.csv"
SCORES = {"Positive": 0.02, "Negative": 0.95, "Neutral": 0.02, "Mixed": 0.01}


def answer(sentiment: str, **scores: float) -> dict:
    return {"Sentiment": sentiment, "SentimentScore": {**SCORES, **scores}}


class Comprehend:
    """Answers as Comprehend does, by a word in the text."""

    def detect_sentiment(self, *, Text: str, LanguageCode: str) -> dict:  # noqa: N803 - AWS's names
        if "terrible" in Text:
            return answer("NEGATIVE")
        if "wonderful" in Text:
            return answer("POSITIVE", Positive=0.97, Negative=0.01)
        return answer("NEUTRAL", Neutral=0.9)


READERS: list[Callable[[], SentimentReader]] = [
    EmbeddedSentiment,
    lambda: ComprehendSentiment(Comprehend(), EmbeddedSentiment()),
]


@pytest.fixture(params=READERS, ids=["embedded", "comprehend"])
def reader(request: pytest.FixtureRequest) -> SentimentReader:
    return request.param()


def test_a_reader_tells_unhappy_happy_and_neutral_apart(reader):
    unhappy = reader.read("a terrible experience, terrible service", "en")
    happy = reader.read("what a wonderful shop", "en")

    assert (unhappy.polarity, unhappy.is_strong) == (Polarity.NEGATIVE, True)
    assert happy.polarity is Polarity.POSITIVE
    assert reader.read("the parcel is at the door", "en") == Sentiment()
    assert unhappy.rules


@pytest.mark.parametrize("locale", ["", "en", "de-AT", "zh_TW", "zh-TW", "xx", "tlh", "💥", "-"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\0",
        "\ud800",
        "💥",
        "🙏" * 4_000,
        "e\u0301" * 300_000,
        "a" * 1_000_000,
        "ﷺ" * 200_000,
        "stop " * 200_000,
    ],
)
def test_a_reader_never_raises_for_any_text_up_to_a_megabyte(reader, text, locale):
    assert 0 <= reader.read(text, locale).strength <= 1


@given(st.text(), st.sampled_from(["", "en", "de", "ja", "pt-BR"]))
def test_the_same_text_is_read_the_same_way(text, locale):
    assert read_reply_text(text, locale) == read_reply_text(text, locale)


@pytest.mark.parametrize(
    ("locale", "unhappy", "neutral"),
    [
        ("de", "Frechheit, ich warte seit drei Wochen", "Wann kommt mein Paket?"),
        ("es", "pésimo servicio", "¿Cuándo llega mi pedido?"),
        ("fr", "c'est inadmissible, toujours pas reçu", "Quand arrive ma commande ?"),
        ("it", "pessimo servizio, mai più", "Quando arriva il mio ordine?"),
        ("pt", "péssimo atendimento, quero meu dinheiro", "Quando chega a encomenda?"),
        ("nl", "waardeloos, al drie weken geen antwoord", "Wanneer komt mijn pakket?"),
        ("ja", "最悪です。まだ届いていません", "いつ届きますか"),
        ("zh", "垃圾服务 等了三周", "什么时候发货"),
    ],
)
def test_the_embedded_reader_knows_how_other_languages_complain(locale, unhappy, neutral):
    assert read_reply_text(unhappy, locale).is_unhappy
    assert not read_reply_text(neutral, locale).is_unhappy


@pytest.mark.parametrize("locale", ["de", "es", "fr", "ja"])
def test_replies_in_other_languages_that_were_tuned_on_stay_as_they_are(locale):
    replies = [reply for reply in other_languages("replies_in_other_languages.tsv") if reply[0] == locale]

    assert [text for _, unhappy, text in replies if read_reply_text(text, locale).is_unhappy != unhappy] == []


def test_of_the_replies_in_other_languages_kept_apart_as_many_are_found_as_docs_say():
    replies = other_languages("replies_in_other_languages_unseen.tsv")
    found = sum(read_reply_text(text, locale).is_unhappy for locale, _, text in replies)

    assert f"({found} of {len(replies)})" in (ROOT / "docs/sentiment.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("de", "Mit der Beratung bin ich nicht zufrieden"),
        ("es", "No estoy nada contento con la atención"),
        ("fr", "Je ne suis pas du tout satisfait"),
        ("ja", "対応に満足していません"),
        ("nl", "Ik ben niet tevreden"),
        ("it", "Non sono contento"),
        ("pt", "Não estou satisfeito"),
    ],
)
def test_a_kind_word_that_is_denied_is_no_praise(locale, text):
    assert read_reply_text(text, locale).sentiment is Polarity.NEGATIVE


@pytest.mark.parametrize("text", ["I feel completely ignored", "I am being ignored", "i'm not paying for this"])
def test_short_english_is_read_as_english_without_a_locale(text):
    assert read_reply_text(text).is_unhappy


@pytest.mark.parametrize(
    "text",
    [
        "The wedding is on 4 June",
        "My mother needs a wheelchair at the gate",
        "The driver was very polite",
        "I am paying by card",
    ],
)
def test_whom_it_touches_and_praise_are_no_complaint(text):
    assert not read_reply_text(text).is_unhappy


@pytest.mark.parametrize("text", ["Где мой заказ? Это ужасно", "خدمة سيئة جدا", "최악의 서비스"])
def test_in_a_language_without_words_of_ours_nothing_is_guessed(text):
    assert read_reply_text(text).sentiment is Polarity.NEUTRAL


@pytest.mark.parametrize("language", sorted(path.stem for path in WORDS.glob("*.toml")))
def test_every_word_list_can_be_read_and_weighs_within_its_scale(language):
    lexicon = lexicon_of(language)

    assert lexicon is not None
    assert all(-4 <= weight <= 4 for weight in lexicon.valences.values())
    assert all(0 < wording.weight < 1 for wording in (*lexicon.rules, *lexicon.eases))


def test_unhappy_replies_of_trades_kept_apart_are_found():
    read = [(unhappy, read_reply_text(text).is_unhappy) for unhappy, text in labelled("held_out")]
    found = sum(unhappy and seen for unhappy, seen in read)

    assert found / sum(unhappy for unhappy, _ in read) >= 0.70
    assert found / sum(seen for _, seen in read) >= 0.85


@pytest.mark.skipif(not BANKING.exists(), reason=f"needs {BANKING}, which is not part of the repository")
def test_neutral_questions_to_a_bank_are_hardly_ever_strongly_unhappy_and_never_a_wish_to_stop():
    with BANKING.open(encoding="utf-8", newline="") as file:
        read = [read_reply_text(row["text"]) for row in csv.DictReader(file)]

    assert sum(reading.is_strong for reading in read) / len(read) <= 0.05
    assert sum(reading.is_opt_out for reading in read) / len(read) <= 0.0005


def comprehend() -> tuple[Stubber, ComprehendSentiment]:
    client = boto3.client("comprehend", region_name="us-east-1", config=Config(retries={"max_attempts": 1}))
    return Stubber(client), ComprehendSentiment(client, EmbeddedSentiment())


def test_comprehend_is_asked_in_the_language_of_the_text_and_its_confidence_becomes_the_strength():
    stub, reader = comprehend()
    stub.add_response(
        "detect_sentiment", answer("NEGATIVE", Negative=0.9), {"Text": "wo ist mein Paket", "LanguageCode": "de"}
    )
    with stub:
        assert reader.read("wo ist mein Paket", "en") == Sentiment(Polarity.NEGATIVE, 0.8, ("comprehend.negative.de",))
    stub.assert_no_pending_responses()


def test_praise_and_blame_together_count_as_blame_below_strong():
    stub, reader = comprehend()
    stub.add_response("detect_sentiment", answer("MIXED"), {"Text": ANY, "LanguageCode": "en"})
    with stub:
        assert reader.read("nice shoes, late parcel", "en") == Sentiment(Polarity.NEGATIVE, 0.5, ("comprehend.mixed",))


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException", "InternalServerException"])
def test_where_comprehend_fails_the_embedded_reader_reads_and_the_rules_say_so(code):
    stub, reader = comprehend()
    stub.add_client_error("detect_sentiment", code, "canary words")
    with stub:
        read = reader.read("worst service ever", "en")

    assert (read.is_unhappy, read.rules[0]) == (True, FELL_BACK)
    assert read.rules[1:] == EmbeddedSentiment().read("worst service ever", "en").rules


class Silent:
    def detect_sentiment(self, **_: str) -> dict:
        raise ReadTimeoutError(endpoint_url="https://comprehend.example")


class Odd:
    def detect_sentiment(self, **_: str) -> dict:
        return {"Sentiment": "BEWILDERED", "SentimentScore": {}}


@pytest.mark.parametrize("client", [Silent(), Odd()])
def test_silence_and_answers_nobody_knows_are_failures_too(client):
    assert ComprehendSentiment(client, EmbeddedSentiment()).read("worst service ever", "en").rules[0] == FELL_BACK


def test_a_language_that_comprehend_does_not_know_is_not_sent_to_it():
    stub, reader = comprehend()
    with stub:
        assert reader.read("waardeloze service, nooit meer", "nl").rules[0] == UNREAD


def test_no_more_is_sent_than_comprehend_takes():
    class Counting(Comprehend):
        def detect_sentiment(self, *, Text: str, LanguageCode: str) -> dict:  # noqa: N803 - AWS's names
            assert len(Text.encode()) <= LONGEST_BYTES
            return super().detect_sentiment(Text=Text, LanguageCode=LanguageCode)

    assert ComprehendSentiment(Counting(), EmbeddedSentiment()).read("ü wonderful " * 9_000, "de").rules == (
        "comprehend.positive.de",
    )


def test_the_setting_chooses_the_reader():
    assert isinstance(reader_for("embedded"), EmbeddedSentiment)
    assert isinstance(reader_for("comprehend", Comprehend()), ComprehendSentiment)
