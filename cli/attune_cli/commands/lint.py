"""`attune lint`: what is wrong with texts, layouts and pages, and what to do about it."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from attune.domain.linting.findings import has_errors
from attune.domain.linting.rulebook import RULES, Rule
from attune_cli.cdk import ROOT
from attune_cli.console import out
from attune_cli.errors import InputError
from attune_cli.linting.folders import Linted, lint_path
from attune_cli.linting.report import as_github, as_json, print_rule, print_rules, print_table

SHIPPED = ROOT / "templates"


class Format(StrEnum):
    """How findings are printed."""

    TABLE = "table"
    JSON = "json"
    GITHUB = "github"


def lint(
    path: Annotated[Path, typer.Argument(help="A templates folder, a message, or one file.")] = SHIPPED,
    *,
    form: Annotated[
        Format, typer.Option("--format", help="For people, for programs, or as annotations.")
    ] = Format.TABLE,
    rules: Annotated[
        list[str] | None, typer.Option("--rule", help="Only this rule; may be given several times.")
    ] = None,
    explain: Annotated[str, typer.Option(help="Say what a rule finds, why, and what to do.")] = "",
    as_list: Annotated[bool, typer.Option("--list", help="Print every rule.")] = False,
) -> None:
    """Find dark patterns, missing law, holes and hard words in texts; exit code 1 when there are errors."""
    if as_list:
        print_rules(out)
        return
    if explain:
        print_rule(out, _known(explain))
        return
    wanted = {_known(rule).id for rule in rules or ()}
    linted = lint_path(path, shipped=SHIPPED)
    if wanted:
        linted = replace(linted, findings=tuple(found for found in linted.findings if found.rule in wanted))
    _print(linted, form, path)
    if has_errors(linted.findings):
        raise typer.Exit(1)


def _known(rule: str) -> Rule:
    if rule not in RULES:
        raise InputError(f"there is no rule {rule!r}", "attune lint --list")
    return RULES[rule]


def _print(linted: Linted, form: Format, path: Path) -> None:
    match form:
        case Format.TABLE:
            print_table(out, linted)
        case Format.JSON:
            out.print(as_json(linted), markup=False, soft_wrap=True)
        case Format.GITHUB:
            prefix = f"{path}/" if path.is_dir() else ""
            out.print(as_github(linted, prefix=prefix), markup=False, soft_wrap=True)
