"""What a report is made of, and its page put together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape

from attune.domain.fairness.judging import FairnessDay
from attune.domain.learning.experiments import PlaybookReport
from attune.domain.results.measures import Results
from attune.domain.texts import TextLibrary
from attune.reporting.effects import in_short, results_section
from attune.reporting.experiments import experiments_section
from attune.reporting.fairness import fairness_section
from attune.reporting.log import cases_section, cost_section, feedback_section, friction_section, withheld_section
from attune.reporting.page import heading, page
from attune.reporting.texts import texts_section
from attune.reporting.words import in_the_log

PARTS: Mapping[str, str] = {
    "results": "Results",
    "experiments": "Experiments",
    "friction": "Friction",
    "fairness": "Fairness",
    "feedback": "Feedback",
    "withheld": "Withheld",
    "cases": "Cases",
    "cost": "Cost",
    "texts": "Words and cultures",
}


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that the page shows."""

    title: str
    results: Results
    texts: TextLibrary
    fairness: FairnessDay | None = None
    experiments: tuple[PlaybookReport, ...] = ()
    made_at: datetime


def report_page(report: Report) -> str:
    """Return the page: one file that loads nothing, for phones, desks, paper, light and dark."""
    results = report.results
    links = "".join(f'<a href="#{name}">{escape(title)}</a>' for name, title in PARTS.items())
    body = "".join(
        (
            results_section(results),
            experiments_section(report.experiments),
            friction_section(results.log),
            fairness_section(report.fairness, results.log.friction),
            feedback_section(results.log),
            withheld_section(results.log),
            cases_section(results.log),
            cost_section(results.log),
            texts_section(results.log, report.texts),
        )
    )
    period = f"{results.since:%-d %B %Y} to {results.now:%-d %B %Y}"
    made = f"{in_the_log(results.log.people)}. Made on {report.made_at:%-d %B %Y, %H:%M} UTC."
    return page(
        f"{report.title}, {period}",
        heading(report.title, period, made),
        in_short(results, report.fairness),
        f'<nav aria-label="Parts">{links}</nav>',
        body,
        f"<footer>{''.join(f'<p>{escape(line)}</p>' for line in (PEOPLE, DESCRIBED))}</footer>",
    )


PEOPLE = (
    "People are the unit: each person counts once in a playbook, with the first moment for which chance decided whether it was "
    "answered. Comparisons are between people alike in playbook and friction, at the mix of both sides, with 90 % intervals: "
    "one in ten of them misses the truth. Nothing is claimed where an interval holds zero, and nothing is said of fewer than 20 people."
)
DESCRIBED = (
    "Friction, feedback, withheld messages, cases, cost and words describe what is in the log. They are not compared with anybody "
    "who got no message, and so say nothing about what messages did."
)
