"""Requests for a go-ahead as an agent sees them: a list, and one with the exact words."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from attune.adapters.go_ahead_messages import GoAheadMessage
from attune_cli.support.tables import facts, plain


def request_list(requests: Sequence[GoAheadMessage], now: datetime) -> Table:
    """Return the requests, the most pressing first."""
    table = Table(box=None, padding=(0, 2, 0, 0), title="waiting for a yes", title_justify="left", title_style="bold")
    # The id is copied into the next command: it is never cut, however narrow the terminal.
    table.add_column("request", no_wrap=True, min_width=23)
    for name in ("answer", "who", "what", "by"):
        table.add_column(name)
    for one in requests:
        table.add_row(
            one.request_id,
            left(one, now),
            escape(plain(f"{one.display_name or one.customer_id} ({one.locale})")),
            escape(one.message),
            escape(one.channel),
        )
    return table


def whole_request(request: GoAheadMessage, now: datetime) -> RenderableType:
    """Return everything about a request, the words last: they are what is decided about."""
    heading = Text.assemble(
        (request.request_id, "bold"), "  answer ", (left(request, now), "bold"), ", else nothing is sent"
    )
    told = [
        ("customer", f"{request.display_name or 'unknown name'} · {request.customer_id}"),
        ("their time then", request.local_time),
        ("why", "\n".join((f"friction was {request.friction_level}", *request.why))),
        ("what for", request.purpose),
        ("playbook", f"{request.playbook}, touch {request.touch}, of {request.owner}"),
        ("we sent", "\n".join(request.messages_so_far) or "nothing"),
        ("would be sent", request.would_be_sent),
        ("never after", f"{request.never_after:%Y-%m-%d %H:%M} UTC"),
    ]
    words = f"{request.subject}\n\n{request.text}" if request.subject else request.text
    title = f"{request.message} by {request.channel} ({request.locale})"
    return Group(heading, facts(told), Panel(Text(plain(words)), title=escape(title), title_align="left"))


def left(request: GoAheadMessage, now: datetime) -> str:
    """Return until when an answer counts, as people say it."""
    minutes = int((request.answer_by - now) / timedelta(minutes=1))
    if minutes < 0:
        return "no more"
    return f"within {minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"within {minutes} min"  # noqa: PLR2004 - an hour
