"""The report's results as a table a person can read at 80 columns; the rest is on the page."""

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from attune.domain.results.measures import NPS_MISSING, Results
from attune.reporting.words import TITLES, in_the_log, percent, points, scope_name, tone_of, verdict
from attune_cli.narrow import keep_words_whole

STYLES = {"good": "green", "bad": "red", "open": ""}
ELSEWHERE = "Experiments, friction, fairness, feedback, withheld messages, cases, cost and words: --html report.html"


def report_tables(results: Results) -> RenderableType:
    """Return what messages did against none, for all playbooks and for each."""
    parts: list[RenderableType] = [
        Text(
            f"{results.since:%Y-%m-%d} to {results.now:%Y-%m-%d}, {in_the_log(results.log.people)}",
            style="bold",
        ),
        Text("People answered against people held out, alike in playbook and friction; 90 % intervals.", style="dim"),
    ]
    for scope in dict.fromkeys(effect.playbook for effect in results.effects):
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        table.add_column(scope_name(scope), no_wrap=True, header_style="bold")
        for name in ("with", "without", "difference, points"):
            table.add_column(name, justify="right", no_wrap=True)
        table.add_column("", ratio=1)
        for effect in results.effects:
            if effect.playbook == scope:
                found = effect.found
                shares = (
                    (percent(found.treated.value), percent(found.held_out.value), points(effect))
                    if found
                    else ("-", "-", "-")
                )
                table.add_row(TITLES[effect.measure], *shares, Text(verdict(effect), style=STYLES[tone_of(effect)]))
        parts += [Text(), keep_words_whole(table)]
    return Group(*parts, Text(), Text(NPS_MISSING, style="dim"), Text(ELSEWHERE, style="dim"))
