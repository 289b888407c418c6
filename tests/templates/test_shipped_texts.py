import re
from collections import defaultdict

import pytest

from attune.domain.liquid_sandbox import _template
from attune.domain.liquid_scan import names_used
from attune.domain.sms import count_segments
from attune.domain.texts import NotFound, Text, TextChannel, TextKind, find
from attune_cli.linting.folders import lint_path
from tests.templates.shipped import REQUIRED, SENDER, TEMPLATES, library, rendered, samples

TEXTS = library().texts
EVERY_TEXT = pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.name)
DISCOUNT_WORDS = re.compile(
    r"discount|coupon|voucher|% off|\bcode\b|\bless\b|rabatt|gutschein|günstiger|\d ?%", re.IGNORECASE
)
PRESSURE_WORDS = re.compile(
    r"hurry|last chance|only .* left|act now|don't miss|expires soon|miss you|"
    r"beeil|letzte chance|nur noch|jetzt zuschlagen|nicht verpassen|leider|vermissen|"
    r"dese prisa|última oportunidad|solo quedan|no se pierda|le echamos de menos|"
    r"お急ぎ|今すぐ|残りわずか|最後のチャンス|お見逃し|!|\uff01",
    re.IGNORECASE,
)
APOLOGY_WORDS = re.compile(
    r"sorry|apolog|tut (?:uns|mir) leid|entschuldig|lo sentimos|siento|disculp|perdón|申し訳|お詫び|すみません",
    re.IGNORECASE,
)
LONG_VALUES = {
    "company_name": "Harbour & Sons Outdoor Trading",
    "phone": "+49 30 2312 500-123",
    "order_number": "ORD-2026-0020417",
    "code": "WILLKOMMEN-2026-10",
    "discount": "10.00 EUR",
    "new_date": "2026-09-30",
    "ends_on": "2026-09-30",
    "answer_by": "2026-09-30T14:00",
    "help_url": "https://www.harbour.example/help/ordering",
    "tracking_url": "https://track.example/?id=0034043416109400",
}
LONG_IN_LANGUAGE = {"ja": {"company_name": "ハーバー・アウトドア用品販売株式会社", "phone": "0120-000-000"}}
UCS2_LOCALES = {"ja"}


@EVERY_TEXT
def test_somebody_approved_exactly_these_words(text: Text):
    if library().approval_of(text) is None:
        pytest.fail(
            f"nobody approved messages/{text.name} as it is now. Read it, then: "
            f"attune approve {text.message} --channel {text.channel} --locale {text.locale} --approver ... --role ..."
        )


def test_every_approval_is_of_words_that_exist():
    shipped = {(text.message, text.channel, text.locale, text.content_hash) for text in TEXTS}
    stale = [
        f"{approval.message}/{approval.channel}.{approval.locale} {approval.content_hash}"
        for approval in library().approvals
        if (approval.message, approval.channel, approval.locale, approval.content_hash) not in shipped
    ]

    assert stale == []


def test_everything_shipped_lints_clean():
    found = lint_path(TEMPLATES, shipped=TEMPLATES).findings

    assert [f"{one.path}:{one.line} {one.rule} {one.words}" for one in found] == []


@EVERY_TEXT
def test_a_text_renders_with_its_samples(text: Text):
    message = rendered(text, SENDER | samples(text))

    assert message.fallbacks == ()
    assert "{{" not in message.text
    assert "{%" not in message.text
    assert "\ue000" not in message.text + (message.html or "") + (message.subject or "")


@EVERY_TEXT
def test_a_text_reads_well_with_its_fallbacks_alone(text: Text):
    message = rendered(text, REQUIRED if text.channel is TextChannel.EMAIL else {})

    assert set(message.fallbacks) == {slot.name for slot in text.slots} - (
        set(REQUIRED) if text.channel is TextChannel.EMAIL else set()
    )
    assert not re.search(r"  | [,.?!](\s|$)|\(\)|:\s*$", message.text.partition("\n---\n")[0])


@EVERY_TEXT
def test_the_scan_finds_the_same_slots_as_liquid_itself(text: Text):
    sources = text.body, text.subject
    by_liquid = {name for source in sources for name in _template(source, marked=True).global_variables()}

    assert {name for source in sources for name in names_used(source)} == by_liquid


def words_of(text: Text, values: dict[str, str] | None = None) -> str:
    message = rendered(text, SENDER | (samples(text) if values is None else values))
    return f"{message.subject or ''}\n{message.text}"


@EVERY_TEXT
def test_no_text_presses_or_shames(text: Text):
    assert not PRESSURE_WORDS.search(words_of(text))


@EVERY_TEXT
def test_sorry_is_said_once_where_we_were_late_and_nowhere_else(text: Text):
    first_about_a_delay = text.moment == "delivery_delay" and text.touch <= 1

    assert len(APOLOGY_WORDS.findall(words_of(text))) == (1 if first_about_a_delay else 0)


