"""What `attune experiments` says above its figures; the words of the figures are shared with the report."""

from attune.domain.learning.wording import (
    arm_name,
    counted,
    effect_sentence,
    kinds_of,
    people,
    stage_of,
    state_of,
    touch_title,
)
from attune_cli.experiments.gathering import Experiments

__all__ = [
    "arm_name",
    "effect_sentence",
    "headline",
    "kinds_of",
    "people",
    "stage_of",
    "state_of",
    "touch_title",
]


def headline(found: Experiments) -> str:
    """Return what the figures stand on and what is live."""
    newest, pointer = found.newest, found.live.pointer
    stands = (
        f"As of {newest.made_at:%Y-%m-%d %H:%M} UTC, from {counted(newest.contacts, 'message')}, "
        f"{newest.waiting:,} of them too recent to judge."
    )
    if pointer.pinned:
        return f"{stands} Live is version {pointer.version}: {pointer.who} went back to it ({pointer.why})."
    return f"{stands} Live is version {pointer.version}."
