"""The ways in beside the bus: HTTP with a key, Zendesk's signed webhook, SNS topics; and who is who on a real table."""

import base64
import hashlib
import hmac
import json
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from typer.testing import CliRunner

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.identities import Identities
from attune.adapters.identity_links import IdentityLinks
from attune.adapters.merges import Merges
from attune.domain.clock import ClockScale
from attune.domain.identifiers import Identifier, IdentifierType, IdentityClaim
from attune_cli.main import app
from tests.e2e.conftest import PATIENCE, Deployed, eventually
from tests.support.events import call, identify, track


def now() -> datetime:
    return datetime.now(UTC)


def post(deployed: Deployed, path: str, body: Any, **headers: str) -> int:
    """Post JSON to the events API; its local host name resolves nowhere, so it goes into the Host header."""
    host = urllib.parse.urlsplit(deployed.outputs["EventsUrl"]).netloc
    known = {"Host": host, "content-type": "application/json"}
    request = urllib.request.Request(  # noqa: S310 - always the local endpoint
        f"{deployed.aws.endpoint}{path}",
        data=json.dumps(body).encode(),
        headers={**known, **{name.replace("_", "-"): value for name, value in headers.items()}},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - always the local endpoint
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def secret(deployed: Deployed, output: str) -> str:
    return deployed.client("secretsmanager").get_secret_value(SecretId=deployed.outputs[output])["SecretString"]


def test_a_sender_without_eventbridge_posts_with_its_key_and_nobody_without_one(deployed: Deployed) -> None:
    key = next(iter(json.loads(secret(deployed, "IngestKeysSecret")).values()))
    told = identify("posted", now(), email="posted@example.com")

    refused = post(deployed, "/events", told, x_attune_key="not a key")
    taken = post(deployed, "/events", [told, track("posted", "Product Added", now())], x_attune_key=key)

    assert (refused, taken) == (401, 202)

    def arrived() -> bool:
        customer = deployed.customer("posted")
        return customer is not None and customer.profile.email == "posted@example.com" and bool(customer.sessions)

    assert eventually(arrived, seconds=PATIENCE)


def test_zendesk_is_known_by_its_signature_and_its_customers_words_become_a_case(deployed: Deployed) -> None:
    key = secret(deployed, "ZendeskSecret")
    deployed.publish(identify("zoe", now(), email="zoe@example.com", firstName="Zoe"))
    assert eventually(lambda: deployed.knows("zoe"), seconds=PATIENCE)
    ticket = {
        "type": "zen:event-type:ticket.comment_added",
        "id": "zd-1",
        "time": now().isoformat(),
        "detail": {"id": "35436", "requester_id": "1", "external_id": None},
        "event": {
            "comment": {
                "id": "77",
                "body": "I need help with my order",
                "is_public": True,
                "author": {"id": "1", "is_staff": False, "email": "zoe@example.com", "name": "Zoe"},
            }
        },
    }
    stamp = now().strftime("%Y-%m-%dT%H:%M:%SZ")
    signed = hmac.new(key.encode(), f"{stamp}{json.dumps(ticket)}".encode(), hashlib.sha256).digest()
    headers = {
        "X_Zendesk_Webhook_Signature": base64.b64encode(signed).decode(),
        "X_Zendesk_Webhook_Signature_Timestamp": stamp,
    }

    forged = post(deployed, "/events/zendesk", {**ticket, "id": "forged"}, **headers)
    taken = post(deployed, "/events/zendesk", ticket, **headers)

    assert (forged, taken) == (401, 202)
    cases = eventually(
        lambda: [case for case in deployed.pull("SupportQueueUrl") if case["customer_id"] == "zoe"], seconds=PATIENCE
    )
    assert [(case["display_name"], case["wrote"]) for case in cases] == [("Zoe", "I need help with my order")]


def test_stop_by_sms_and_a_bounce_reach_the_person_behind_the_number_and_the_address(deployed: Deployed) -> None:
    deployed.publish(
        identify("reached", now(), email="reached@example.com", phone="+447700900555"),
        track("reached", "Consent Granted", now(), channels=["email", "sms"]),
    )
    assert eventually(lambda: deployed.knows("reached", "email", "sms"), seconds=PATIENCE)
    stop = {
        "originationNumber": "+447700900555",
        "destinationNumber": "+447700900001",
        "messageKeyword": "KEYWORD",
        "messageBody": "STOP",
        "inboundMessageId": "in-1",
    }
    bounce = {
        "eventType": "Bounce",
        "bounce": {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [{"emailAddress": "reached@example.com"}],
            "timestamp": now().isoformat(),
            "feedbackId": "f-1",
        },
        "mail": {"messageId": "mail-1", "timestamp": now().isoformat(), "destination": ["reached@example.com"]},
    }
    sns = deployed.client("sns")

    sns.publish(TopicArn=deployed.outputs["InboundSmsTopicArn"], Message=json.dumps(stop))
    sns.publish(TopicArn=deployed.outputs["MailTopicArn"], Message=json.dumps(bounce))

    def silenced() -> bool:
        customer = deployed.customer("reached")
        return customer is not None and customer.consent.refused("sms") and customer.consent.refused("email")

    assert eventually(silenced, seconds=PATIENCE)


def test_a_visitor_who_signs_in_is_one_customer_with_what_they_did_before(deployed: Deployed) -> None:
    seen = {k: v for k, v in track("", "Product Added", now()).items() if k != "userId"}
    deployed.publish({**seen, "anonymousId": "cookie-1"})
    assert eventually(lambda: deployed.customer("anon:cookie-1"), seconds=PATIENCE)
    signed_in = call("identify", "signed-in", now(), traits={"email": "signed@example.com"})

    deployed.publish({**signed_in, "anonymousId": "cookie-1"})

    def joined() -> bool:
        customer = deployed.customer("anon:cookie-1")
        return customer is not None and customer.customer_id == "signed-in" and bool(customer.sessions)

    assert eventually(joined, seconds=PATIENCE)


def test_sixty_four_devices_claiming_one_address_at_once_end_as_one_customer(deployed: Deployed) -> None:
    dynamodb, clock = deployed.client("dynamodb"), Clock(ClockScale())
    tables = deployed.outputs
    customers = CustomersTable(dynamodb, tables["CustomersTable"], clock)
    merges = Merges(customers, DecisionsTable(dynamodb, tables["DecisionsTable"], clock, "e2e"))
    links = IdentityLinks(dynamodb, tables["CustomersTable"])

    def claim(number: int) -> str:
        identifiers = (
            Identifier(IdentifierType.ANONYMOUS, f"racer-{number}"),
            Identifier(IdentifierType.EMAIL, "race@example.com"),
        )
        said = IdentityClaim(
            message_id=f"race-{number}",
            customer_id=f"anon:racer-{number}",
            time=now() + timedelta(microseconds=number),
            identifiers=identifiers,
        )
        return Identities(links, merges, "a key for the race").claim(said).customer_id

    with ThreadPoolExecutor(32) as pool:
        found = list(pool.map(claim, range(64)))

    ends = {customers.load(customer_id).customer_id for customer_id in found}  # type: ignore[union-attr]
    assert len(ends) == 1
    survivor = customers.load(ends.pop())
    assert survivor is not None
    assert len(survivor.profile.identifiers) == 65


def test_what_was_quarantined_by_mistake_can_be_looked_at_and_handed_back(deployed: Deployed) -> None:
    deployed.pull("QuarantineQueueUrl")
    deployed.publish({"type": "track", "event": "Product Added", "messageId": "lost-1"})
    where = ["--endpoint-url", deployed.aws.endpoint]

    def listed() -> list[dict[str, Any]]:
        return json.loads(CliRunner().invoke(app, ["quarantine", "list", "--json", *where]).stdout or "[]")

    [kept] = eventually(listed, seconds=PATIENCE)
    shown = CliRunner().invoke(app, ["quarantine", "show", kept["id"], *where])
    retried = CliRunner().invoke(app, ["quarantine", "retry", kept["id"], *where])
    back = eventually(listed, seconds=PATIENCE)

    assert kept["reason"] == "missing_id"
    assert "lost-1" in shown.stdout
    assert retried.exit_code == 0
    assert [again["reason"] for again in back] == ["missing_id"]
    deployed.pull("QuarantineQueueUrl")
