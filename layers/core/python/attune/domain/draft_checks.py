"""What a machine's draft must pass before a person sees it: whatever the model was told, only this decides."""

import re
import unicodedata
from collections.abc import Iterator

from attune.domain.decisions import Reason
from attune.domain.drafts import Grounds

LONGEST = 1_500
SHORTEST = 15
KNOWN_SHARE = 0.6
"""How much of a sentence's words must come from approved texts, the case or the question itself."""
SHORT_SENTENCE = 4
"""Sentences of fewer words than this are greetings and thanks: only their facts are looked at."""
ECHOED_SHARE = 0.34
"""How much of a sentence may come from the customer's words alone."""

_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>()\"']+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|io|de|fr|es|jp|uk|eu|shop|example)\b[^\s]*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[A-Za-z]{2,}")
_NUMBER = re.compile(r"\d+(?:[.,:/\u2009\u00a0 -]?\d+)*")
_MONEY = re.compile(r"[$€£¥₹]|\b(?:EUR|USD|GBP|JPY|CHF|euros?|dollars?|pounds?|yen)\b|[円%]", re.IGNORECASE)
_NUMBER_WORDS = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|fifty|hundred|thousand|half"
    r"|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|zwanzig|fünfzig|hundert|tausend"
    r"|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|veinte|cincuenta|cien|mil"
    r"|deux|trois|quatre|cinq|sept|huit|neuf|dix|douze|vingt|cinquante|cent|mille)\b"
    r"|[一二三四五六七八九十百千万](?=[日時分円週月年個回割])",
    re.IGNORECASE,
)
_DATES = re.compile(
    r"\b(?:today|tomorrow|tonight|yesterday|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|january|february|march|april|june|july|august|september|october|november|december|hours?|days?|weeks?"
    r"|heute|morgen|gestern|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|stunden?|tagen?|wochen?"
    r"|hoy|mañana|ayer|lunes|martes|miércoles|jueves|viernes|sábado|domingo|horas?|días?|semanas?"
    r"|aujourd'hui|demain|hier|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|heures?|jours?|semaines?)\b"
    r"|今日|明日|本日|昨日|[月火水木金土日]曜|時間以内|週間",
    re.IGNORECASE,
)
_COMMITMENTS = re.compile(
    r"refund|reimburs|compensat|voucher|gift card|discount|free of charge|for free|guarantee|promise|waive|credit(?!\s*card)"
    r"|erstatt|entschädig|gutschein|rabatt|kostenlos|gratis|garantier|versprech|gutschrift"
    r"|reembols|compens|cup[oó]n|descuento|garantiz|prometemos|prometo|abono"
    r"|rembours|indemnis|bon d'achat|remise|gratuit|garantis|promet"
    r"|返金|補償|クーポン|割引|無料|保証|お約束|弁償",
    re.IGNORECASE,
)
_ABOUT_ITSELF = re.compile(
    r"language model|\bas an ai\b|\bi am an ai\b|als ki\b|sprachmodell|modelo de lenguaje|modèle de langage|言語モデル"
    r"|system prompt|instructions|approved[_ ]texts|case[_ ]facts|customer[_ ]message|</?\w+>|\{\{|\{%",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_]+\.?(?:[ '’-][^\W\d_]+\.?){0,2}")
_SENTENCE = re.compile(r"[^.!?。\n]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def why_dropped(text: str, grounds: Grounds) -> Reason | None:
    """Return why a draft must not be shown, None where it may; the reason never holds the draft's words."""
    text = unicodedata.normalize("NFKC", text).strip()
    if grounds.first_name and not _is_a_name(grounds.first_name):
        return Reason(
            "draft_odd_name", "The customer's name holds more than a name: it could bring in words of its own."
        )
    if len(text) < SHORTEST:
        return Reason("draft_empty", "The model wrote nothing that could be sent.")
    if len(text) > LONGEST:
        return Reason("draft_too_long", "The draft is longer than a reply should be.")
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cn") and sign not in "\n\t\u200c\u200d" for sign in text):
        return Reason("draft_hidden_signs", "The draft holds signs that cannot be seen.")
    if _ABOUT_ITSELF.search(text):
        return Reason("draft_about_itself", "The draft speaks of the machine or of its instructions.")
    return _new_facts(text, grounds) or _ungrounded(text, grounds)


def _is_a_name(first_name: str) -> bool:
    """Whether a first name, which people choose themselves and approved texts repeat, is nothing but a name."""
    name = unicodedata.normalize("NFKC", first_name).casefold()
    return _NAME.fullmatch(name) is not None and not _facts_in(name)


def _new_facts(text: str, grounds: Grounds) -> Reason | None:
    allowed = unicodedata.normalize("NFKC", grounds.allowed).casefold()
    folded = text.casefold()
    links = {link.rstrip(".,;:!?") for link in _LINK.findall(allowed)}
    if any(link.rstrip(".,;:!?") not in links for link in _LINK.findall(folded)) or _ADDRESS.search(folded):
        return Reason("draft_new_link", "The draft names a link or address that is in no approved text.")
    # What is inside a link has been judged with it.
    plain, known = _LINK.sub(" ", folded), _LINK.sub(" ", allowed)
    for code, found, what in _FACTS:
        if set(found.findall(plain)) - set(found.findall(known)):
            return Reason(code, f"The draft names {what} that is neither in an approved text nor in the case.")
    # "1" may stand in one approved sentence and "day" in another: together they would still be a new fact.
    together = [_facts_in(sentence) for sentence in _SENTENCE.findall(known)]
    for sentence in _SENTENCE.findall(plain):
        facts = _facts_in(sentence)
        if facts and not any(facts <= approved for approved in together):
            return Reason("draft_new_combination", "The draft puts facts together that no approved text puts together.")
    return None


_FACTS = (
    ("draft_new_number", _NUMBER, "a number"),
    ("draft_new_number", _NUMBER_WORDS, "a number"),
    ("draft_new_money", _MONEY, "an amount of money"),
    ("draft_new_date", _DATES, "a day or a time"),
    ("draft_new_commitment", _COMMITMENTS, "something that nobody approved giving"),
)


def _facts_in(sentence: str) -> set[str]:
    return {fact for _, pattern, _ in _FACTS for fact in pattern.findall(sentence)}


def _ungrounded(text: str, grounds: Grounds) -> Reason | None:
    known = set(_terms(grounds.allowed))
    asked = set(_terms(grounds.wrote)) - known
    for sentence in _SENTENCE.findall(_LINK.sub(" ", text)):
        terms = list(_terms(sentence))
        if len(terms) < SHORT_SENTENCE:
            continue
        approved = sum(term in known for term in terms) / len(terms)
        echoed = min(sum(term in asked for term in terms) / len(terms), ECHOED_SHARE)
        if approved + echoed < KNOWN_SHARE:
            return Reason("draft_ungrounded", "The draft says something that the approved texts do not say.")
    return None


def _terms(text: str) -> Iterator[str]:
    """Yield words in small letters; of languages written without blanks, pairs of letters."""
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
        if any("\u3040" <= sign <= "\u9fff" for sign in word):
            yield from (word[at : at + 2] for at in range(max(1, len(word) - 1)))
        else:
            yield word
