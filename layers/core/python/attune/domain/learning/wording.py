"""Experiments in words: no symbols and no names of ours that a reader outside the team would have to look up."""

from attune.domain.learning.experiments import ALL_CONTEXTS, ArmReport, Effect, PlaybookReport, TouchReport
from attune.domain.learning.policy import EVEN_SHARE
from attune.domain.learning.refitting import CASE_AVOIDED, HARMED

OUTCOMES = {
    "ordered": "ordered",
    CASE_AVOIDED: "needed no person's help",
    HARMED: "unsubscribed, complained or were annoyed",
}
KINDS = {
    "ordered": "ordered",
    "helpful": "found it helpful",
    "replied": "replied",
    "case_opened": "needed a person",
    "unsubscribed": "unsubscribed",
    "complained": "reported it as spam",
    "not_helpful": "found it not helpful",
    "snoozed": "said not now",
}
CHANNELS = {"sms": "SMS", "email": "email", "onsite": "on the site"}
HOURS_A_DAY = 24


def arm_name(arm: ArmReport, *, is_words: bool) -> str:
    """Return an arm as people call it: `after 2 days`, or the text's name."""
    if is_words or not arm.arm.endswith("h"):
        return arm.arm
    try:
        hours = float(arm.arm[:-1])
    except ValueError:
        return arm.arm
    if hours == 0:
        return "at once"
    if hours % HOURS_A_DAY == 0:
        return f"after {counted(hours / HOURS_A_DAY, 'day')}"
    return f"after {counted(hours, 'hour')}"


def context_name(touch: TouchReport) -> str:
    """Return a context in words."""
    if ALL_CONTEXTS in touch.context:
        return "everybody"
    parts = [part for part in touch.context.split("#") if part != "words"]
    channel, device, *rest = parts
    named = [CHANNELS.get(channel, channel), "unknown device" if device == "unknown" else device]
    named += [f"{part} friction" if number == len(rest) else part for number, part in enumerate(rest, start=1)]
    return ", ".join(named)


def touch_title(touch: TouchReport) -> str:
    """Return what is tried out, and with whom."""
    what = "which words" if touch.is_words else "when to write"
    return f"Message {touch.touch}, {what}: {context_name(touch)}"


def stage_of(touch: TouchReport) -> str:
    """Return whether it is still being found out which arm is best."""
    running = [arm for arm in touch.arms if arm.state != "stopped"]
    if len(touch.arms) == 1:
        return "There is only one way: nothing to find out."
    if len(running) == 1:
        return "One way is left: the others were stopped."
    if touch.exploring:
        return "Still finding out which is best."
    return f"Settled: {EVEN_SHARE:.0%} of the messages are shared evenly, so that none is forgotten."


def state_of(arm: ArmReport) -> str:
    """Return what a guard rail or a person settled about an arm."""
    if not arm.state:
        return ""
    since = f" since {arm.since:%Y-%m-%d}" if arm.since else ""
    by = f" by {arm.who}" if arm.who else ""
    return f"{arm.state}{since}{by}: {arm.why}"


def effect_sentence(effect: Effect) -> str:
    """Return what may be said about messages against none."""
    what = OUTCOMES[effect.outcome]
    if not effect.of_held_out or not effect.of_treated:
        who = "nobody was held out" if effect.of_treated else "no journey's time is over"
        return f"{what}: nothing can be said, because {who} yet."
    shares = (
        f"{what}: {effect.treated / effect.of_treated:.1%} of {counted(effect.of_treated, 'moment')} answered, "
        f"{effect.held_out / effect.of_held_out:.1%} of {effect.of_held_out:,} held out"
    )
    low, high = 100 * (effect.low or 0.0), 100 * (effect.high or 0.0)
    if not effect.is_claimed:
        return f"{shares}. No effect claimed: the difference lies between {low:+.1f} and {high:+.1f} points."
    points = 100 * (effect.difference or 0.0)
    direction = "more" if points > 0 else "fewer"
    return f"{shares}: {abs(points):.1f} points {direction} with messages ({low:+.1f} to {high:+.1f})."


def people(report: PlaybookReport) -> str:
    """Return how many people a playbook's comparison stands on."""
    return (
        f"{counted(report.journeys, 'moment')} answered, {report.held_out:,} held out, "
        f"{report.unsettled:,} too recent to compare."
    )


def kinds_of(arm: ArmReport) -> str:
    """Return what came of an arm, most frequent first."""
    counted = sorted(arm.kinds.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{number:,} {KINDS.get(kind, kind)}" for kind, number in counted)


def counted(number: float, one: str) -> str:
    """Return a number with its noun."""
    return f"{number:,.10g} {one if number == 1 else one + 's'}"
