from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from attune.domain.texts import Found, NotFound, NotFoundReason, TextError, content_hash, find
from tests.domain.text_builders import library, text

GERMAN = text("Hallo", locale="de")
SWISS = text("Grüezi", locale="de-CH")
FRENCH = text("Bonjour", locale="fr")
ENGLISH = text("Hello")
FIELDS = {"message": "greeting", "tone": "informal", "slots": {"name": {"fallback": "", "sample": "Ada"}}}


def search(*texts, locale, accepted=(), unapproved=()):
    held = library(*texts, unapproved=unapproved)
    return find(held, message="greeting", channel="onsite", locale=locale, accepted=accepted)


def test_the_exact_locale_comes_first():
    answer = search(GERMAN, SWISS, locale="de-CH")

    assert isinstance(answer, Found)
    assert answer.text == SWISS
    assert answer.approval.approver == "Ada"


def test_the_language_stands_in_for_its_region():
    answer = search(GERMAN, ENGLISH, locale="de-CH")

    assert isinstance(answer, Found)
    assert answer.text == GERMAN
    assert answer.tried == ("de-CH",)


def test_the_languages_a_customer_accepts_are_tried_in_their_order():
    answer = search(ENGLISH, FRENCH, locale="it-CH", accepted=["fr-CH", "en"])

    assert isinstance(answer, Found)
    assert answer.text == FRENCH
    assert answer.tried == ("it-CH", "it", "fr-CH")


def test_english_is_never_the_default():
    assert search(ENGLISH, locale="fr") == NotFound(NotFoundReason.MISSING, ("fr",))


def test_a_customer_without_a_known_language_gets_no_text():
    assert search(ENGLISH, locale="") == NotFound(NotFoundReason.MISSING, ())


def test_a_region_does_not_stand_in_for_the_language():
    assert search(SWISS, locale="de-AT") == NotFound(NotFoundReason.MISSING, ("de-AT", "de"))


def test_an_unapproved_text_is_not_found_and_the_answer_says_why():
    assert search(locale="de", unapproved=(GERMAN,)) == NotFound(NotFoundReason.UNAPPROVED, ("de",))


def test_an_edit_voids_the_approval():
    edited = replace(GERMAN, body="Hallo!", content_hash=content_hash({}, "Hallo!"))
    held = replace(library(GERMAN), texts=(edited,))

    assert find(held, message="greeting", channel="onsite", locale="de") == NotFound(NotFoundReason.UNAPPROVED, ("de",))


def test_an_approval_counts_for_its_own_language_only():
    held = library(GERMAN)
    approval = replace(held.approvals[0], locale="de-CH")

    assert replace(held, approvals=(approval,)).approval_of(GERMAN) is None


def test_an_approved_second_language_wins_over_an_unapproved_first():
    answer = search(FRENCH, locale="de", accepted=["fr"], unapproved=(GERMAN,))

    assert isinstance(answer, Found)
    assert answer.text == FRENCH


def test_another_channel_is_another_text():
    answer = find(library(GERMAN), message="greeting", channel="sms", locale="de")

    assert answer == NotFound(NotFoundReason.MISSING, ("de",))


def test_the_order_of_fields_and_line_endings_do_not_change_the_hash():
    reordered = dict(reversed(list(FIELDS.items())))

    assert content_hash(FIELDS, "Hello\nthere\n") == content_hash(reordered, "\r\nHello\r\nthere")


@given(st.text(), st.text())
def test_different_words_have_different_hashes(one: str, other: str):
    same_words = one.replace("\r\n", "\n").replace("\r", "\n").strip("\n") == other.replace("\r\n", "\n").replace(
        "\r", "\n"
    ).strip("\n")

    assert (content_hash(FIELDS, one) == content_hash(FIELDS, other)) is same_words


def test_every_declaration_changes_the_hash():
    changed = [
        {**FIELDS, "tone": "advisory"},
        {**FIELDS, "slots": {"name": {"fallback": "you", "sample": "Ada"}}},
        {**FIELDS, "slots": {"name": {"fallback": "", "sample": "Bob"}}},
        {**FIELDS, "offer": True},
    ]
    hashes = {content_hash(fields, "Hello") for fields in [FIELDS, *changed]}

    assert len(hashes) == len(changed) + 1


def test_an_error_says_where_what_and_how_to_mend_it():
    error = TextError("messages/a/sms.de.liquid", "the slot 'x' is unknown", line=7, fix="Declare it")

    assert str(error) == "messages/a/sms.de.liquid:7: the slot 'x' is unknown. Declare it"
