"""What a customer's reply asks for and how it sounds: to stop, for help or a person, a complaint, thanks, distress."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from attune.domain.distress import Distress, read_distress
from attune.domain.expressions import Expression
from attune.domain.opt_outs.reading import opt_out_rules
from attune.domain.reply_text import PlainText, plain_text
from attune.domain.reply_words import ASKS_FOR_HELP, NO_WISH_FOR_HELP, NO_WISH_FOR_PERSON, SAYS_THANKS, WANTS_PERSON
from attune.domain.sentiment import Polarity, Sentiment, SentimentReader


class Intent(StrEnum):
    """What a reply asks for, above all else."""

    STOP = "stop"
    HELP = "help"
    OTHER = "other"


class Wish(StrEnum):
    """What a reply says besides; it may hold several."""

    OPT_OUT = "opt_out"
    HELP = "asks_for_help"
    PERSON = "wants_a_person"
    COMPLAINT = "complaint"
    THANKS = "thanks"


class Call(StrEnum):
    """Why a reply goes to a person; the values are those of the case's trigger."""

    DISTRESS = "distress"
    WANTS_A_PERSON = "wants_a_person"
    ASKED_FOR_HELP = "asked_for_help"
    SENTIMENT_DIP = "sentiment_dip"


@dataclass(frozen=True)
class Reading:
    """All that is read from a text; nothing of the text itself is in it.

    `strength` is from 0 to 1, `rules` are the ids of what matched.
    """

    sentiment: Polarity = Polarity.NEUTRAL
    strength: float = 0.0
    intents: frozenset[Wish] = frozenset()
    distress: Distress | None = None
    rules: tuple[str, ...] = ()

    @property
    def is_unhappy(self) -> bool:
        """Whether the writer is unhappy with us."""
        return self._sounds.is_unhappy

    @property
    def is_strong(self) -> bool:
        """Whether they are so unhappy that a person should look."""
        return self._sounds.is_strong

    @property
    def is_opt_out(self) -> bool:
        """Whether they want no more messages."""
        return Wish.OPT_OUT in self.intents

    @property
    def intent(self) -> Intent:
        """What the reply asks for above all; a wish to stop wins over everything else."""
        if self.is_opt_out:
            return Intent.STOP
        return Intent.HELP if self.intents & {Wish.HELP, Wish.PERSON} else Intent.OTHER

    @property
    def call(self) -> Call | None:
        """Why a person must hear of it at once, if so; who only wants to be left alone is left alone."""
        if self.distress is not None:
            return Call.DISTRESS
        if self.is_opt_out:
            return None
        if Wish.PERSON in self.intents:
            return Call.WANTS_A_PERSON
        if Wish.HELP in self.intents:
            return Call.ASKED_FOR_HELP
        return Call.SENTIMENT_DIP if self.is_strong else None

    def inputs(self) -> dict[str, str | float]:
        """Return what a decision may say about it: scores and rules, no words."""
        return {
            "sentiment": self.sentiment.value,
            "sentiment_strength": round(self.strength, 3),
            "distress": self.distress.value if self.distress else "",
            "intents": ",".join(sorted(self.intents)),
            "rules": ",".join(self.rules),
        }

    @property
    def _sounds(self) -> Sentiment:
        return Sentiment(self.sentiment, self.strength)


def read_reply(text: str) -> Intent:
    """Return the intent of a reply by rules alone; a wish to stop wins over everything else."""
    return _reading(plain_text(text), Sentiment()).intent


def interpret(text: str, reader: SentimentReader, locale: str = "") -> Reading:
    """Read a text: what it asks for by rules, how it sounds by `reader`; the same text gives the same reading."""
    plain = plain_text(text)
    return _reading(plain, reader.read(plain.written, locale))


def _reading(text: PlainText, sounds: Sentiment) -> Reading:
    stop = opt_out_rules(text)
    distress, distress_rules = read_distress(text)
    person = _matching(WANTS_PERSON, NO_WISH_FOR_PERSON.sub(" ", text.plain), "person")
    wishes = NO_WISH_FOR_HELP.sub(" ", text.plain)
    help_rules = _matching(ASKS_FOR_HELP, wishes, "help")
    thanks = () if sounds.is_unhappy else _matching(SAYS_THANKS, text.plain, "thanks")
    complaint = sounds.rules if sounds.is_unhappy else ()
    told = {
        Wish.OPT_OUT: stop,
        Wish.HELP: help_rules,
        Wish.PERSON: person,
        Wish.COMPLAINT: complaint,
        Wish.THANKS: thanks,
    }
    return Reading(
        sentiment=sounds.polarity,
        strength=sounds.strength,
        intents=frozenset(wish for wish, rules in told.items() if rules),
        distress=distress,
        rules=tuple(dict.fromkeys((*stop, *distress_rules, *person, *help_rules, *thanks, *sounds.rules))),
    )


def _matching(wordings: Mapping[str, Expression], plain: str, family: str) -> tuple[str, ...]:
    return tuple(f"{family}.{name}" for name, wording in wordings.items() if wording.search(plain))
