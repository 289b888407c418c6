"""What is tried out, on the page: the arms of each touch, what came of them, and what is believed."""

from collections.abc import Iterable
from html import escape

from attune.domain.learning.experiments import ALL_CONTEXTS, ArmReport, PlaybookReport, TouchReport
from attune.domain.learning.wording import arm_name, kinds_of, people, stage_of, state_of, touch_title
from attune.domain.results.intervals import Share
from attune.reporting.marks import share_bar
from attune.reporting.tables import Html, folded, paragraph, section, table
from attune.reporting.words import SIGN, plain

HEADINGS = (
    "what",
    "messages",
    "helped",
    "did harm",
    "expected to help (90\N{NO-BREAK SPACE}%)",
    "",
    "chosen next",
    "what came of it",
)


def experiments_section(reports: Iterable[PlaybookReport]) -> str:
    """Return the arms of every playbook that has learnt something; groups of people are in `attune experiments`."""
    shown = [report for report in reports if report.touches]
    lead = (
        "Delays and words that are tried out. The share expected to help is a belief: it begins at one in ten for each."
    )
    return section(
        "experiments",
        "Experiments",
        paragraph(lead if shown else "Nothing has been learnt from yet.", "quiet"),
        *(_playbook(report) for report in shown),
    )


def _playbook(report: PlaybookReport) -> str:
    touches = "".join(_touch(touch) for touch in report.touches if ALL_CONTEXTS in touch.context)
    return folded(f"{plain(report.playbook).capitalize()}: {people(report)}", touches)


def _touch(touch: TouchReport) -> str:
    top = max((arm.high for arm in touch.arms), default=0.0)
    rows = [_arm(touch, arm, top) for arm in touch.arms]
    notes = "".join(
        paragraph(f"{arm_name(arm, is_words=touch.is_words)} {state_of(arm)}", "warn")
        for arm in touch.arms
        if arm.state
    )
    title = touch_title(touch).removesuffix(": everybody")
    return f"<h4>{escape(title)}</h4>{paragraph(stage_of(touch), 'quiet')}{table(HEADINGS, rows)}{notes}"


def _arm(touch: TouchReport, arm: ArmReport, top: float) -> tuple[str | int, ...]:
    stopped = arm.state == "stopped"
    return (
        plain(arm_name(arm, is_words=touch.is_words)),
        arm.contacts,
        arm.helped,
        arm.harmed,
        f"{arm.expected:.1%} ({100 * arm.low:.1f} to {100 * arm.high:.1f})".replace("%", SIGN),
        Html(share_bar(Share(arm.expected, arm.low, arm.high), top, "stopped" if stopped else "")),
        "stopped" if stopped else f"{100 * arm.next_chance:.0f}{SIGN}",
        kinds_of(arm) or "-",
    )
