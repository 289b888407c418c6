"""What a customer's short reply asks for, by plain rules: to stop, to get help, or something else."""

import re
from enum import StrEnum


class Intent(StrEnum):
    """What a reply asks for."""

    STOP = "stop"
    HELP = "help"
    OTHER = "other"


STOP_WORDS = frozenset(
    {
        "abbestellen",
        "abmelden",
        "cancel",
        "end",
        "optout",
        "quit",
        "revoke",
        "stop",
        "stopall",
        "stopp",
        "stoppen",
        "unsubscribe",
    }
)
FILLERS = frozenset(
    [
        "all",
        "alles",
        "bitte",
        "danke",
        "immediately",
        "it",
        "jetzt",
        "me",
        "now",
        "ok",
        "okay",
        "please",
        "pls",
        "sofort",
        "thank",
        "thanks",
        "this",
        "you",
    ]
)
"""Words that leave a bare command a bare command: "please stop it now"."""

_MESSAGES = r"(messages?|texts?|e-?mails?|mails?|sms|newsletters?|spam|nachrichten|werbung)"
_NOT = r"(?<!don't )(?<!not )(?<!never )(?<!nicht )"
STOP_PHRASES = tuple(
    re.compile(phrase)
    for phrase in (
        rf"{_NOT}\bopt(ing|ed)?[ -]?out\b",
        rf"{_NOT}\bunsubscribe\b",
        rf"{_NOT}\b(stop|quit) (sending|texting|messaging|e-?mailing|contacting|writing|bothering|spamming)\b",
        rf"{_NOT}\b(stop|end|cancel|no more) (all |any |more |the |these |this |those |your )*{_MESSAGES}\b",
        r"\b(do not|don't|never) (text|message|e-?mail|contact|write)( to)? me\b",
        r"\b(revoke|withdraw) (my )?(consent|permission)\b",
        r"\b(take|remove) me (off|from)\b",
        r"\bleave me alone\b",
        rf"\bkeine (weiteren )?{_MESSAGES}\b.{{0,30}}\bmehr\b|\bkeine weiteren {_MESSAGES}\b",
        r"\b(möchte|will|bitte) .{0,20}\b(abmelden|abbestellen)\b",
        r"\bin ruhe\b",
    )
)
NO_WISH_FOR_HELP = re.compile(
    r"(\bno|\bnot|n't|\bwithout|\bnever)( really)?( need| want| require)?( any| your| more)? help\b"
    r"|\bkeine hilfe\b"
    r"|\bhelp (yourself|yourselves|others)\b"
    r"|\b(can't|cannot|can not|couldn't) help (it|but|myself|\w+ing)\b"
    r"|\b(thanks|thank you|danke)( a lot| so much| very much)? (for|für) (all |the |your |die |ihre |deine )*(help|hilfe)\b"
)
HELP_PHRASES = tuple(
    re.compile(phrase)
    for phrase in (
        r"\bhelp\b",
        r"\bhilfe\b|\bhelfen\b",
        r"(?<!don't )(?<!not )(?<!never )\b(call|ring|phone) me\b",
        r"\b(speak|talk) (to|with) (a |an |some ?)?(person|human|agent|someone|body)\b",
        r"\b(does ?n.t|doesn't|not|won'?t|can'?t|cannot|can not) (work|load|pay|check ?out|order|finish|log ?in)",
        r"\bgeht nicht\b|\bfunktioniert nicht\b|\bklappt nicht\b",
        r"\bstuck\b",
    )
)


def read_reply(text: str) -> Intent:
    """Return the intent of a reply; a wish to stop wins over everything else."""
    plain = " ".join(text.casefold().replace("\u2019", "'").split())
    words = frozenset(re.findall(r"[\w']+", plain)) - FILLERS
    if (words and words <= STOP_WORDS) or any(phrase.search(plain) for phrase in STOP_PHRASES):
        return Intent.STOP
    wishes = NO_WISH_FOR_HELP.sub(" ", plain)
    if any(phrase.search(wishes) for phrase in HELP_PHRASES):
        return Intent.HELP
    return Intent.OTHER
