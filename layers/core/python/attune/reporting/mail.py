"""The report as a mail: what a campaign owner has to know, for every mail client; the whole page goes along with it."""

from dataclasses import dataclass
from html import escape

from attune.domain.fairness.judging import FairnessDay, Verdict, leading
from attune.domain.fairness.wording import finding, name_of, title
from attune.domain.results.effects import ALL, Effect
from attune.domain.results.log import LogCounts
from attune.reporting.effects import told_effects, told_worries
from attune.reporting.log import cases_line, cost_words, feedback_line
from attune.reporting.mail_marks import bar
from attune.reporting.marks import reach_of
from attune.reporting.report import Report
from attune.reporting.words import ALSO_CALLED, TITLES, in_the_log, interval, percent, plain, tone_of, verdict

MOST = 3
"""So many gaps, and so many reasons, are named."""
DRY = "This stage is in a dry run: it decides, and sends nothing to customers. What is decided in a dry run does not count here."
AGAINST_NONE = "What messages did against none"
BARS = "Bars: the difference in points with its 90 % interval; the dark line in the middle is no difference."
INKS = {"good": "#1b6e3c", "bad": "#b3261e", "open": "#566272"}
FONT = "font-family:-apple-system,'Segoe UI',Roboto,Arial,sans-serif"
DARK = (
    "@media (prefers-color-scheme: dark) { .paper { background: #12161c !important; } .ink { color: #e7ebf0 !important; } "
    ".soft { color: #a0acba !important; } .link { color: #7fb2f0 !important; } .good { color: #6fcf97 !important; } "
    ".bad { color: #ff8a80 !important; } .open { color: #a0acba !important; } }"
)
"""Clients that know nothing of it show the light colours, which stand on their own."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the whole page is: as a file that goes along, and where people of the account find it."""

    file: str
    link: str
    stored: str


@dataclass(frozen=True, kw_only=True)
class ReportMail:
    """A mail, ready to be handed over."""

    subject: str
    text: str
    html: str


def report_mail(report: Report, place: Place, *, dry_run: bool) -> ReportMail:
    """Return the mail about a report; what it says stands in the page as well."""
    people = f"{in_the_log(report.results.log.people)}."
    lead = [people, DRY] if dry_run else [people]
    more = [*told_worries(report.results, report.fairness), *_to_look_at(report.fairness, report.results.log)]
    last = [
        f"The whole page goes along as {place.file}; it opens in any browser and loads nothing.",
        f"For people of the AWS account it lies in {place.stored}.",
        "This mail goes to the addresses that the stage names as report_recipients.",
    ]
    subject = f"{report.title}: report of {report.results.now:%-d %B %Y}"
    html = _page(subject, _body(report, lead, more, last, place.link))
    return ReportMail(subject=subject, text=_text(report, lead, more, [*last, place.link]), html=html)


def _text(report: Report, lead: list[str], more: list[str], last: list[str]) -> str:
    told = _listed(AGAINST_NONE, told_effects(report.results))
    lines = [f"{report.title}: {_period(report)}", "", *lead, "", *told, *_listed("Also", more), *last, ""]
    return "\n".join(lines)


def _body(report: Report, lead: list[str], more: list[str], last: list[str], link: str) -> str:
    overall = [effect for effect in report.results.effects if effect.playbook == ALL]
    reach = reach_of([effect.found for effect in overall if effect.found])
    title = f'<h1 class="ink" style="{FONT};color:#1b232d;font-size:22px;line-height:1.3;margin:0 0 8px">{_period(report)}</h1>'
    opened = f'<a class="link" style="{FONT};color:#2a67ad;font-size:16px" href="{escape(link)}">Open it in the S3 console</a>'
    parts = (
        _paragraph(report.title, "soft", "font-size:14px;margin:0"),
        title,
        *(_paragraph(line, "soft") for line in lead),
        _heading(AGAINST_NONE),
        *(_measure(effect, reach) for effect in overall),
        _paragraph(BARS, "soft", "font-size:14px;margin:12px 0"),
        _heading("Also"),
        *(_paragraph(line) for line in more),
        _heading("The whole page"),
        *(_paragraph(line, "soft") for line in last),
        f'<p style="margin:14px 0">{opened}</p>',
    )
    return "".join(parts)


def _period(report: Report) -> str:
    return f"{report.results.since:%-d %B %Y} to {report.results.now:%-d %B %Y}"


def _to_look_at(fairness: FairnessDay | None, log: LogCounts) -> list[str]:
    gaps = leading(fairness.those(Verdict.GAP)) if fairness else ()
    told = [f"Fairness, {title(one)} by {one.dimension}, {name_of(one.group)}: {finding(one)}" for one in gaps[:MOST]]
    if len(gaps) > MOST:
        told.append(f"Fairness: {len(gaps) - MOST} more gaps are in the page.")
    often = sorted(log.withheld.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]
    if often:
        named = ", ".join(f"{choice} for {plain(reason)} {number:,} times" for (choice, reason), number in often)
        told.append(f"Messages most often not sent at once: {named}.")
    return [*told, feedback_line(log), cases_line(log), f"Cost: about {cost_words(log)}."]


def _measure(effect: Effect, reach: float) -> str:
    found, tone = effect.found, tone_of(effect)
    name = f"<strong>{escape(TITLES[effect.measure])}</strong>, {escape(ALSO_CALLED[effect.measure])}"
    if found is None:
        figure, drawn, told = "", "", verdict(effect)
    else:
        figure, drawn = f"{100 * found.value:+.1f} points", bar(found, reach, tone)
        shares = f"{percent(found.treated.value)} with messages, {percent(found.held_out.value)} held out"
        told = f"{shares}; {verdict(effect)} ({interval(effect)})"
    cell = f"{FONT};font-size:16px;line-height:1.4;padding:0 0 4px;vertical-align:bottom"
    return (
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:12px 0 0"><tr>'
        f'<td class="ink" style="{cell};color:#1b232d">{name}</td>'
        f'<td class="{tone}" align="right" style="{cell};color:{INKS[tone]};white-space:nowrap;font-weight:bold">{figure}</td>'
        f"</tr></table>{drawn}{_paragraph(told, 'soft', 'font-size:14px;margin:4px 0 0')}"
    )


def _listed(heading: str, lines: list[str]) -> list[str]:
    return [f"{heading}:", *(f"- {line}" for line in lines), ""]


def _heading(words: str) -> str:
    style = f"{FONT};color:#1b232d;font-size:18px;margin:26px 0 4px"
    return f'<h2 class="ink" style="{style}">{escape(words)}</h2>'


def _paragraph(words: str, kind: str = "ink", style: str = "font-size:16px;margin:6px 0") -> str:
    colour = "#1b232d" if kind == "ink" else "#566272"
    return f'<p class="{kind}" style="{FONT};color:{colour};line-height:1.5;{style}">{escape(words)}</p>'


def _page(subject: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
        f'<title>{escape(subject)}</title><style>{DARK}</style></head><body class="paper" style="margin:0;background:#ffffff">'
        '<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#ffffff">'
        '<tr><td align="center" style="padding:20px 16px">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px">'
        f'<tr><td align="left">{body}</td></tr></table></td></tr></table></body></html>\n'
    )
