"""`attune explain`: why a session has the friction score it has."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from attune.adapters.friction_file import load_friction
from attune.domain.friction_levels import Level
from attune_cli.cdk import ROOT
from attune_cli.console import out
from attune_cli.errors import CommandError
from attune_cli.explaining.sessions import Explained, explain_file
from attune_cli.explaining.waterfall import SMALLEST, page, shown

LONGEST_BAR = 16


def explain(
    session: Annotated[
        Path, typer.Argument(help="A file with the session's events: a JSON list, or one event a line.")
    ],
    *,
    session_id: Annotated[str, typer.Option("--session", help="Which session, if the file holds several.")] = "",
    as_html: Annotated[bool, typer.Option("--html", help="Draw the reasons as a waterfall on a page.")] = False,
    out_file: Annotated[Path | None, typer.Option("--out", help="Where to; else beside the session's file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print score and terms as JSON.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Print the terms that hardly count one by one, too.")] = False,
    templates: Annotated[Path, typer.Option(help="Where friction/friction.yaml is.")] = ROOT / "templates",
) -> None:
    """Score a session and print every reason; the contributions add up to the score's logit."""
    scorer = load_friction(templates)
    explained = explain_file(session, scorer, session_id=session_id)
    if as_json:
        friction = explained.friction
        told = {
            **asdict(friction),
            "terms": [term.as_told() for term in friction.terms],
            "session": explained.session_id,
            "signals": explained.signals,
        }
        out.print_json(json.dumps(told))
    else:
        _print(explained, every=every)
    if as_html or out_file:
        floors = [(level, scorer.rules.levels[level]) for level in Level if level in scorer.rules.levels]
        target = out_file or session.with_suffix(".html")
        try:
            target.write_text(page(explained, floors), encoding="utf-8")
        except OSError as error:
            raise CommandError(f"cannot write {target}: {error.strerror}", "--out with a file of yours") from error
        if not as_json:
            out.print(f"wrote {target}", markup=False)


def _print(explained: Explained, *, every: bool) -> None:
    friction = explained.friction
    table = Table(
        title=f"Friction {friction.score:.2f}: {friction.level}", title_justify="left", box=None, pad_edge=False
    )
    table.add_column("term")
    table.add_column("value", justify="right")
    table.add_column("log-odds", justify="right")
    table.add_column("", min_width=LONGEST_BAR)
    table.add_column("in words")
    longest = max(abs(term.contribution) for term in friction.terms)
    shown_terms = [term for term in friction.terms if every or abs(term.contribution) >= SMALLEST]
    for term in shown_terms:
        bar = "█" * round(abs(term.contribution) / longest * LONGEST_BAR)
        colour = "red" if term.contribution > 0 else "green"
        drawn = f"[{colour}]{bar}[/]" if bar else ""
        table.add_row(term.term, shown(term), f"{term.contribution:+.3f}", drawn, term.sentence)
    total = sum(term.contribution for term in friction.terms)
    if len(shown_terms) < len(friction.terms):
        rest = total - sum(term.contribution for term in shown_terms)
        number = len(friction.terms) - len(shown_terms)
        table.add_row(f"{number} smaller", "", f"{rest:+.3f}", "", "all others together; --all shows them")
    table.add_section()
    table.add_row("sum", "", f"{total:+.3f}", "", f"the logit of {friction.score:.4f}")
    out.print(table)
    out.print(
        f"session {explained.session_id}, {explained.signals} signals, model {friction.model_version}", markup=False
    )
