"""Results of a period: what messages did against none, and what the log holds besides, from its rows alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from attune.domain.playbooks import Playbook
from attune.domain.results.effects import Effect, EffectCounts, Week
from attune.domain.results.log import LogCounts, count
from attune.domain.results.people import Row, people, stories

NPS_MISSING = (
    "Net promoter score: not measured. Nobody is asked how likely they would recommend us; 'was this helpful?' is another "
    "question, and no score is made up from its answers."
)


@dataclass(frozen=True, kw_only=True)
class Results:
    """Everything that the rows of a period tell."""

    since: datetime
    now: datetime
    effects: tuple[Effect, ...]
    weeks: tuple[Week, ...]
    log: LogCounts


def windows_of(playbooks: Mapping[str, Playbook]) -> dict[str, timedelta]:
    """Return how long after a moment outcomes may come, by playbook."""
    return {name: playbook.expires_after + playbook.outcome_window for name, playbook in playbooks.items()}


def results_of(rows: Iterable[Row], windows: Mapping[str, timedelta], *, since: datetime, now: datetime) -> Results:
    """Work the results out from rows of the log, sorted by `subject_key`; nothing of a dry run counts."""
    effects, log = EffectCounts(), LogCounts()
    for own in people(rows):
        if own:
            effects.add(
                sorted(stories(own, windows, since=since, now=now), key=lambda story: (story.at, story.playbook))
            )
            count(log, own, now=now)
    return Results(since=since, now=now, effects=effects.effects(), weeks=effects.weeks(), log=log)
