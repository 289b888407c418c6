"""What a deployment puts into effect by itself: what a stage held before and holds after, and what customers will notice.

A roll-out on the stage names its version, and a file that is deployed beside it waits. Everything else takes effect with the
deployment: versions without a roll-out, triggers, switches in the files, words, rules, and whether the stage sends at all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from attune.domain.differences import differences
from attune.domain.playbooks import Playbook, version_order
from attune.domain.switches import RollOut, Switches

MOST_NAMED = 20
"""So many texts are named one by one; of more, the others are counted."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A playbook as a stage holds it: the deployed file, and the versions kept beside it."""

    file: Playbook
    kept: Mapping[str, Playbook] = field(default_factory=dict)

    def version(self, version: str) -> Playbook | None:
        """Return what customers of a version get, with the trigger and the switch of the file; None where it is not held."""
        found = self.file if version == self.file.version else self.kept.get(version)
        return found and replace(found, trigger=self.file.trigger, enabled=found.enabled and self.file.enabled)

    def rollout(self, switches: Switches) -> RollOut:
        """Return who gets which version: as the stage says, else as the file does."""
        older = [one for one in self.kept if version_order(one) < version_order(self.file.version)]
        previous = max(older, key=version_order, default="")
        from_file = RollOut(version=self.file.version, percent=self.file.audience.rollout_percent, previous=previous)
        return switches.rollouts.get(self.file.id, from_file)


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """What a stage holds: playbooks by id, whether it sends, rules by file and words by text (each a hash)."""

    playbooks: Mapping[str, Held]
    sending: str = ""
    rules: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What takes effect with a deployment: of one playbook, or (none named) of the stage.

    `before` and `after` name version and percentage; `served` is what its customers get from then on.
    """

    playbook: str = ""
    before: str = ""
    after: str = ""
    lines: tuple[str, ...] = ()
    served: Playbook | None = None
    rollout: RollOut | None = None


def effects_of(before: Deployed | None, after: Deployed, switches: Switches) -> tuple[Effect, ...]:
    """Return what a deployment changes for customers, playbooks in order and the stage last; nothing where it changes nothing.

    `before` is None where nothing was deployed before, or nobody wrote down what.
    """
    known = before or Deployed(playbooks={})
    names = sorted({*known.playbooks, *after.playbooks})
    found = [_of_playbook(known.playbooks.get(name), after.playbooks.get(name), switches) for name in names]
    of_stage = () if before is None else tuple(_of_stage(before, after))
    if before is None and after.sending:
        of_stage = (f"the stage {after.sending}",)
    return (*(one for one in found if one), *((Effect(lines=of_stage),) if of_stage else ()))


def _of_playbook(before: Held | None, after: Held | None, switches: Switches) -> Effect | None:
    if after is None:
        if before is None:
            return None
        told = _told(before.rollout(switches))
        return Effect(playbook=before.file.id, before=told, lines=("it is gone: its journeys end at their next step",))
    rollout = after.rollout(switches)
    served, others = after.version(rollout.version), after.version(rollout.previous)
    effect = Effect(playbook=after.file.id, after=_told(rollout), served=served, rollout=rollout)
    if before is None:
        return replace(effect, lines=("it is new here",))
    was = before.rollout(switches)
    lines = [*differences(before.version(was.version), served)]
    if was.version != rollout.version:
        lines.insert(0, f"version {was.version} becomes {rollout.version}")
    elif lines and _says_something_else(was.version, before, after):
        lines.insert(0, f"version {was.version} is another than before: journeys that run by it go on by this one")
    if was.percent != rollout.percent:
        lines.append(f"{was.percent:g} % of customers becomes {rollout.percent:g} %")
    if rollout.previous and rollout.percent < 100:  # noqa: PLR2004 - percent
        rest = differences(before.version(was.previous), others)
        lines += [f"all others, {line}" for line in rest if line not in lines]
    if rollout.version and served is None and before.version(was.version) is not None:
        lines.append(f"version {rollout.version} is not held any more: its customers get nothing")
    return replace(effect, before=_told(was), lines=tuple(lines)) if lines else None


def _says_something_else(version: str, before: Held, after: Held) -> bool:
    """Whether a version itself is another, besides what the deployed file decides for all versions."""
    was, now = before.version(version), after.version(version)
    if was is None or now is None:
        return False
    return replace(was, trigger=now.trigger, enabled=now.enabled) != now


def _of_stage(before: Deployed, after: Deployed) -> Iterator[str]:
    if before.sending != after.sending:
        yield (
            f"the stage {after.sending}; before, it {before.sending}"
            if before.sending
            else f"the stage {after.sending}"
        )
    for name in sorted({*before.rules, *after.rules}):
        if before.rules.get(name) != after.rules.get(name):
            yield f"the rules in {name} are {_how(name, before.rules, after.rules)}"
    changed = [one for one in sorted({*before.texts, *after.texts}) if before.texts.get(one) != after.texts.get(one)]
    for name in changed[:MOST_NAMED]:
        yield f"the text {name} is {_how(name, before.texts, after.texts)}"
    if len(changed) > MOST_NAMED:
        yield f"and {len(changed) - MOST_NAMED} more texts"


def _how(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    if name not in before:
        return "new"
    return "gone" if name not in after else "changed"


def _told(rollout: RollOut) -> str:
    return f"{rollout.version} {rollout.percent:g} %"
