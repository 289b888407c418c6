"""Build what several functions are made of from their settings: the tables, files and switches they share."""

from typing import Any

from attune.adapters import templates
from attune.adapters.aws_clients import IMPATIENT, client
from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.switch_parameter import SwitchReader
from attune.adapters.tables import Tables
from attune.settings import TemplateSettings


class TableSettings(TemplateSettings):
    """Settings of a function that knows customers and writes decisions."""

    customers_table: str
    decisions_table: str


class SwitchSettings(TableSettings):
    """Settings of a function that asks how the switches stand."""

    switches_parameter: str


def switch_reader(settings: SwitchSettings) -> SwitchReader:
    """Return what reads the switches, once in half a minute."""
    return SwitchReader(client("ssm", IMPATIENT), settings.switches_parameter)


def tables(settings: TableSettings, dynamodb: Any) -> Tables:
    """Return the tables on one client, the playbooks and the clock."""
    clock = Clock.from_settings(settings)
    customers = CustomersTable(dynamodb, settings.customers_table, clock)
    decisions = DecisionsTable(
        dynamodb, settings.decisions_table, clock, settings.code_version, dry_run=settings.dry_run
    )
    return Tables(customers, decisions, templates.playbooks(settings.templates_dir), clock)
