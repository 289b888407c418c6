"""What product, support and sales are told before a change takes effect: what, whom it reaches, how much, how back."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from attune.domain.changes import Change, ChangeKind
from attune.domain.playbooks import Playbook, Touch
from attune.domain.switches import RollOut

LONGEST_SUBJECT = 100
"""SNS takes no more, and only ASCII."""


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
        "Whom it reaches": _whom(change, playbook),
        "How much": _how_much(playbook),
        "How to go back": _how_back(change, stage),
        "By": f"{change.who}{f', because: {change.why}' if change.why else ''}",
    }
    text = "\n\n".join(f"{title}\n{text}" for title, text in paragraphs.items() if text)
    plain = " ".join(subject.encode("ascii", "replace").decode().split())
    return Announcement(plain[:LONGEST_SUBJECT], f"{text}\n")


def differences(before: Playbook | None, after: Playbook | None) -> Iterator[str]:
    """Yield in words what people will notice between two versions: texts, delays, channels, limits, audience."""
    if before is None or after is None or before == after:
        return
    for number in range(max(len(before.touches), len(after.touches))):
        old, new = (one.touches[number] if number < len(one.touches) else None for one in (before, after))
        yield from _touch_differences(number + 1, old, new)
    for part in ("limits", "audience", "re_entry", "fatigue", "escalation"):
        old_part, new_part = getattr(before, part), getattr(after, part)
        for one in fields(old_part):
            was, now = getattr(old_part, one.name), getattr(new_part, one.name)
            if was != now:
                yield f"{part}.{one.name}: {_said(was)} becomes {_said(now)}"
    for name in ("friction_floor", "expires_after", "outcome_window", "goals", "trigger", "hours", "purpose"):
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            yield f"{name} is another" if name in {"trigger", "hours"} else f"{name}: {_said(was)} becomes {_said(now)}"


def _touch_differences(number: int, old: Touch | None, new: Touch | None) -> Iterator[str]:
    if old is None or new is None:
        yield f"message {number} is {'new' if old is None else 'gone'}"
        return
    for one in fields(old):
        was, now = getattr(old, one.name), getattr(new, one.name)
        if was != now:
            yield f"message {number}, {one.name}: {_said(was)} becomes {_said(now)}"


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_said, value)) or "none"
    return "none" if value in ("", None) else str(value)


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


def _whom(change: Change, playbook: Playbook | None) -> str:
    if playbook is None:
        return "Everybody whom it would have written to."
    audience = playbook.audience
    segments = f"segments {', '.join(audience.segments)}" if audience.segments else "customers of every segment"
    without = f" without {', '.join(audience.except_segments)}" if audience.except_segments else ""
    rollout = change.switches.rollouts.get(playbook.id)
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
    return (
        f"At most {len(playbook.touches)} messages in a journey, by {', '.join(channels)}; at most {limits.per_day} a day and "
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
