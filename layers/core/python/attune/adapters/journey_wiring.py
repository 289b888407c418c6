"""Build what the journey's functions share from their settings."""

from typing import Any

from attune.adapters import templates
from attune.adapters.aws_clients import client
from attune.adapters.journey_steps import JourneySteps
from attune.adapters.playbook_archive import load_archive
from attune.adapters.wiring import TableSettings, tables


def journey_steps(settings: TableSettings, dynamodb: Any = None) -> JourneySteps:
    """Return the tables on one client, the playbooks, what friction is scored with, the calendar and the clock.

    Whoever has a client for another table gives it: each takes two milliseconds of a start.
    """
    folder, known = settings.templates_dir, tables(settings, dynamodb or client("dynamodb"))
    return JourneySteps(
        known.customers,
        known.decisions,
        known.playbooks,
        templates.friction(folder),
        known.clock,
        templates.contact_calendar(folder),
        load_archive(folder),
        settings.dry_run,
    )
