"""Cases as an agent sees them: a list, and one whole case."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from attune.adapters.case_messages import CaseMessage, read_message
from attune.domain.drafts import MARK, Draft
from attune_cli.support.desk import Listed

LONGEST_WROTE = 60
DRY_RUN = (
    "dry run: the customer is real and waits, but Attune sends nothing; answer by another way than attune support reply"
)


def case_list(listed: Sequence[Listed], now: datetime) -> Table:
    """Return the open cases, the most urgent first."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    # A case's id is copied into the next command: it is never cut, however narrow the terminal.
    table.add_column("case", no_wrap=True, min_width=25)
    assigned = any(one.waiting.case.assigned_to for one in listed)
    for name in ("due", "priority", "who", "why", "wrote", *(("for",) if assigned else ()), "held by"):
        table.add_column(name)
    for one in listed:
        case = one.waiting.case
        table.add_row(
            case.case_id,
            due(case, now),
            Text(case.priority, style="bold red" if case.priority == "urgent" else ""),
            escape(plain(f"{case.display_name or case.customer_id} ({case.locale})")),
            escape(", ".join(case.triggers)),
            escape(_shortened(next((words for words in reversed(written(one.waiting.bodies)) if words), ""))),
            *((escape(plain(case.assigned_to) or "-"),) if assigned else ()),
            escape(one.held_by or "-"),
        )
    return table


def whole_case(listed: Listed, now: datetime) -> RenderableType:
    """Return everything about a case, in the order in which an agent needs it."""
    case = listed.waiting.case
    who = [
        ("customer", plain(f"{case.display_name or 'unknown name'} · {case.customer_id}")),
        ("language", case.locale),
        ("their time then", case.local_time),
        ("answer by", _contact(case)),
        ("allowed", ", ".join(case.channels_permitted) or "nothing"),
        ("sounded", case.sentiment or "nobody knows"),
    ]
    what = [
        ("why", f"{case.trigger_reason} ({', '.join(case.triggers)})"),
        ("friction", f"{case.friction_level} ({case.friction_score:.2f})"),
        *(("", reason.sentence) for reason in case.friction_reasons),
        ("they did", "\n".join(case.last_signals) or "nothing that we know of"),
        ("we sent", "\n".join(case.messages_so_far) or "nothing"),
        ("came by", " · ".join(filter(None, (case.arrived_by, case.device))) or "unknown"),
        ("links", "\n".join(f"{name}: {url}" for name, url in case.links.items())),
    ]
    heading = Text.assemble(
        (case.case_id, "bold"), f"  {case.priority}: {case.priority_reason}  due ", (due(case, now), "bold")
    )
    if case.assigned_to:
        heading.append(f"  for {plain(case.assigned_to)}")
    if listed.held_by:
        heading.append(f"  held by {listed.held_by}")
    parts: list[RenderableType] = [heading]
    if case.dry_run:
        parts.append(Text(DRY_RUN, style="bold yellow"))
    parts.append(facts(who))
    said = [words for words in written(listed.waiting.bodies) if words]
    parts += [Panel(Text(words), title=_wrote_title(case), title_align="left") for words in said]
    parts.append(facts(what))
    parts += [
        Panel(
            Text(plain(reply.text)),
            title=escape(f"reply {reply.rank}: {reply.message} ({reply.locale})"),
            subtitle=escape(reply.why),
            title_align="left",
            subtitle_align="left",
        )
        for reply in case.suggested_replies
    ]
    if listed.draft is not None:
        parts.append(_draft(listed.draft))
    return Group(*parts)


def _draft(draft: Draft) -> RenderableType:
    """Return a machine's draft, so that nobody takes it for an approved text."""
    origin = f"made from {', '.join(draft.based_on)} at {draft.at:%Y-%m-%d %H:%M} UTC"
    return Panel(
        Group(Text(plain(draft.text), style="italic"), Text(), Text(plain(origin), style="dim")),
        title=Text(MARK, style="bold yellow"),
        subtitle=escape(plain(f"{draft.model}; read and change it before you send it")),
        title_align="left",
        subtitle_align="left",
        border_style="yellow",
    )


def due(case: CaseMessage, now: datetime) -> str:
    """Return by when a case must be answered, as people say it."""
    left = case.due_by - now
    minutes = round(abs(left) / timedelta(minutes=1))
    told = f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004 - an hour
    return f"in {told}" if left >= timedelta(0) else f"{told} late"


def written(bodies: Sequence[str]) -> list[str]:
    """Return what the customer wrote in each message about a case, oldest first, each text once."""
    return list(dict.fromkeys(plain(read_message(body).wrote) for body in bodies))


def plain(text: str) -> str:
    """Return a text without what would steer an agent's terminal: escape sequences begin with a control character."""
    return "".join(
        sign for sign in text if sign in "\n\t\u200c\u200d" or unicodedata.category(sign) not in ("Cc", "Cf")
    )


def facts(rows: Sequence[tuple[str, str]]) -> Table:
    """Return names with their values, made fit for a terminal."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for name, value in rows:
        table.add_row(Text(name, style="dim"), Text(plain(value)))
    return table


def _contact(case: CaseMessage) -> str:
    return f"a call to {case.call_back}" if case.call_back else case.preferred_contact


def _wrote_title(case: CaseMessage) -> str:
    return escape(f"they wrote by {case.wrote_by}" if case.wrote_by else "they wrote")


def _shortened(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= LONGEST_WROTE else line[: LONGEST_WROTE - 1].rstrip() + "…"
