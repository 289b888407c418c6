"""Hand over to a person: for a journey that asks for it, or at once for a message on the escalations queue."""

from typing import Any

from attune.adapters import templates
from attune.adapters.aws_clients import client
from attune.adapters.case_events import AnnouncedQueue, CaseAnnouncer
from attune.adapters.journey_steps import Result
from attune.adapters.journey_wiring import journey_steps
from attune.adapters.logs import Logger
from attune.adapters.queues import Outbox
from attune.adapters.sqs_batch import BatchResponse, each_record
from attune.startup import built_once
from functions.escalate.escalating import Escalator
from functions.escalate.settings import Settings

logger = Logger()


@built_once
def wire() -> Escalator:
    """Build the escalator once per process."""
    settings = Settings.from_env()
    sqs = client("sqs")
    announcer = CaseAnnouncer(client("events"), settings.bus_name)
    urls = (settings.support_queue_url, settings.support_urgent_queue_url)
    support, urgent = (AnnouncedQueue(sqs, url, announcer) for url in urls)
    acknowledgements = Outbox(sqs, settings.acknowledgements_queue_url)
    drafts = Outbox(sqs, settings.drafts_queue_url) if settings.drafts_queue_url else None
    library = templates.texts(settings.templates_dir)
    personal = templates.personal_rules(settings.templates_dir)
    steps = journey_steps(settings)
    return Escalator(
        steps,
        library,
        support,
        urgent,
        acknowledgements,
        settings.site_url,
        drafts,
        personal,
        cases_in_dry_run=settings.cases_in_dry_run,
    )


def lambda_handler(event: dict[str, Any], _context: object) -> Result | BatchResponse:
    """Answer the state machine's Escalate, or a batch from the queue."""
    if "Records" in event:
        return each_record(event, wire().from_queue, logger)
    return wire().from_journey(event)
