"""Distress: a death, real hardship, the wish to hurt oneself; and the everyday words that are none."""

import pytest

from attune.domain.distress import Distress, read_distress
from attune.domain.reply_text import plain_text

SELF_HARM = [
    "I want to die", "I'm going to kill myself", "thinking about suicide", "I don't want to live anymore",
    "everyone would be better off without me", "I can't go on", "Ich will nicht mehr leben", "quiero morirme",
    "je veux mourir", "voglio morire", "não quero mais viver", "ik wil niet meer leven", "もう死にたい", "我不想活了",
    "nobody would miss me if I was gone", "ich kann nicht mehr, alles hat keinen Sinn", "je veux en finir",
    "quiero acabar con mi vida",
]  # fmt: skip
BEREAVEMENT = [
    "my husband died last week", "My mum passed away on Sunday", "I'm writing for my late father",
    "we just lost our baby", "I lost my wife in May", "she is the deceased account holder", "after the funeral I will",
    "death in the family", "meine Mutter ist gestern gestorben", "mi padre falleció", "mon mari est décédé",
    "mio padre è morto", "minha mãe faleceu", "mijn vader is overleden", "母が亡くなりました", "我妈妈去世了",
    "hab gerade meinen Vater verloren", "he perdido a mi hijo", "mi abuela acaba de fallecer", "夫に先立たれました",
]  # fmt: skip
HARDSHIP = [
    "I lost my job and can't pay", "we are being evicted", "I can't afford to feed my kids", "I'm homeless now",
    "I was laid off last month", "I cannot pay my rent", "we go to the food bank", "ich bin arbeitslos geworden",
    "me quedé sin trabajo", "je suis au chômage", "sono disoccupato", "estou desempregado", "ik ben werkloos",
    "失業しました", "我失业了", "me van a desahuciar", "on va être expulsés",
]  # fmt: skip
EVERYDAY = [
    "the battery died", "my phone died", "I could kill for this jacket", "I'm dying to try it", "lost my parcel",
    "I lost my mother's birthday present", "too expensive, I can't afford it this month", "the sale is to die for",
    "my card was declined", "I lost my card", "you killed the best feature", "dead on arrival", "I can't pay by card",
    "the dress for my sister", "fired up for the sale", "the late delivery", "my husband did it", "no money back?",
    "the plant died", "she lost the receipt", "can I pay in two parts", "I am late", "killer heels", "cut out myself",
    "my old laptop passed away", "el envío murió en aduanas", "se me murió el móvil", "ich habe mein Passwort verloren",
    "j'ai perdu mon mot de passe", "ça n'a pas de sens", "je veux en finir avec cette commande",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *((text, Distress.SELF_HARM) for text in SELF_HARM),
        *((text, Distress.BEREAVEMENT) for text in BEREAVEMENT),
        *((text, Distress.HARDSHIP) for text in HARDSHIP),
    ],
)
def test_distress_is_seen(text, kind):
    found, rules = read_distress(plain_text(text))

    assert found is kind
    assert all(rule.startswith("distress.") for rule in rules)


@pytest.mark.parametrize("text", EVERYDAY)
def test_everyday_words_are_no_distress(text):
    assert read_distress(plain_text(text)) == (None, ())


def test_of_several_the_most_urgent_counts():
    assert read_distress(plain_text("my wife died, I lost my job and I want to die"))[0] is Distress.SELF_HARM
