"""What product, support and sales are told before a change takes effect: what, whom it reaches, how much, how back."""

from collections.abc import Sequence
from dataclasses import dataclass

from attune.domain.changes import Change, ChangeKind
from attune.domain.deployments import Effect
from attune.domain.differences import differences
from attune.domain.playbooks import Playbook
from attune.domain.switches import RollOut

LONGEST_SUBJECT = 100
"""SNS takes no more, and only ASCII."""
NAMED = 2
"""So many playbooks stand in a subject."""


@dataclass(frozen=True)
class Announcement:
    """A subject, and the text below it."""

    subject: str
    text: str


def announcement_of(
    change: Change, *, stage: str, playbook: Playbook | None = None, before: Playbook | None = None
) -> Announcement:
    """Return what is told of a change; `playbook` and `before` are the versions that it goes to and comes from."""
    subject = f"Attune {stage}: {_headline(change)}"
    paragraphs = {
        "What": _what(change),
        "What is different": "\n".join(f"- {line}" for line in differences(before, playbook)),
        "Whom it reaches": _whom(playbook, change.switches.rollouts.get(playbook.id) if playbook else None),
        "How much": _how_much(playbook),
        "How to go back": _how_back(change, stage),
        "By": f"{change.who}{f', because: {change.why}' if change.why else ''}",
    }
    text = "\n\n".join(f"{title}\n{text}" for title, text in paragraphs.items() if text)
    return announcement(subject, text)


def announcement_of_deployment(effects: Sequence[Effect], *, stage: str, by: str, is_first: bool) -> Announcement:
    """Return what is told before a deployment takes effect; `effects` is what it changes for customers (at least one)."""
    names = [effect.playbook for effect in effects if effect.playbook]
    what = _named(names) if names else "words, rules or sending"
    subject = f"Attune {stage}: a deployment {'begins with' if is_first else 'changes'} {what}"
    intro = "A deployment takes effect now." + (" Nothing was written down about one before it." if is_first else "")
    sections = [_section(effect, stage) for effect in effects]
    closing = f"By\n{by}"
    return announcement(subject, "\n\n".join((intro, *sections, closing)))


def _section(effect: Effect, stage: str) -> str:
    title = effect.playbook or f"Everything on {stage}"
    lines = "\n".join(f"- {line}" for line in effect.lines)
    if not effect.playbook:
        back = (
            f"How to go back: deploy what was before; at once and for all messages: attune switch off --stage {stage}"
        )
        return f"{title}\n{lines}\n{back}"
    was = f" (it was {effect.before})" if effect.before and effect.before != effect.after else ""
    facts = [
        f"Version and share: {effect.after}{was}" if effect.after else "",
        f"Whom it reaches: {_whom(effect.served, effect.rollout)}" if effect.served else "",
        f"How much: {_how_much(effect.served)}" if effect.served else "",
        f"How to go back: {_way_back(effect, stage)}",
    ]
    return "\n".join((title, lines, *filter(None, facts)))


def _way_back(effect: Effect, stage: str) -> str:
    if not effect.after:
        return "deploy it again"
    held = effect.rollout.previous if effect.rollout else ""
    back = f"attune playbooks rollback {effect.playbook} --stage {stage}" if held else "deploy what was before"
    return (
        f"{back}; at once and for all of its messages: attune switch off --playbook {effect.playbook} --stage {stage}"
    )


def _named(names: Sequence[str]) -> str:
    shown = names[:NAMED]
    more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
    return f"{', '.join(shown)}{more}"


def announcement(subject: str, text: str) -> Announcement:
    """Return what SNS takes: a subject in plain characters that is not too long."""
    plain = " ".join(subject.encode("ascii", "replace").decode().split())
    return Announcement(plain[:LONGEST_SUBJECT], f"{text}\n")


def _headline(change: Change) -> str:
    match change.kind:
        case ChangeKind.ROLLED_OUT:
            return f"{change.playbook} goes to {change.after}"
        case ChangeKind.ROLLED_BACK:
            return f"{change.playbook} goes back to {change.after}"
        case ChangeKind.SWITCHED_OFF:
            return f"{change.about} is switched off"
    return f"{change.about} is switched on again"


def _what(change: Change) -> str:
    if change.playbook and change.after:
        was = f"; it was {change.before}" if change.before else ""
        return f"{change.playbook}: version {change.after} of customers{was}."
    return f"{_headline(change).capitalize()}."


def _whom(playbook: Playbook | None, rollout: RollOut | None) -> str:
    if playbook is None:
        return "Everybody whom it would have written to."
    audience = playbook.audience
    segments = f"segments {', '.join(audience.segments)}" if audience.segments else "customers of every segment"
    without = f" without {', '.join(audience.except_segments)}" if audience.except_segments else ""
    share = rollout.percent if rollout else audience.rollout_percent
    held = (
        f" {audience.holdout_percent:g} % of them are held out and get no message." if audience.holdout_percent else ""
    )
    moment = f" The moment: {playbook.moment}" if playbook.moment else ""
    return f"{share:g} % of {segments}{without}, for new journeys.{held}{_others(rollout)}{moment}"


def _others(rollout: RollOut | None) -> str:
    """Say what those get who are not in a roll-out."""
    if rollout is None or rollout.percent >= 100:  # noqa: PLR2004 - percent
        return ""
    return f" All others get {f'version {rollout.previous}' if rollout.previous else 'nothing of this playbook'}."


def _how_much(playbook: Playbook | None) -> str:
    if playbook is None:
        return ""
    channels = sorted({channel for touch in playbook.touches for channel in touch.channels})
    arms = max(len(touch.messages) * len(touch.delays) for touch in playbook.touches)
    tried = f" Up to {arms} ways of a message are tried out." if arms > 1 else ""
    limits = playbook.limits
    messages = "one message" if len(playbook.touches) == 1 else f"{len(playbook.touches)} messages"
    return (
        f"At most {messages} in a journey, by {', '.join(channels)}; at most {limits.per_day} a day and "
        f"{limits.per_week} a week to one customer, of all playbooks together.{tried}"
    )


def _how_back(change: Change, stage: str) -> str:
    match change.kind:
        case ChangeKind.ROLLED_OUT | ChangeKind.ROLLED_BACK:
            return (
                f"attune playbooks rollback {change.playbook} --stage {stage}, or at once and for all of its messages: "
                f"attune switch off --playbook {change.playbook} --stage {stage}"
            )
        case ChangeKind.SWITCHED_OFF:
            return f"attune switch on{_options(change)} --stage {stage}"
    return f"attune switch off{_options(change)} --stage {stage}"


def _options(change: Change) -> str:
    if change.playbook:
        return f" --playbook {change.playbook}"
    return f" --channel {change.channel}" if change.channel else ""
