"""What the log describes, on the page: friction by moment, feedback, what was withheld, cases, cost."""

from collections import defaultdict
from html import escape
from statistics import median

from attune.domain.results.effects import TELLING_FROM, plain_share
from attune.domain.results.log import CaseKind, LogCounts, TextUse
from attune.domain.results.prices import AS_OF, PRICES_PAGE, cost_of
from attune.domain.results_friction import LEVELS
from attune.reporting.marks import count_bar, share_bar
from attune.reporting.tables import Html, paragraph, section, table
from attune.reporting.words import TOO_FEW, duration, percent, plain, share_text

ANSWERS = ("started", "holdout", "handed_over", "withheld", "calm")
NINE_IN_TEN = 0.9


def friction_section(log: LogCounts) -> str:
    """Return how hard moments were, by playbook, and what was done."""
    playbooks = sorted({playbook for playbook, _ in log.moments})
    if not playbooks:
        return section("friction", "Friction by moment", paragraph("No moment in this time."))
    head = "".join(f'<th scope="col">{level}</th>' for level in (*LEVELS, "all"))
    rows = "".join(_heat(log, playbook) for playbook in playbooks)
    answered: list[tuple[str | int, ...]] = [
        (plain(playbook), *(log.answers[playbook, answer] for answer in ANSWERS), _other(log, playbook))
        for playbook in playbooks
    ]
    return section(
        "friction",
        "Friction by moment",
        paragraph("How hard each moment was for people, as shares of the moments of its playbook.", "quiet"),
        f'<table class="heat"><thead><tr><th scope="col" class="left">moment</th>{head}</tr></thead><tbody>{rows}</tbody></table>',
        "<h3>What was answered</h3>",
        table(
            ("moment", "answered", "held out", "given to a person", "withheld", "nothing was hard", "other"),
            answered,
        ),
    )


def _heat(log: LogCounts, playbook: str) -> str:
    numbers = {level: log.moments[playbook, level] for level in LEVELS}
    total = sum(number for (own, _), number in log.moments.items() if own == playbook)
    cells = "".join(
        f'<td style="--heat:{100 * number / total:.0f}%" class="{level}">{percent(number / total)}</td>'
        for level, number in numbers.items()
    )
    return f'<tr><th scope="row" class="left">{escape(plain(playbook))}</th>{cells}<td>{total:,}</td></tr>'


def _other(log: LogCounts, playbook: str) -> int:
    return sum(number for (own, answer), number in log.answers.items() if own == playbook and answer not in ANSWERS)


def feedback_section(log: LogCounts) -> str:
    """Return what people said about messages, the worst first."""
    uses: dict[tuple[str, str], TextUse] = defaultdict(TextUse)
    for (message, channel, _), use in log.texts.items():
        known = uses[message, channel]
        for name in ("sent", "people", "helpful", "not_helpful", "complained", "unsubscribed"):
            setattr(known, name, getattr(known, name) + getattr(use, name))
    rows = [
        (
            f"{plain(message)}, {channel}",
            use.sent,
            use.helpful + use.not_helpful,
            share_text(helpful),
            Html(share_bar(helpful) if helpful else ""),
            use.complained,
            use.unsubscribed,
        )
        for (message, channel), use in sorted(uses.items())
        for helpful in [plain_share(use.helpful, use.helpful + use.not_helpful)]
    ]
    headings = ("message", "sent", "answers", "helpful (90\N{NO-BREAK SPACE}%)", "", "complaints", "unsubscribed after")
    return section("feedback", "Feedback", paragraph(feedback_line(log)), table(headings, rows) if rows else "")


def feedback_line(log: LogCounts) -> str:
    """Say how many answers there were to "was this helpful?", and how many were yes."""
    answers = sum(use.helpful + use.not_helpful for use in log.texts.values())
    if not answers:
        return "Nobody answered 'was this helpful?' in this time."
    helpful = plain_share(sum(use.helpful for use in log.texts.values()), answers)
    return f"Of {answers:,} answers to 'was this helpful?' {share_text(helpful)} were yes. Who does not answer says nothing."


