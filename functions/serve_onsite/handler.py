"""Serve a customer's own site: what to show, how to adapt, what was answered."""

from typing import Any

from attune.adapters import templates
from attune.adapters.aws_clients import client
from attune.adapters.identities import Identities
from attune.adapters.identity_links import IdentityLinks
from attune.adapters.journey_wiring import journey_steps
from attune.adapters.merges import Merges
from attune.adapters.secret_keys import SecretKeys
from attune.adapters.site_tokens import SHORTEST_KEY, SiteKeys, SiteTokens
from attune.adapters.wiring import switch_reader
from attune.startup import built_once
from functions.serve_onsite.answering import Answers
from functions.serve_onsite.responses import Response
from functions.serve_onsite.serving import Site
from functions.serve_onsite.settings import Settings


@built_once
def wire() -> Site:
    """Build the site's answers once per process."""
    settings = Settings.from_env()
    dynamodb, secrets = client("dynamodb"), client("secretsmanager")
    steps = journey_steps(settings, dynamodb)
    key = secrets.get_secret_value(SecretId=settings.identity_key_secret)["SecretString"]
    links = IdentityLinks(dynamodb, settings.customers_table)
    return Site(
        steps=steps,
        tokens=SiteTokens(SiteKeys(SecretKeys(secrets, settings.site_token_keys_secret, shortest=SHORTEST_KEY))),
        identities=Identities(links, Merges(steps.customers, steps.decisions), key),
        answers=Answers(
            steps,
            client("events"),
            settings.bus_name,
            may_show=settings.sending_enabled and not settings.dry_run,
        ),
        words=templates.onsite_words(settings.templates_dir),
        company_name=settings.company_name,
        dry_run=settings.dry_run,
        sending_enabled=settings.sending_enabled,
        switches=switch_reader(settings),
    )


def lambda_handler(event: dict[str, Any], _context: object) -> Response:
    """Answer one request of a site."""
    return wire().answer(event)