@EVERY_TEXT
def test_a_first_touch_sells_nothing(text: Text):
    if text.touch == 1:
        # To write to somebody who left is promotion whatever it says; it asks a question and offers nothing.
        assert text.kind is (TextKind.PROMOTIONAL if text.moment == "win_back" else TextKind.SERVICE)
        assert not text.offer
        assert not DISCOUNT_WORDS.search(words_of(text))


@EVERY_TEXT
def test_an_email_greets_and_closes_as_its_tone_does(text: Text):
    if text.channel is TextChannel.EMAIL:
        tone, locale = library().tones.profiles[text.tone], text.locale
        words = rendered(text, SENDER | samples(text)).text
        greeting = tone.greeting[locale].replace("{name}", samples(text)["first_name"])

        assert words.startswith(greeting)
        assert "\n\n" + tone.closing[locale].replace("{company}", SENDER["company_name"]) + "\n\n---" in words


@EVERY_TEXT
def test_an_offer_is_promotional_and_says_its_code_and_its_end(text: Text):
    if text.offer:
        assert text.kind is TextKind.PROMOTIONAL
        assert {"code", "ends_on"} <= {slot.name for slot in text.slots}
        assert "2026" in rendered(text, SENDER | samples(text)).text


@EVERY_TEXT
def test_an_offer_without_its_code_offers_nothing(text: Text):
    if text.offer:
        without_code = {name: value for name, value in samples(text).items() if name != "code"}
        words = rendered(text, SENDER | without_code).text

        assert not re.search(r"\d ?%|2026", words)


@EVERY_TEXT
def test_an_sms_stays_in_two_segments_and_says_how_to_stop(text: Text):
    if text.channel is TextChannel.SMS:
        for values in (samples(text), {}, LONG_VALUES | LONG_IN_LANGUAGE.get(text.locale, {})):
            message = rendered(text, values)
            assert message.sms_segments is not None
            assert message.sms_segments <= 2
            assert "STOP" in message.text


@EVERY_TEXT
def test_an_sms_is_written_in_the_cheap_alphabet_where_the_language_has_one(text: Text):
    if text.channel is TextChannel.SMS and text.locale not in UCS2_LOCALES:
        for values in (samples(text), {}):
            beyond = {char for char in rendered(text, values).text if count_segments(char * 80) > 1}
            assert beyond == set()


@EVERY_TEXT
def test_an_email_carries_address_and_opt_out_in_both_parts(text: Text):
    if text.channel is TextChannel.EMAIL:
        message = rendered(text, REQUIRED)
        for part in (message.text, message.html or ""):
            assert REQUIRED["postal_address"] in part
            assert REQUIRED["unsubscribe_url"] in part


def test_every_message_speaks_english_and_german_on_all_its_channels():
    channels = defaultdict(set)
    for text in TEXTS:
        channels[text.message, text.locale].add(text.channel)

    for message in {text.message for text in TEXTS}:
        assert channels[message, "en"] == channels[message, "de"] != set()


def test_cart_abandonment_has_words_for_every_touch_and_channel():
    keys = {(text.message, text.channel) for text in TEXTS}

    for message in ("cart_help_offer", "cart_help_ways", "cart_last_offer", "delivery_delay_notice"):
        assert {(message, "sms"), (message, "email"), (message, "onsite")} <= keys


@pytest.mark.parametrize("locale", ["en", "de", "es", "ja"])
@pytest.mark.parametrize("moment", ["cart_abandonment", "delivery_delay"])
def test_the_two_first_moments_speak_four_languages_in_every_tone_on_every_channel(moment: str, locale: str):
    first = [text for text in TEXTS if text.moment == moment and text.touch == 1 and text.locale == locale]

    assert {(text.channel, text.tone) for text in first} == {
        (channel, tone)
        for channel in (TextChannel.EMAIL, TextChannel.SMS, TextChannel.ONSITE)
        for tone in library().tones.profiles
    }


def test_every_moment_of_the_product_has_words():
    moments = {text.moment for text in TEXTS}

    assert moments == {
        *("cart_abandonment", "pricing_hesitation", "form_failure", "delivery_delay", "keyword_mismatch"),
        *("payment_failure", "onboarding_stall", "post_purchase", "win_back", "help_request", "help_keyword"),
        *("anniversary", "trip", "interest", "family_need", "team_fixture"),
    }


def test_there_is_no_french_and_nobody_gets_english_instead():
    answer = find(library(), message="cart_help_offer", channel="email", locale="fr-FR")

    assert isinstance(answer, NotFound)


@EVERY_TEXT
def test_a_text_and_its_translation_declare_the_same(text: Text):
    other = library().by_key[text.message, text.channel, "en"]

    assert (text.tone, text.kind, text.offer, text.touch, text.moment, text.purpose) == (
        other.tone,
        other.kind,
        other.offer,
        other.touch,
        other.moment,
        other.purpose,
    )
    assert {(slot.name, slot.type) for slot in text.slots} == {(slot.name, slot.type) for slot in other.slots}
