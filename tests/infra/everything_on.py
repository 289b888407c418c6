"""A stage with everything switched on that is off by default, synthesised once."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from aws_cdk.assertions import Template

from infra.app import build
from infra.config import STAGES
from infra.forwarding import Forwarder, ForwarderKind
from tests.infra.templates import app

FORWARDERS = (
    Forwarder(kind=ForwarderKind.ZENDESK, base_url="https://acme.zendesk.com", secret="attune/zendesk"),
    Forwarder(kind=ForwarderKind.SALESFORCE, base_url="https://acme.my.salesforce.com", secret="attune/salesforce"),
    Forwarder(kind=ForwarderKind.HUBSPOT, base_url="https://api.hubapi.com", secret="attune/hubspot"),
    Forwarder(kind=ForwarderKind.WEBHOOK, base_url="https://hooks.acme.com/attune", secret="attune/webhook"),
)
PUBLISHERS = {"111122223333": ("app.shop", "app.warehouse"), "444455556666": ("app.support",)}
STAGE = replace(
    STAGES["dev"],
    forwarders=FORWARDERS,
    publisher_accounts=PUBLISHERS,
    email_from="Acme Care <care@acme.com>",
    report_recipients=("owner@acme.com", "growth@acme.com"),
    draft_model="eu.amazon.nova-lite-v1:0",
    draft_guardrail="ab12cd34:1",
)


@cache
def synthesised() -> Mapping[str, Mapping[str, Any]]:
    """Return the resources of the service and the operations stack; a finding of cdk-nag that nobody accepted raises here."""
    usual = STAGES["dev"]
    STAGES["dev"] = STAGE
    try:
        stacks = build(app(stage="dev"))
    finally:
        STAGES["dev"] = usual
    named = {"service": stacks.service, "operations": stacks.operations}
    return {name: Template.from_stack(stack).to_json()["Resources"] for name, stack in named.items() if stack}
