"""Who an SMS comes from and what stands under it: by country, and none where nobody looked."""

import pytest

from attune.domain.sms_senders import (
    NoSms,
    OriginKind,
    SmsCountry,
    SmsOrigin,
    SmsRules,
    SmsSenders,
    asks_for_reply,
    with_legal_words,
)

REPLY = {"en": "Reply STOP to opt out.", "de": "Abmelden: STOP antworten."}
LINK = {"en": "Opt out: {url}", "de": "Abmelden: {url}"}
NAMES_ALLOWED = SmsCountry(sender_ids=True, reply_words=REPLY, link_words=LINK)
NUMBERS_ONLY = SmsCountry(sender_ids=False, reply_words=REPLY, link_words=LINK)
RULES = SmsRules({"GB": NAMES_ALLOWED, "US": NUMBERS_ONLY})
NUMBER = SmsOrigin(OriginKind.NUMBER, "+447700900999")
NAME = SmsOrigin(OriginKind.SENDER_ID, "Acme")


@pytest.mark.parametrize(
    ("country", "numbers", "sender_id", "expected"),
    [
        ("GB", {"GB": "+447700900999"}, "Acme", NUMBER),
        ("GB", {}, "Acme", NAME),
        ("GB", {"US": "+18005550100"}, "Acme", NAME),
        ("US", {"US": "pool-1"}, "Acme", SmsOrigin(OriginKind.NUMBER, "pool-1")),
        ("US", {"GB": "+447700900999"}, "Acme", "sms_no_sender"),
        ("GB", {}, "", "sms_no_sender"),
        ("FR", {"FR": "+33700000000"}, "Acme", "sms_country_not_set_up"),
        ("", {"GB": "+447700900999"}, "Acme", "sms_country_unknown"),
    ],
)
def test_a_number_comes_before_a_name_and_a_country_nobody_looked_into_gets_none(country, numbers, sender_id, expected):
    origin = SmsSenders(numbers, sender_id).origin(RULES, country)

    assert (origin.code if isinstance(origin, NoSms) else origin) == expected


@pytest.mark.parametrize(
    ("words", "origin", "locale", "expected"),
    [
        ("Acme: hello.", NUMBER, "en", "Acme: hello.\nReply STOP to opt out."),
        ("Acme: hello. Reply STOP to end.", NUMBER, "en", "Acme: hello. Reply STOP to end."),
        ("Acme: hallo.", NUMBER, "de-CH", "Acme: hallo.\nAbmelden: STOP antworten."),
        ("Acme: hello.", NAME, "en-GB", "Acme: hello.\nOpt out: https://x.example/u"),
        ("Acme: hello. Reply STOP to end.", NAME, "en", "sms_cannot_reply"),
        ("Acme: bonjour.", NUMBER, "fr", "sms_no_legal_text"),
        ("Acme: bonjour.", NAME, "fr", "sms_no_legal_text"),
    ],
)
def test_every_sms_says_how_to_stop_in_a_way_that_works(words, origin, locale, expected):
    said = with_legal_words(words, NAMES_ALLOWED, origin, locales=(locale,), unsubscribe_url="https://x.example/u")

    assert (said.code if isinstance(said, NoSms) else said) == expected


@pytest.mark.parametrize(("words", "asks"), [("STOP antworten", True), ("Stop by our shop", False), ("NONSTOP", False)])
def test_only_the_keyword_asks_for_a_reply(words, asks):
    assert asks_for_reply(words) is asks