def withheld_section(log: LogCounts) -> str:
    """Return what was held back or not sent, by reason, the most frequent first."""
    if not log.withheld:
        return section("withheld", "Withheld messages", paragraph("Nothing was held back or withheld in this time."))
    top = max(log.withheld.values())
    rows = [
        (
            plain(reason),
            "held, may go later" if choice == "held" else "withheld",
            Html(count_bar(number, top)),
            number,
            log.withheld_people[choice, reason],
        )
        for (choice, reason), number in sorted(log.withheld.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    lead = "A message that is not sent is a decision as well. A message that was held several times counts each time."
    headings = ("reason", "what", "", "times", "people")
    return section("withheld", "Withheld messages", paragraph(lead, "quiet"), table(headings, rows, left=2))


def cases_section(log: LogCounts) -> str:
    """Return cases by reason, with how long they took."""
    if not log.cases:
        return section("cases", "Cases", paragraph("No case in this time."))
    rows = [
        _case(reason, case) for reason, case in sorted(log.cases.items(), key=lambda pair: (-pair[1].opened, pair[0]))
    ]
    headings = ("opened because", "cases", "urgent", "open", "overdue", "resolved late", "half taken within", "half resolved within",
                "nine in ten within")  # fmt: skip
    return section("cases", "Cases", paragraph(cases_line(log)), table(headings, rows))


def cases_line(log: LogCounts) -> str:
    """Say how many cases there were, and how long they took."""
    resolved = [seconds for case in log.cases.values() for seconds in case.resolved]
    opened = sum(case.opened for case in log.cases.values())
    if not opened:
        return "No case in this time."
    if len(resolved) < TELLING_FROM:
        return f"{opened:,} cases; {TOO_FEW} how long they take: {len(resolved)} resolved."
    return (
        f"{opened:,} cases; half of those resolved took less than {duration(median(resolved))}, "
        f"nine in ten less than {duration(_nine(resolved))}."
    )


def _case(reason: str, case: CaseKind) -> tuple[str | int, ...]:
    return (
        plain(reason),
        case.opened,
        case.urgent,
        case.open,
        Html(f'<strong class="bad">{case.overdue:,}</strong>') if case.overdue else 0,
        case.late,
        duration(median(case.claimed)) if case.claimed else "-",
        duration(median(case.resolved)) if case.resolved else "-",
        duration(_nine(case.resolved)) if case.resolved else "-",
    )


def _nine(seconds: list[float]) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(NINE_IN_TEN * len(ordered)))]


def cost_section(log: LogCounts) -> str:
    """Return what each playbook cost, by counts and dated prices."""
    costs = {playbook: cost_of(spent) for playbook, spent in log.spent.items()}
    rows = [
        (
            plain(playbook),
            spent.moments,
            spent.journeys,
            spent.emails,
            spent.texts,
            spent.notes,
            f"{costs[playbook].running:,.4f}",
            f"{costs[playbook].sending:,.4f}",
            f"{costs[playbook].total:,.4f}",
        )
        for playbook, spent in sorted(log.spent.items(), key=lambda pair: (-costs[pair[0]].total, pair[0]))
    ]
    lead = (
        f"About {cost_words(log)}: counts of the log times Amazon's prices of {AS_OF} in us-east-1 ({PRICES_PAGE}). "
        "Without events, storage, alarms and people's time; an SMS of one part at 0.01 is assumed."
    )
    headings = (
        "playbook",
        "moments",
        "journeys",
        "emails",
        "SMS",
        "notes",
        "running, USD",
        "sending, USD",
        "together, USD",
    )
    return section("cost", "Cost", paragraph(lead), table(headings, rows) if rows else "")


def cost_words(log: LogCounts) -> str:
    """Say what it cost in all, and for a message."""
    total = sum(cost_of(spent).total for spent in log.spent.values())
    messages = sum(spent.emails + spent.texts + spent.notes for spent in log.spent.values())
    each = f", {total / messages:.4f} for a message" if messages else ""
    return f"{total:,.2f} USD{each}"
