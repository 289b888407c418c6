"""Take events in over HTTP: from senders that cannot reach EventBridge."""

from typing import Any

from botocore.config import Config

from attune.adapters.aws_clients import client
from attune.adapters.secret_keys import SecretKeys
from attune.startup import built_once
from functions.receive_events.credentials import SHORTEST_KEY
from functions.receive_events.publishing import Bus
from functions.receive_events.receiving import Receiver, Response
from functions.receive_events.settings import Settings

# The API waits 30 s for an answer: better to ask the sender to come back than to say nothing.
QUICK = Config(retries={"mode": "standard", "max_attempts": 2}, connect_timeout=2, read_timeout=4)


@built_once
def wire() -> Receiver:
    """Build the receiver once per process."""
    settings = Settings.from_env()
    secrets = client("secretsmanager", QUICK)
    arns = (settings.ingest_keys_secret, settings.zendesk_secret)
    keys, zendesk = (SecretKeys(secrets, arn, shortest=SHORTEST_KEY) for arn in arns)
    return Receiver(Bus(client("events", QUICK), settings.bus_name), keys, zendesk)


def lambda_handler(event: dict[str, Any], _context: object) -> Response:
    """Answer one request of the HTTP API."""
    return wire().receive(event)
