"""From evidence to beliefs: a day's journeys summed up, days added, and what of it the policy may believe."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from attune.domain.learning.beliefs import DEFAULT_PRIOR, Beta, Counts, empirical_prior
from attune.domain.learning.evidence import WORDS, ContactEvidence, Draw, JourneyEvidence
from attune.domain.outcome_kinds import HARMS, HELPS, OutcomeKind

if TYPE_CHECKING:
    from attune.domain.playbooks import Playbook

GRACE = timedelta(days=2)
"""So long after the last window of a day's journeys its evidence may still be on its way."""
HORIZON = timedelta(days=240)
"""What is older weighs less than a sixteenth and is left out, so that a refit costs the same every night."""
CASE_AVOIDED = "case_avoided"
HELPED, HARMED = "helped", "harmed"


@dataclass(frozen=True, kw_only=True)
class ArmTally:
    """One arm in one context: contacts, those whose window is over, and what came of them.

    `counts` are for beliefs: only contacts whose window is over, faded to the latest of them. `kinds` and `harmed` are of
    all contacts, as plain numbers.
    """

    touch: int
    context: str
    arm: str
    contacts: int = 0
    waiting: int = 0
    helped: int = 0
    harmed: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)

    @property
    def key(self) -> tuple[int, str, str]:
        """By which the same arm of another day is found."""
        return self.touch, self.context, self.arm

    @property
    def is_words(self) -> bool:
        """Whether the arm is a text, not a delay."""
        return self.context.startswith(WORDS)

    def plus(self, other: "ArmTally") -> "ArmTally":
        """Add what came of the same arm on another day."""
        return replace(
            self,
            contacts=self.contacts + other.contacts,
            waiting=self.waiting + other.waiting,
            helped=self.helped + other.helped,
            harmed=self.harmed + other.harmed,
            kinds=_added(self.kinds, other.kinds),
            counts=self.counts.plus(other.counts),
        )


@dataclass(frozen=True)
class Side:
    """Journeys whose window is over, of those who might get messages or of those held out; `kinds` count journeys."""

    journeys: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)

    def plus(self, other: "Side") -> "Side":
        """Add the journeys of another day."""
        return Side(self.journeys + other.journeys, _added(self.kinds, other.kinds))


@dataclass(frozen=True)
class Tally:
    """What came of journeys that began on one day, or on several."""

    arms: tuple[ArmTally, ...] = ()
    treated: Side = field(default_factory=Side)
    held_out: Side = field(default_factory=Side)
    unsettled: int = 0
    """Journeys whose window is not over."""

    def plus(self, other: "Tally") -> "Tally":
        """Add another day."""
        arms = {arm.key: arm for arm in self.arms}
        for arm in other.arms:
            arms[arm.key] = arms[arm.key].plus(arm) if arm.key in arms else arm
        return Tally(
            tuple(arms[key] for key in sorted(arms)),
            self.treated.plus(other.treated),
            self.held_out.plus(other.held_out),
            self.unsettled + other.unsettled,
        )


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What the policy may count of an arm in a context."""

    playbook: str
    touch: int
    context: str
    arm: str
    counts: Counts


@dataclass(frozen=True, kw_only=True)
class Refit:
    """All that one refit found: cells, the prior they suggest, and how much evidence they stand on."""

    cells: tuple[Cell, ...]
    prior: Beta
    contacts: int
    waiting: int
    effective: float
    """As how many outcomes the evidence counts after fading."""

    @property
    def arms(self) -> int:
        """How many arms of touches there is evidence about."""
        return len({(cell.playbook, cell.touch, cell.arm) for cell in self.cells})


def closes_at(day: date, playbook: "Playbook") -> datetime:
    """Return when nothing more is expected of journeys that began on a day."""
    end = datetime.combine(day + timedelta(days=1), time(), UTC)
    return end + playbook.expires_after + playbook.outcome_window + GRACE


def tally(journeys: Iterable[JourneyEvidence], playbook: "Playbook", *, as_of: datetime) -> Tally:
    """Sum journeys up as they are known at an instant."""
    total = Tally()
    arms: dict[tuple[int, str, str], ArmTally] = {}
    for journey in journeys:
        for contact in journey.contacts:
            for draw in (contact.delay, contact.words):
                if draw is not None:
                    one = _counted(contact, draw, is_over=contact.at + playbook.outcome_window <= as_of)
                    arms[one.key] = arms[one.key].plus(one) if one.key in arms else one
        if journey.since + playbook.expires_after + playbook.outcome_window > as_of:
            total = replace(total, unsettled=total.unsettled + 1)
            continue
        side = Side(1, _kinds_of(journey))
        if journey.held_out:
            total = replace(total, held_out=total.held_out.plus(side))
        else:
            total = replace(total, treated=total.treated.plus(side))
    return replace(total, arms=tuple(arms[key] for key in sorted(arms)))


def refit(tallies: Mapping[str, Tally], *, now: datetime) -> Refit:
    """Work out what the policy may believe from what came of each playbook's journeys."""
    cells = tuple(
        Cell(playbook=playbook, touch=arm.touch, context=arm.context, arm=arm.arm, counts=arm.counts.faded(now))
        for playbook in sorted(tallies)
        for arm in tallies[playbook].arms
        if arm.counts.total > 0
    )
    delays = [arm for summed in tallies.values() for arm in summed.arms if not arm.is_words]
    return Refit(
        cells=cells,
        prior=_prior(cells),
        contacts=sum(arm.contacts for arm in delays),
        waiting=sum(arm.waiting for arm in delays),
        effective=sum(cell.counts.total for cell in cells if not cell.context.startswith(WORDS)),
    )


def _prior(cells: Iterable[Cell]) -> Beta:
    """Fit the prior to what each delay of each touch did, held no more firmly than the prior without evidence."""
    summed: defaultdict[tuple[str, int, str], Counts] = defaultdict(Counts)
    for cell in cells:
        if not cell.context.startswith(WORDS):
            key = (cell.playbook, cell.touch, cell.arm)
            summed[key] = summed[key].plus(cell.counts)
    tried = [(counts.helped, counts.total) for _, counts in sorted(summed.items())]
    return empirical_prior(tried).at_most(DEFAULT_PRIOR.evidence)


def _counted(contact: ContactEvidence, draw: Draw, *, is_over: bool) -> ArmTally:
    counts = Counts(
        helped=float(contact.helped),
        did_not=float(not contact.helped and not contact.harmed),
        harmed=float(contact.harmed),
        as_of=contact.at,
    )
    return ArmTally(
        touch=contact.touch,
        context=draw.context,
        arm=draw.arm,
        contacts=1,
        waiting=int(not is_over),
        helped=int(contact.helped),
        harmed=int(contact.harmed),
        kinds={kind.value: 1 for kind in sorted(contact.kinds)},
        counts=counts if is_over else Counts(),
    )


def _kinds_of(journey: JourneyEvidence) -> dict[str, int]:
    """Return what came of a journey whose window is over, with the case that nobody had to open."""
    found = {kind.value: 1 for kind in sorted(journey.kinds)}
    if OutcomeKind.CASE_OPENED not in journey.kinds:
        found[CASE_AVOIDED] = 1
    if journey.kinds & HARMS:
        found[HARMED] = 1
    elif journey.kinds & HELPS:
        found[HELPED] = 1
    return found


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in sorted({*one, *other})}
