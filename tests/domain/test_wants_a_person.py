"""Whoever wants a person is heard, in several languages; who does not want to be called is not called."""

import pytest

from attune.adapters.sentiment import read_reply_text
from attune.domain.replies import Wish

WANTS = [
    "can I talk to a human", "I don't want to chat with a bot", "I do not want to talk to your chatbot",
    "Don't call me, I want to talk to a human", "call me please", "agent please", "kann mich jemand zurückrufen",
    "ich will einen Mitarbeiter sprechen", "kein Bot bitte", "bitte rufen Sie mich an", "pueden llamarme",
    "necesito un agente humano", "quiero hablar con una persona", "pouvez-vous m'appeler", "rappelez-moi",
    "折り返し電話をお願いします", "担当者と話したい",
]  # fmt: skip
DOES_NOT = [
    "please don't call me", "pls don't phone me", "Please do not ring me!", "please", "no need to call", "bitte nicht anrufen",
    "Sie brauchen mich nicht anzurufen", "Der Mitarbeiter war sehr nett",
    "no me llamen", "no hace falta que me llamen", "ne m'appelez pas", "電話しないでください", "電話番号の変更をお願いします",
    "担当者の方はとても親切でした", "I talked to a real person yesterday, thanks",
]  # fmt: skip


@pytest.mark.parametrize("text", WANTS)
def test_a_wish_for_a_person_is_heard(text):
    assert Wish.PERSON in read_reply_text(text).intents


@pytest.mark.parametrize("text", DOES_NOT)
def test_who_does_not_want_a_call_gets_none(text):
    assert Wish.PERSON not in read_reply_text(text).intents
