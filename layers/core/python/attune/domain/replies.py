"""What a customer's short reply asks for, by plain rules: to stop, to get help, or something else."""

import re
from enum import StrEnum


class Intent(StrEnum):
    """What a reply asks for."""

    STOP = "stop"
    HELP = "help"
    OTHER = "other"


STOP_WORDS = frozenset(
    {"stop", "stopp", "stopall", "quit", "end", "revoke", "cancel", "unsubscribe", "abmelden", "optout"}
)
STOP_PHRASES = (
    re.compile(r"\bopt(ing|ed)?[ -]?out\b"),
    re.compile(r"\bunsubscribe me\b"),
    re.compile(r"\bstop (sending|texting|messaging|emailing|contacting)\b"),
    re.compile(r"\b(do not|don'?t|never) (text|message|email|contact|write to) me\b"),
    re.compile(r"\bkeine (nachrichten|mails|e-mails|sms) mehr\b"),
    re.compile(r"\btake me off\b"),
)
HELP_PHRASES = (
    re.compile(r"\bhelp\b(?! (yourself|others))"),
    re.compile(r"\bhilfe\b|\bhelfen\b"),
    re.compile(r"\b(call|ring|phone) me\b"),
    re.compile(r"\b(speak|talk) (to|with) (a |an |some ?)?(person|human|agent|someone|body)\b"),
    re.compile(
        r"\b(does ?n.t|doesn't|not|won'?t|can'?t|cannot|can not) (work|load|pay|check ?out|order|finish|log ?in)"
    ),
    re.compile(r"\bgeht nicht\b|\bfunktioniert nicht\b|\bklappt nicht\b"),
    re.compile(r"\bstuck\b"),
)
SHORT_REPLY_WORDS = 3


def read_reply(text: str) -> Intent:
    """Return the intent of a reply; a wish to stop wins over everything else."""
    plain = " ".join(text.casefold().replace("\u2019", "'").split())
    words = re.findall(r"[\w']+", plain)
    if words and words[0] in STOP_WORDS and len(words) <= SHORT_REPLY_WORDS:
        return Intent.STOP
    if any(phrase.search(plain) for phrase in STOP_PHRASES):
        return Intent.STOP
    if any(phrase.search(plain) for phrase in HELP_PHRASES):
        return Intent.HELP
    return Intent.OTHER
