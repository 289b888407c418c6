"""Print findings: as a table for people, as JSON for programs, as annotations for GitHub."""

import json
from dataclasses import asdict
from itertools import groupby

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from attune.domain.linting.findings import Finding, Severity
from attune.domain.linting.rulebook import RULES, Rule
from attune_cli.linting.folders import Linted

_COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}


def print_table(console: Console, linted: Linted) -> None:
    """Print findings file by file, each with place, words, reason and fix; then how many there are."""
    for path, findings in groupby(linted.findings, key=lambda finding: finding.path):
        console.print(Text(path, style="bold"))
        console.print(Padding(_rows(list(findings)), (0, 0, 1, 2)))
    console.print(Text(_summary(linted)))


def _rows(findings: list[Finding]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), expand=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        told = Group(
            Text.assemble(("“", "dim"), finding.words, ("”", "dim")),
            Text(f"{finding.reason}.", style="dim"),
            Text.assemble(("fix: ", "green"), finding.fix),
        )
        rule = Text.assemble((finding.severity, _COLOURS[finding.severity]), "\n", finding.rule)
        table.add_row(f"{finding.line}:{finding.column}", rule, told)
    return table


def _summary(linted: Linted) -> str:
    errors = sum(finding.severity is Severity.ERROR for finding in linted.findings)
    warnings = len(linted.findings) - errors
    return f"{_counted(linted.files, 'file')}: {_counted(errors, 'error')}, {_counted(warnings, 'warning')}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def as_json(linted: Linted) -> str:
    """Return the findings as JSON."""
    return json.dumps(
        {"files": linted.files, "findings": [asdict(finding) for finding in linted.findings]}, ensure_ascii=False
    )


def as_github(linted: Linted, *, prefix: str = "") -> str:
    """Return the findings as workflow commands, which GitHub shows beside the lines; `prefix` leads to the folder."""
    return "\n".join(
        f"::{finding.severity} file={_property(prefix + finding.path)},line={finding.line},col={finding.column},"
        f"title={_property(finding.rule)}::{_data(f'{finding.words}: {finding.reason}. {finding.fix}')}"
        for finding in linted.findings
    )


def print_rules(console: Console) -> None:
    """Print every rule as a table."""
    table = Table("rule", "severity", "finds", box=None, padding=(0, 2, 0, 0))
    for rule in RULES.values():
        table.add_row(rule.id, Text(rule.severity, style=_COLOURS[rule.severity]), rule.finds)
    console.print(table)


def print_rule(console: Console, rule: Rule) -> None:
    """Print one rule: what it finds, why, and what to do."""
    console.print(Text.assemble((rule.id, "bold"), " ", (rule.severity, _COLOURS[rule.severity])))
    for name, words in (("finds", rule.finds), ("because", rule.reason), ("fix", rule.fix)):
        console.print(Text.assemble((f"{name}: ", "green"), words))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
