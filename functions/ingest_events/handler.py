"""Ingest a batch of events from the events queue."""

from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

from attune.adapters.aws_clients import IMPATIENT, client
from attune.adapters.complaint_rate import ComplaintCounts
from attune.adapters.identities import Identities
from attune.adapters.identity_links import IdentityLinks
from attune.adapters.merges import Merges
from attune.adapters.queues import Outbox
from attune.adapters.sentiment import reader_for
from attune.adapters.sqs_batch import BatchResponse, failures
from attune.adapters.wiring import tables
from attune.startup import built_once
from functions.ingest_events.ingesting import Ingest
from functions.ingest_events.settings import Settings

metrics = Metrics()


@built_once
def wire() -> Ingest:
    """Build the ingest once per process."""
    settings = Settings.from_env()
    sqs, dynamodb = client("sqs"), client("dynamodb")
    queues = (settings.watch_queue_url, settings.quarantine_queue_url, settings.escalations_queue_url)
    known = tables(settings, dynamodb)
    key = client("secretsmanager").get_secret_value(SecretId=settings.identity_key_secret)["SecretString"]
    links = IdentityLinks(dynamodb, settings.customers_table)
    identities = Identities(links, Merges(known.customers, known.decisions), key)
    watch, quarantine, escalations = (Outbox(sqs, url) for url in queues)
    comprehend = client("comprehend", IMPATIENT) if settings.sentiment == "comprehend" else None
    sentiment = reader_for(settings.sentiment, comprehend)
    complaints = ComplaintCounts(dynamodb, settings.policies_table)
    return Ingest(known, watch, quarantine, escalations, identities, sentiment, complaints)


@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: object) -> BatchResponse:
    """Take events in; report the messages to deliver again."""
    failed, tally = wire().batch(event["Records"])
    for way, count in tally.items():
        metrics.add_metric(f"Events{way.title()}", MetricUnit.Count, count)
    return failures(failed)
