"""A whole replay: the recording through both versions, and what is different."""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from attune.domain.clock import format_instant
from attune.domain.playbooks import Playbook
from attune_cli.replaying.comparing import Counts, Difference, count, differences
from attune_cli.replaying.reachable import as_if_reachable
from attune_cli.replaying.recordings import Event, Recording
from attune_cli.replaying.stage import Rules
from attune_cli.replaying.stories import people_of
from attune_cli.replaying.world import Played, World

HONESTY = (
    "These are exact counts of what each version decides about the recorded events; nothing was sent. "
    "People act as they were recorded: what a message would have changed is not in it. "
    "Delays and texts are drawn as the policy draws them before it has learnt anything, with the seed, for both versions "
    "alike; support resolves every case when it is due."
)
ALLOCATIONS = 200_000
"""So many values are made and not let go of before garbage is looked for."""
REACHABLE = "Everybody was given a made-up email address and consent to email, because you asked for it."


@dataclass(frozen=True)
class Plan:
    """What to replay: the recording, the new version, and what it is held against (None: nobody gets its messages)."""

    recording: Recording
    new: Playbook
    old: Playbook | None
    beside: Mapping[str, Playbook]
    """Other playbooks that run in both, because caps and cases are shared."""
    templates: Path
    seed: int = 1
    reachable: bool = False

    def playbooks(self, version: Playbook | None) -> dict[str, Playbook]:
        """Return every playbook of a run, in order of their ids; without a version the new one, switched off."""
        version = version or replace(self.new, enabled=False)
        return dict(sorted({**self.beside, version.id: version}.items()))


@dataclass(frozen=True)
class Replay:
    """The result: the figures as JSON has them, and everybody whose story differs."""

    found: dict[str, Any]
    before: Counts
    after: Counts
    changed: list[Difference]
    everybody: frozenset[str]


def replay(plan: Plan, tick: Callable[[str], None] = lambda _: None) -> Replay:
    """Run both versions; the same plan gives the same result. `tick` hears which one runs."""
    rules = Rules.read(plan.templates)
    events = as_if_reachable(plan.recording.events) if plan.reachable else plan.recording.events
    sides = []
    with _rarely_collected():
        for name, version in (("old", plan.old), ("new", plan.new)):
            tick(name)
            sides.append(_play(plan, rules, events, version))
    (old, before_people, before), (new, after_people, after) = sides
    changed = differences(before_people, after_people)
    found = {
        "honesty": f"{HONESTY} {REACHABLE}" if plan.reachable else HONESTY,
        "seed": plan.seed,
        "old": _named(plan.old),
        "new": _named(plan.new),
        "beside": [_named(playbook) for playbook in plan.beside.values()],
        "recording": _recording(plan, new),
        "people": len(after_people),
        "people_who_would_notice": sum(one.noticed for one in changed),
        "people_with_other_reasons": sum(not one.noticed for one in changed),
        "before": before.as_tree(),
        "after": after.as_tree(),
        "failed_steps": {"before": dict(old.failed_steps), "after": dict(new.failed_steps)},
    }
    return Replay(found, before, after, changed, frozenset(before_people) | frozenset(after_people))


@contextmanager
def _rarely_collected() -> Iterator[None]:
    """Look for garbage a hundred times less often: all that is remembered is there to stay, and looking took a tenth of the time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _play(
    plan: Plan, rules: Rules, events: list[Event], version: Playbook | None
) -> tuple[Played, dict[str, Any], Counts]:
    playbooks = plan.playbooks(version)
    before = plan.old if version is plan.new else None
    played = World(rules, playbooks, events, seed=plan.seed, before=before).run()
    people = people_of(played)
    return played, people, count(people, playbooks)


def _named(playbook: Playbook | None) -> str:
    return f"{playbook.id}@{playbook.version}" if playbook else "no such playbook"


def _recording(plan: Plan, played: Played) -> dict[str, Any]:
    recording = plan.recording
    return {
        "events": len(recording.events),
        "begins": format_instant(recording.begins),
        "ends": format_instant(recording.ends),
        "duplicates": played.tally.get("duplicate", 0),
        "failed": played.tally.get("failed", 0),
        "unread": [{"place": one.place, "reason": one.reason} for one in recording.unread],
        "not_understood": [{"place": place, "reason": reason} for place, reason in played.quarantined.items()],
        "left_out": dict(recording.left_out),
        "silences_that_outlast_it": played.unknown_silences,
    }
