import re
from collections import defaultdict

import pytest

from attune.domain.liquid_sandbox import _template
from attune.domain.liquid_scan import names_used
from attune.domain.texts import NotFound, Text, TextChannel, TextKind, find
from tests.templates.shipped import REQUIRED, SENDER, library, rendered, samples

TEXTS = library().texts
EVERY_TEXT = pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.name)
DISCOUNT_WORDS = re.compile(
    r"discount|coupon|voucher|% off|\bcode\b|\bless\b|rabatt|gutschein|günstiger|\d ?%", re.IGNORECASE
)
PRESSURE_WORDS = re.compile(
    r"hurry|last chance|only .* left|act now|don't miss|expires soon|sorry|apolog|"
    r"beeil|letzte chance|nur noch|jetzt zuschlagen|nicht verpassen|entschuldig|leider|!",
    re.IGNORECASE,
)


def approval_row(text: Text) -> str:
    return (
        f"- message: {text.message}\n  channel: {text.channel}\n  locale: {text.locale}\n  hash: {text.content_hash}\n"
    )


@EVERY_TEXT
def test_somebody_approved_exactly_these_words(text: Text):
    if library().approval_of(text) is None:
        pytest.fail(
            f"nobody approved messages/{text.name} as it is now. Read it, then put this into templates/approvals.yaml "
            f"in place of its old entry, with approver, role, date and note:\n{approval_row(text)}"
        )


def test_every_approval_is_of_words_that_exist():
    shipped = {(text.message, text.channel, text.locale, text.content_hash) for text in TEXTS}
    stale = [
        f"{approval.message}/{approval.channel}.{approval.locale} {approval.content_hash}"
        for approval in library().approvals
        if (approval.message, approval.channel, approval.locale, approval.content_hash) not in shipped
    ]

    assert stale == []


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


@EVERY_TEXT
def test_no_text_presses_shames_or_apologises(text: Text):
    words = rendered(text, SENDER | samples(text)).text + text.subject

    assert not PRESSURE_WORDS.search(words)


@EVERY_TEXT
def test_a_first_touch_sells_nothing(text: Text):
    if text.touch == 1:
        assert text.kind is TextKind.SERVICE
        assert not text.offer
        assert not DISCOUNT_WORDS.search(rendered(text, SENDER | samples(text)).text + text.subject)


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
        for values in (samples(text), {}):
            message = rendered(text, values)
            assert message.sms_segments is not None
            assert message.sms_segments <= (1 if text.touch == 1 else 2)
            assert "STOP" in message.text


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

    for message in ("cart_help_offer", "cart_help_ways", "cart_last_offer"):
        assert {(message, "sms"), (message, "email"), (message, "onsite")} <= keys


def test_there_is_no_french_and_nobody_gets_english_instead():
    answer = find(library(), message="cart_help_offer", channel="email", locale="fr-FR")

    assert isinstance(answer, NotFound)


@EVERY_TEXT
def test_a_text_and_its_translation_declare_the_same(text: Text):
    other = library().by_key[text.message, text.channel, "de" if text.locale == "en" else "en"]

    assert (text.tone, text.kind, text.offer, text.touch, text.moment) == (
        other.tone,
        other.kind,
        other.offer,
        other.touch,
        other.moment,
    )
    assert {(slot.name, slot.type) for slot in text.slots} == {(slot.name, slot.type) for slot in other.slots}
