"""Replies that no person has to read; whatever is in doubt is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.replies_unread import why_unread

MACHINES = [
    "Out of office: I am back on Monday.",
    "I'm out of the office until 3 March. For urgent help contact Bob.",
    "Automatic reply: Your cart",
    "Re: Automatic reply: Your cart",
    "Auto-Reply",
    "Undeliverable: Your cart",
    "This is an automated message, please do not reply.",
    "Abwesenheitsnotiz: Ich bin bis Montag nicht im Büro.",
    "Guten Tag, ich bin vom 3. bis 7. März nicht im Büro und lese keine E-Mails.",
    "Automatische Antwort: Ihr Warenkorb",
    "Respuesta automática: Su carrito",
    "Estoy fuera de la oficina hasta el lunes.",
    "Réponse automatique : Votre panier",
    "Je suis absente jusqu'au 3 mars.",
    "Risposta automatica: il tuo carrello",
    "Resposta automática: o seu carrinho",
    "Automatisch antwoord: uw winkelwagen",
    "自動返信 お問い合わせありがとうございます",
    "自动回复 您好",
]
THANKS = [
    "Thanks!",
    "Thank you so much for your quick reply",
    "Great, thanks a lot",
    "Danke für die schnelle Antwort!",
    "Vielen herzlichen Dank",
    "Muchas gracias por su ayuda",
    "Merci beaucoup",
    "Grazie mille",
    "Muito obrigada",
    "Hartelijk dank",
    "ありがとうございます",
    "谢谢",
]
READ = [
    "yes please",
    "ok",
    "tomorrow at 5",
    "👍",
    "my card was declined, what can I do?",
    "Thanks, but where is my parcel",
    "Thanks, is it on its way?",
    "Thanks for nothing",
    "Your automatic reply said 24 hours, and it has been three days",
    "An automatic reply is no answer",
    "Out of office hours nobody picks up the phone",
    "I am out of the office tomorrow, can you deliver on Friday?",
    "Do you sell office chairs",
    "Ist der Artikel noch da",
    "¿Cuándo llega mi pedido?",
    "いつ届きますか",
]


@pytest.mark.parametrize("text", MACHINES)
@pytest.mark.parametrize("trigger", ["reply", "asked_for_help"])
def test_what_a_mail_program_wrote_is_read_by_nobody(text, trigger):
    unread = why_unread(text, trigger)

    assert unread is not None
    assert unread.code == "automatic_reply"


@pytest.mark.parametrize("text", THANKS)
def test_bare_thanks_are_read_by_nobody(text):
    unread = why_unread(text, "reply")

    assert unread is not None
    assert unread.code == "only_thanks"


@pytest.mark.parametrize("text", ["", "  \n", "> only what we wrote ourselves"])
def test_an_empty_reply_is_read_by_nobody(text):
    unread = why_unread(text, "reply")

    assert unread is not None
    assert unread.code == "nothing_written"


@pytest.mark.parametrize("text", READ)
def test_in_doubt_a_person_reads_it(text):
    assert why_unread(text, "reply") is None


@pytest.mark.parametrize("text", [*MACHINES, *THANKS, ""])
def test_distress_is_read_whatever_it_looks_like(text):
    assert why_unread(text, "distress") is None


def test_who_is_away_and_wants_to_be_called_is_read():
    assert why_unread("I'm out of the office, call me on my mobile", "wants_a_person") is None


@given(st.sampled_from(THANKS), st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=7, max_size=12))
def test_one_word_that_does_not_belong_to_thanks_is_enough_to_be_read(thanks, word):
    assert why_unread(f"{thanks} {word}quarp", "reply") is None


@given(st.text(max_size=8000))
def test_any_text_is_judged(text):
    why_unread(text, "reply")
