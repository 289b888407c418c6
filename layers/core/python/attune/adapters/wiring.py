"""Build what several functions are made of from their settings: the tables, files and switches they share."""

from attune.adapters import templates
from attune.adapters.aws_clients import IMPATIENT, client
from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.journey_steps import JourneySteps
from attune.adapters.playbook_archive import load_archive
from attune.adapters.switch_parameter import SwitchReader
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


def journey_steps(settings: TableSettings) -> JourneySteps:
    """Return the tables on one client, the playbooks and the clock, as the journey's functions share them."""
    clock = Clock.from_settings(settings)
    dynamodb = client("dynamodb")
    customers = CustomersTable(dynamodb, settings.customers_table, clock)
    dry_run = settings.dry_run
    decisions = DecisionsTable(dynamodb, settings.decisions_table, clock, settings.code_version, dry_run=dry_run)
    folder = settings.templates_dir
    return JourneySteps(
        customers,
        decisions,
        templates.playbooks(folder),
        templates.friction(folder),
        clock,
        templates.contact_calendar(folder),
        load_archive(folder),
        dry_run,
    )
