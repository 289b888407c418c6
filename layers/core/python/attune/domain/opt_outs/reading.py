"""Whether a customer wants to be left in peace: commands, wordings of a wish, and what only looks like one."""

import re

from attune.domain.opt_outs.languages import OTHER_LANGUAGES
from attune.domain.opt_outs.wishes import LOOSE, TAKEN_BACK, WHOLE_TEXT, WISHES
from attune.domain.opt_outs.words import COMMAND_CLAUSES, COMMANDS, FILLERS, NO_COMMAND, NO_TYPO
from attune.domain.reply_text import PlainText, words_of

LONGEST_COMMAND = 8
"""Words that a bare command may have, fillers included."""
SHORT_TEXT = 20
"""Words up to which a misspelt "unsubscribe", or a loose wording, is believed to be a wish."""
_LONG_WORD = 8
_SHORT_WORD = 4
_STOP_SIGNS = re.compile(
    r"[\U0001F6D1\u26D4\U0001F6AB\U0001F515\U0001F92B\u270B\U0001F590\U0001F645\U0001F64F\ufe0f\u200d\u2640\u2642\s!.]+"
)
_STOP_SIGN = re.compile(r"[\U0001F6D1\u26D4\U0001F6AB\U0001F515]")
_UNSUBSCRIBE = "unsubscribe"


def opt_out_rules(text: PlainText) -> tuple[str, ...]:
    """Return the ids of the rules by which a text is a wish to stop; empty if it is none."""
    found = []
    is_taken_back = any(wording.search(text.plain) for wording in TAKEN_BACK)
    if _STOP_SIGNS.fullmatch(text.plain) and _STOP_SIGN.search(text.plain):
        found.append("stop.sign")
    if _is_command(text.words, text.plain):
        found.append("stop.command")
    elif not is_taken_back and any(_is_bare(words_of(clause), COMMAND_CLAUSES) for clause in text.clauses):
        found.append("stop.clause")
    if WHOLE_TEXT.fullmatch(text.plain):
        found.append("stop.lone_wish")
    if not is_taken_back:
        is_short = len(text.words) <= SHORT_TEXT
        found += [
            f"stop.{name}"
            for name, wording in WISHES.items()
            if (is_short or name not in LOOSE) and wording.search(text.plain)
        ]
        if _misspelt_unsubscribe(text):
            found.append("stop.misspelt")
    found += [f"stop.{language}" for language, wording in OTHER_LANGUAGES.items() if wording.search(text.plain)]
    return tuple(found)


def _is_command(words: tuple[str, ...], plain: str) -> bool:
    """Whether the whole text is a command, maybe misspelt, with nothing but fillers around it."""
    if not words or len(words) > LONGEST_COMMAND or plain in NO_COMMAND:
        return False
    if plain.endswith("?") and words[0] in {"end", "cancel", "quit"}:
        return False  # "Cancel?" asks what a button does
    kept = [word for word in words if word not in FILLERS and not word.isdigit()]
    return 0 < len(kept) <= _SHORT_WORD and all(_commands(word) for word in kept)


def _is_bare(words: tuple[str, ...], commands: frozenset[str]) -> bool:
    kept = [word for word in words if word not in FILLERS]
    return bool(kept) and len(words) <= LONGEST_COMMAND and all(word in commands for word in kept)


def _commands(word: str) -> bool:
    if word in COMMANDS:
        return True
    if len(word) < _SHORT_WORD - 1 or word in NO_TYPO or not word.isalpha():
        return False
    return any(_is_typo(word, command) for command in _TYPED)


_TYPED = ("stop", "unsubscribe", "optout", "cancel", "remove", "abmelden", "abbestellen", "desuscribir", "désabonner")
"""The commands whose misspellings are recognised; shorter ones are too close to other words."""


def _is_typo(word: str, command: str) -> bool:
    allowed = 2 if len(command) >= _LONG_WORD else 1
    # People rarely mistype the first letter; where they do, the rest is right.
    return abs(len(word) - len(command)) <= allowed and distance(word, command, allowed) <= allowed


def _misspelt_unsubscribe(text: PlainText) -> bool:
    if len(text.words) > SHORT_TEXT:
        return False
    close = (
        index
        for index, word in enumerate(text.words)
        if word.startswith(("un", "in")) and word not in _NEAR_UNSUBSCRIBE and distance(word, _UNSUBSCRIBE, 2) <= 2  # noqa: PLR2004
    )
    return any(not _NEGATIONS & set(text.words[max(0, index - 4) : index]) for index in close)


_NEAR_UNSUBSCRIBE = frozenset(
    {"unsubscribed", "unsubscribes", "unsubscriber", "unsubscribe", "inscribe", "unsubscribing"}
)
_NEGATIONS = frozenset({"don't", "dont", "not", "never", "didn't", "without", "can't", "cannot", "no"})


def distance(one: str, other: str, limit: int) -> int:
    """Return how many letters are wrong, missing, too many or swapped, or `limit` + 1 for more than `limit`."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, sign in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (sign != wanted))
            if i > 1 and j > 1 and sign == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)
