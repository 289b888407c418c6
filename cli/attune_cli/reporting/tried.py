"""What was tried out, from rows of the log: the same sums and the same report that a stage's refit makes of its evidence."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from attune.domain.learning.beliefs import DEFAULT_PRIOR, Counts
from attune.domain.learning.evidence import WORDS, JourneyEvidence, assemble, piece_of
from attune.domain.learning.experiments import PlaybookReport, report
from attune.domain.learning.policy import Policy
from attune.domain.learning.refitting import Tally, tally
from attune.domain.playbooks import Playbook


def experiments_in(
    rows: Iterable[Mapping[str, Any]], playbooks: Mapping[str, Playbook], *, now: datetime
) -> tuple[PlaybookReport, ...]:
    """Return a report for each known playbook; who stopped an arm stands in no row, so none is marked."""
    journeys: dict[str, list[JourneyEvidence]] = defaultdict(list)
    for journey in assemble(piece for row in rows if (piece := piece_of(row)) is not None):
        journeys[journey.playbook].append(journey)
    return tuple(
        _report(name, tally(own, playbooks[name], as_of=now), now)
        for name, own in sorted(journeys.items())
        if name in playbooks
    )


def _report(playbook: str, summed: Tally, now: datetime) -> PlaybookReport:
    def policy_of(touch: int, context: str) -> Policy:
        counts: dict[str, Counts] = {}
        for arm in summed.arms:
            everywhere = f"{WORDS}*" if arm.is_words else "*"
            if arm.touch == touch and context in {arm.context, everywhere}:
                counts[arm.arm] = counts.get(arm.arm, Counts()).plus(arm.counts.faded(now))
        return Policy({name: DEFAULT_PRIOR.knowing(known) for name, known in counts.items()}, DEFAULT_PRIOR)

    return report(playbook, summed, policy_of, {})
