"""What is compared: ways to answer the same moments, each a variant of the playbook that goes through the same code."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import median_low

from attune.domain.fatigue import FatigueRules
from attune.domain.friction_levels import Level
from attune.domain.playbook_rules import Audience, Condition, Touch
from attune.domain.playbooks import Playbook

NOBODY = 1_000_000
"""More unanswered messages than anybody ever gets."""
SOON = timedelta(hours=1)


@dataclass(frozen=True)
class Strategy:
    """One way to answer: its name, how to say it, its variant of the playbook, and whether it learns from day to day."""

    name: str
    told: str
    playbook: Playbook
    learns: bool = False


def strategies(playbook: Playbook) -> tuple[Strategy, ...]:
    """Return what is compared, "no messages" first; consent, hours of law and caps hold for all of them."""
    tireless = FatigueRules(none_after=NOBODY, stretch=1.0)
    plain = replace(playbook, fatigue=tireless)
    return (
        Strategy("no_messages", "everybody is held out", replace(playbook, audience=Audience(holdout_percent=100.0))),
        Strategy("fixed_delay", _told_fixed(playbook), _with_delays(plain, _middle)),
        Strategy("fixed_1_hour", "every touch 1 hour after it is due", _with_delays(plain, lambda _: SOON)),
        Strategy(
            "send_always",
            "every touch at its first delay, whatever the friction, however tired",
            _unconditional(_with_delays(plain, lambda touch: min(touch.delays))),
        ),
        Strategy("adaptive", "the playbook as it is, its policy learning day by day", playbook, learns=True),
    )


def _middle(touch: Touch) -> timedelta:
    return median_low(touch.delays)


def _told_fixed(playbook: Playbook) -> str:
    hours = ", ".join(f"{_middle(touch) / SOON:g} h" for touch in playbook.touches)
    return f"the middle delay of each touch ({hours})"


def _with_delays(playbook: Playbook, choose: Callable[[Touch], timedelta]) -> Playbook:
    return replace(playbook, touches=tuple(replace(touch, delays=(choose(touch),)) for touch in playbook.touches))


def _unconditional(playbook: Playbook) -> Playbook:
    touches = tuple(replace(touch, when=Condition()) for touch in playbook.touches)
    return replace(playbook, touches=touches, friction_floor=Level.CALM)
