"""Customers of a stage, and what reaches them: posted, paged, mailed and texted."""

import itertools
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.adapters.links import Links
from attune.domain.clock import ClockScale, format_instant
from attune.domain.holdout import in_holdout
from attune.domain.journeys import Journey, JourneyStatus
from tests.e2e.conftest import Deployed
from tests.support.events import identify, track

NOON = 12
PLAYBOOK, HOLDOUT_PERCENT = "cart_abandonment", 5
TROUBLE = ("Product Added", *["Page Reloaded"] * 4, "Rage Clicked", "Error Clicked")
"""A cart, and nothing that another playbook answers."""


def now() -> datetime:
    """Return the time of the stage, which lives at the speed of real life."""
    return datetime.now(UTC)


def zone_where_it_is_about_noon() -> str:
    """Return a time zone in which people may be written to right now, whenever the tests run."""
    ahead = NOON - now().hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def somebody(name: str) -> str:
    """Return an id that no experiment holds out."""
    named = (f"iam-{name}-{number}" for number in itertools.count())
    return next(one for one in named if not in_holdout(one, salt=PLAYBOOK, percent=HOLDOUT_PERCENT))


def in_trouble(customer_id: str, then: datetime, *, channel: str, **known: str) -> list[dict[str, Any]]:
    """Return how somebody who agreed to one channel fails at a checkout and leaves."""
    before = then - timedelta(days=1)
    traits = {"firstName": "Ada", "locale": "en", "timezone": "Europe/London", **known}
    events = [track(customer_id, name, then + timedelta(seconds=n), cart_id="c") for n, name in enumerate(TROUBLE)]
    return [
        identify(customer_id, before, **traits),
        track(customer_id, "Consent Granted", before, channels=[channel], source="checkout"),
        *events,
    ]


HOURS_AGO = timedelta(hours=3)
"""Long enough for any playbook to take a cart for left."""
MAILED, TEXTED, FORMER = somebody("mailed"), somebody("texted"), somebody("former")
PHONE = "+447700900123"
ROSA = "iam-rosa@people.example"


def everybody() -> list[dict[str, Any]]:
    """Return what is told of everybody whom the tests are about."""
    zone = {"timezone": zone_where_it_is_about_noon()}
    then = now() - HOURS_AGO
    return [
        identify("iam-rosa", now(), firstName="Rosa", email=ROSA, locale="en", **zone),
        track("iam-rosa", "Consent Granted", now(), channels=["email"], source="checkout"),
        identify("iam-leaver", now(), email="iam-leaver@example.com"),
        track("iam-leaver", "Consent Granted", now(), channels=["email", "sms"], source="checkout"),
        identify("iam-visitor", now(), firstName="Vi"),
        identify("iam-waiting", now()),
        *in_trouble(MAILED, then, channel="email", email=f"{MAILED}@example.com", **zone),
        *in_trouble(TEXTED, then, channel="sms", phone=PHONE, **zone),
        *in_trouble(FORMER, then, channel="email", email=f"{FORMER}@example.com", **zone),
    ]


def ask(deployed: Deployed, path: str, *, form: Mapping[str, str] | None = None, **headers: str) -> tuple[int, str]:
    """Ask the HTTP API, with a form by POST; its local host name resolves nowhere, so it goes into the Host header."""
    host = urllib.parse.urlsplit(deployed.outputs["PagesUrl"]).netloc
    data = urllib.parse.urlencode(form).encode() if form is not None else None
    request = urllib.request.Request(  # noqa: S310 - this machine
        f"{deployed.aws.endpoint}{path}", data=data, headers={"Host": host, **headers}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - this machine
            return int(answer.status), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def post_json(deployed: Deployed, path: str, body: Any, **headers: str) -> int:
    """Post JSON to the HTTP API; return the status."""
    host = urllib.parse.urlsplit(deployed.outputs["PagesUrl"]).netloc
    request = urllib.request.Request(  # noqa: S310 - this machine
        f"{deployed.aws.endpoint}{path}",
        data=json.dumps(body).encode(),
        headers={"Host": host, "content-type": "application/json", **headers},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - this machine
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def links_of(deployed: Deployed) -> Links:
    """Return who signs the stage's links."""
    resources = deployed.client("cloudformation").describe_stack_resources(StackName="attune-local-state")
    named = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in resources["StackResources"]}
    secret = next(physical for logical, physical in named.items() if logical.startswith("LinkKey"))
    return Links.from_secret(deployed.client("secretsmanager"), secret)


def texts_to(deployed: Deployed, phone: str) -> list[str]:
    """Return the SMS that reached a number."""
    with urllib.request.urlopen(f"{deployed.aws.endpoint}/_ministack/sns/sms-messages", timeout=30) as answer:  # noqa: S310
        sent: Mapping[str, list[Mapping[str, str]]] = json.load(answer)["sms_messages"]
    return [one["Message"] for one in sent.get(phone, ())]


def table_of(deployed: Deployed) -> CustomersTable:
    """Return the customers of the stage."""
    return CustomersTable(deployed.client("dynamodb"), deployed.outputs["CustomersTable"], Clock(ClockScale()))


def keys_of(deployed: Deployed, bucket: str, prefix: str) -> list[str]:
    """Return what lies in a bucket below a prefix."""
    found = deployed.client("s3").list_objects_v2(Bucket=deployed.outputs[bucket], Prefix=prefix)
    return [one["Key"] for one in found.get("Contents", [])]


def ask_for(deployed: Deployed, queue: str, at: datetime) -> None:
    """Ask for a run, as the schedule does."""
    deployed.client("sqs").send_message(QueueUrl=deployed.outputs[queue], MessageBody=a_run(at))


def a_run(at: datetime) -> str:
    """Return the body of such a message."""
    return json.dumps({"time": format_instant(at)})


def journey_of(deployed: Deployed, customer_id: str) -> Journey | None:
    """Return the journey that runs for somebody, if there is one."""
    customer = deployed.customer(customer_id)
    journeys = customer.journeys.values() if customer else ()
    return next((one for one in journeys if one.status is JourneyStatus.RUNNING), None)


def step_of(journey: Journey, customer_id: str, **more: Any) -> dict[str, Any]:
    """Return what the state machine hands to a function at the first touch."""
    return {
        "journey_id": journey.journey_id,
        "customer_id": customer_id,
        "playbook": journey.playbook,
        "playbook_version": journey.playbook_version,
        "key": journey.key,
        "touch": 1,
        "entered_at": format_instant(now()),
        **more,
    }
