"""How hard it looked for groups of people, and whether those it looked calm for were: described, never compared.

A score that does not see a group's trouble makes that group calm, and nothing that is compared among hard moments would tell.
What people say themselves does: who asks for help although every visit looked calm.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from attune.domain.case_triggers import CaseTrigger
from attune.domain.fairness.limits import UNKNOWN, Dimension
from attune.domain.results.people import Row

LEVELS = ("calm", "low", "medium", "high")
GROUPED_BY = tuple(one for one in Dimension if one is not Dimension.CHANNEL)
"""Who was not written to has no channel."""
SAID_SO = frozenset(
    {CaseTrigger.ASKED_FOR_HELP, CaseTrigger.WANTS_A_PERSON, CaseTrigger.SENTIMENT_DIP, CaseTrigger.DISTRESS}
)
"""Why a case is opened when customers themselves say that something is wrong."""
CASES = frozenset({"opened", "joined"})


@dataclass
class GroupFriction:
    """People of one group by the hardest of their moments; and those of the calm who said that something was wrong."""

    levels: Counter[str] = field(default_factory=Counter)
    missed: int = 0

    @property
    def people(self) -> int:
        """Everybody whose visits were looked at."""
        return self.levels.total()


type FrictionByGroup = dict[tuple[Dimension, str], GroupFriction]


def count_friction(counts: FrictionByGroup, own: Sequence[Row]) -> None:
    """Add one person, in the groups of their first moment; who belongs to no known group of a kind is left out of it."""
    moments = [row for row in own if row["kind"] == "moment" and row["inputs"].get("friction_level") in LEVELS]
    if not moments:
        return
    hardest = max((str(row["inputs"]["friction_level"]) for row in moments), key=LEVELS.index)
    said = any(row["kind"] == "escalation" and row["choice"] in CASES and row["reason_code"] in SAID_SO for row in own)
    for dimension in GROUPED_BY:
        group = str(moments[0]["inputs"].get(dimension.value) or UNKNOWN)
        if group != UNKNOWN:
            found = counts[dimension, group]
            found.levels[hardest] += 1
            found.missed += said and hardest == LEVELS[0]
