"""What judging works on: choices that were made with known probabilities, and what came of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class LoggedChoice:
    """One choice of a log: who it was about, the circumstances, what was chosen among what, how likely, and the outcome.

    `options` are the permitted ones; `probability` is the one the chosen action was drawn with. `reward` and `harm` are
    what came of it (harm is None where the log does not tell).
    """

    person: str
    context: str
    action: str
    options: tuple[str, ...]
    probability: float
    reward: float
    harm: float | None = None


@dataclass(frozen=True)
class ChoiceLog:
    """The choices of a log, and what the reader should know about how they were read."""

    choices: tuple[LoggedChoice, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def actions(self) -> tuple[str, ...]:
        """Every action that was chosen at least once, in order of first use."""
        return tuple(dict.fromkeys(choice.action for choice in self.choices))

    @property
    def tells_harm(self) -> bool:
        """Whether every choice says if it did harm."""
        return all(choice.harm is not None for choice in self.choices)


type Probabilities = Mapping[str, float]
"""The probability with which a policy takes each option; what is missing has none."""
