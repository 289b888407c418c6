"""Tell what happened: live while it happens, and as a whole at the end."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from textwrap import shorten
from typing import Any

from rich import box
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from attune_cli.auditing.asking import Answer
from attune_cli.auditing.queries import Query
from attune_cli.auditing.tables import answer_table
from attune_cli.demo.fates import Fate, fate_of
from attune_cli.demo.observing import Message, Row
from attune_cli.demo.people import Person

TOKEN = re.compile(r"(https?://\S+?/(?:unsubscribe|feedback)/)\S{20,}?(?=\?|\s|$)")
SUGGESTED = 200
"""Characters of a suggested reply that are shown."""


@dataclass(frozen=True)
class Story:
    """Everything the demo has to tell."""

    people: tuple[Person, ...]
    subjects: Mapping[str, Person]
    decisions: Sequence[Row]
    messages: Sequence[Message]
    cases: Sequence[Row]
    quarantined: Sequence[Row]
    journeys: Counter[str]
    stuck: Mapping[str, str]
    answers: Sequence[tuple[Query, str, Answer]]
    published: int

    def fate(self, person: Person) -> Fate:
        """Return what became of somebody."""
        return fate_of(
            row for row in self.decisions
            if (known := self.subjects.get(row["subject_key"])) and known.customer_id == person.customer_id
        )  # fmt: skip

    def as_data(self, seconds: Mapping[str, float]) -> dict[str, Any]:
        """Return the story as JSON-ready data; `seconds` is how long each phase took."""
        names = {key: person.customer_id for key, person in self.subjects.items()}
        customers = []
        for person in self.people:
            fate = self.fate(person)
            customers.append(
                {
                    "customer_id": person.customer_id,
                    "name": person.name,
                    "about": person.about,
                    "fate": fate.code,
                    "sentence": fate.sentence,
                    "reasons": list(fate.reasons),
                }
            )
        return {
            "customers": customers,
            "messages": [asdict(message) for message in self.messages],
            "cases": list(self.cases),
            "quarantined": list(self.quarantined),
            "decisions": [{**row, "customer_id": names.get(row["subject_key"], "")} for row in self.decisions],
            "queries": {
                query.name: {"about": about, "rows": answer.records()} for query, about, answer in self.answers
            },
            "journeys": dict(self.journeys),
            "published": self.published,
            "seconds": {phase: round(duration, 2) for phase, duration in seconds.items()},
        }


def live_line(at: datetime, row: Row, person: Person | None) -> Text:
    """Return one line about one decision, as it happens."""
    name = person.name if person else "?"
    about = f"{row['kind']}: {row['choice']}"
    why = row["reasons"][0]["text"] if row["reasons"] else ""
    return Text.assemble(
        (f"{at:%a %H:%M}  ", "dim"), (f"{name:<6} ", "bold"), (f"{about:<38} ", _colour(row)), (why, "dim")
    )


def show(story: Story, out: Console) -> None:
    """Print the whole story."""
    out.rule("[bold]What became of whom, and why")
    out.print(_fates(story))
    out.rule("[bold]The messages, as they were sent")
    for panel in _messages(story):
        out.print(panel)
    out.rule("[bold]The cases, as support pulls them from SQS")
    for case in story.cases:
        out.print(_case(case))
    out.rule("[bold]Not understood, and kept in quarantine")
    for kept in story.quarantined:
        out.print(f"[bold]{kept['reason']}[/bold]  {kept['message']}  (from {kept['sender']})")
    for query, about, answer in story.answers:
        out.rule(f"[bold]attune audit {query.name}{about}")
        out.print(answer_table(query, answer))


def _fates(story: Story) -> Table:
    table = Table("who", "what happened", "why", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in table.columns[1:]:
        column.ratio = 1
    for person in story.people:
        fate = story.fate(person)
        table.add_row(
            Text(person.name, style="bold"),
            Text.assemble((f"{person.about}\n", "dim"), fate.sentence),
            Text(" ".join(fate.reasons)),
        )
    return table


def _messages(story: Story) -> Iterator[Panel]:
    """Yield each text as it was sent; those that differ only in the name are shown once, with everybody who got them."""
    names = {person.customer_id: person.name for person in story.people}
    alike: dict[tuple[str, str, str], list[tuple[str, Message]]] = {}
    for message in story.messages:
        name = names.get(message.customer_id, message.to)
        words = TOKEN.sub(r"\1…", message.body.rstrip()).replace(f" {name}", " …")
        alike.setdefault((message.channel, message.subject, words), []).append((name, message))
    for group in alike.values():
        first = group[0][1]
        subject = [Text(first.subject, style="bold"), Text("")] if first.subject else []
        body = Text(TOKEN.sub(r"\1…", first.body.rstrip()))
        others = f", and likewise to {', '.join(name for name, _ in group[1:])}" if len(group) > 1 else ""
        title = f"{first.channel} to {group[0][0]}{others}"
        yield Panel(Group(*subject, body), title=title, title_align="left", border_style="dim")


def _case(case: Row) -> Panel:
    lines = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    lines.add_column(style="dim", no_wrap=True)
    lines.add_column(ratio=1)
    friction = " ".join(term["sentence"] for term in case["friction_reasons"])
    replies = "\n".join(f"{reply['message']}: {_begun(reply['text'])}" for reply in case["suggested_replies"])
    told: tuple[tuple[str, str], ...] = (
        ("due by", f"{case['due_by']} ({case['priority']}: {case['priority_reason']})"),
        ("because", case["trigger"].replace("_", " ")),
        ("wrote", case["wrote"]),
        ("who", f"{case['customer_id']}, {case['locale']}, local time {case['local_time']}"),
        ("reach by", f"{case['preferred_contact']}; permitted: {', '.join(case['channels_permitted'])}"),
        ("friction", f"{case['friction_level']} ({case['friction_score']:.2f}). {friction}"),
        ("arrived by", case["arrived_by"]),
        ("last signals", "\n".join(case["last_signals"])),
        ("so far", "\n".join(case["messages_so_far"]) or "no message yet"),
        ("suggested", replies),
    )
    for label, text in told:
        if text:
            lines.add_row(label, Text(text))
    return Panel(lines, title=f"{case['case_id']}  {case['display_name']}", title_align="left")


def _begun(text: str) -> str:
    """Return how a text goes on after its greeting."""
    lines = [line for line in text.splitlines() if line.strip()]
    return shorten(" ".join(lines[1:] or lines), SUGGESTED, placeholder=" …")


def _colour(row: Row) -> str:
    match row["kind"], row["choice"]:
        case "contact", "sent":
            return "green"
        case "contact", _:
            return "yellow"
        case "escalation", _:
            return "magenta"
        case "journey", _:
            return "red"
        case _:
            return ""
