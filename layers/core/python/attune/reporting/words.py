"""Figures and codes in words that a reader needs not look up."""

from collections.abc import Mapping

from attune.domain.results.effects import ALL, TELLING_FROM, Effect
from attune.domain.results.intervals import Share
from attune.domain.results.people import Measure

TOO_FEW = "too few to tell"
TITLES: Mapping[Measure, str] = {
    Measure.ORDERED: "Ordered",
    Measure.CASE: "Needed a person's help",
    Measure.SEEN_AGAIN: "Came back within four weeks",
    Measure.ORDERED_AGAIN: "Ordered more than once",
    Measure.LEFT: "Unsubscribed or complained",
}
ALSO_CALLED: Mapping[Measure, str] = {
    Measure.ORDERED: "friction-adjusted conversion",
    Measure.CASE: "support deflection",
    Measure.SEEN_AGAIN: "retention",
    Measure.ORDERED_AGAIN: "repeat engagement",
    Measure.LEFT: "harm",
}
FEWER_IS_BETTER = frozenset({Measure.CASE, Measure.LEFT})
MINUTE, HOUR, DAY = 60, 3600, 86400
SIGN = "\N{NO-BREAK SPACE}%"


def percent(value: float) -> str:
    """Return a share as people read it."""
    return f"{100 * value:.1f}{SIGN}"


def in_the_log(people: int) -> str:
    """Return how many people the log is about."""
    return f"{people:,} {'person' if people == 1 else 'people'} in the log"


def share_text(share: Share | None) -> str:
    """Return a share with its interval, or that too few people tell it."""
    return f"{percent(share.value)} ({100 * share.low:.1f} to {100 * share.high:.1f})" if share else TOO_FEW


def points(effect: Effect) -> str:
    """Return the difference in points with its interval."""
    if effect.found is None:
        return TOO_FEW
    found = effect.found
    return f"{100 * found.value:+.1f} ({100 * found.low:+.1f} to {100 * found.high:+.1f})"


def interval(effect: Effect) -> str:
    """Return where the size of a claimed difference lies, or the difference itself, in points."""
    if effect.found is None:
        return ""
    low, high = 100 * effect.found.low, 100 * effect.found.high
    if not effect.is_claimed:
        return f"{low:+.1f} to {high:+.1f}"
    small, large = sorted((abs(low), abs(high)))
    return f"{small:.1f} to {large:.1f}"


def tone_of(effect: Effect) -> str:
    """Return whether a difference is good, bad, or not to be told."""
    if effect.found is None or not effect.is_claimed:
        return "open"
    return "good" if (effect.found.value > 0) != (effect.measure in FEWER_IS_BETTER) else "bad"


def verdict(effect: Effect) -> str:
    """Say what the comparison comes to."""
    if effect.found is None:
        if not effect.of_held_out:
            return f"{TOO_FEW}: nobody was held out" if effect.of_treated else f"{TOO_FEW}: nobody's time is over"
        few = min(effect.of_treated, effect.of_held_out)
        return f"{TOO_FEW}: {few} on the smaller side, {TELLING_FROM} alike are needed"
    if not effect.is_claimed:
        return "no difference can be told"
    return "more with messages" if effect.found.value > 0 else "fewer with messages"


def in_people(effect: Effect) -> str:
    """Say how many people a claimed difference is; empty where none is claimed."""
    if effect.found is None or not effect.is_claimed:
        return ""
    ends = sorted(abs(round(end * effect.of_treated)) for end in (effect.found.low, effect.found.high))
    middle = abs(round(effect.found.value * effect.of_treated))
    more = "more" if effect.found.value > 0 else "fewer"
    return f"About {middle:,} {more} among {effect.of_treated:,} answered people ({ends[0]:,} to {ends[1]:,})."


def scope_name(playbook: str) -> str:
    """Return a playbook's name, or that it is all of them."""
    return "All playbooks" if playbook == ALL else plain(playbook)


def plain(code: str) -> str:
    """Return a code as words."""
    return code.replace("_", " ")


def duration(seconds: float) -> str:
    """Return a time as people say it."""
    if seconds < HOUR:
        return f"{seconds / MINUTE:.0f} min"
    if seconds < 2 * DAY:
        return f"{seconds / HOUR:.1f} h"
    return f"{seconds / DAY:.1f} days"
