"""A reply becomes a case in seconds, and an agent at a terminal sees it through; the log knows how long it took."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import PATIENCE, Deployed, eventually
from tests.support.events import identify, track

ATTUNE = Path(sys.executable).with_name("attune")
NOON = 12


def now() -> datetime:
    return datetime.now(UTC)


def zone_where_it_is_about_noon() -> str:
    """Return a time zone in which people may be written to right now, whenever the tests run."""
    ahead = NOON - now().hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


@pytest.fixture
def attune(deployed: Deployed) -> Callable[..., str]:
    """Return a way to run the command as agent Sam does."""
    environment = {**os.environ, "ATTUNE_LOCAL_HOME": str(deployed.aws.home), "ATTUNE_AGENT": "sam", "COLUMNS": "200"}

    def run(*words: str) -> str:
        done = subprocess.run(
            [ATTUNE, *words], env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def write_for_help(deployed: Deployed, customer_id: str) -> tuple[str, float]:
    """Let somebody write; return the case that support has then, and after how many seconds."""
    zone = zone_where_it_is_about_noon()
    address = f"{customer_id}@people.example"
    deployed.publish(
        identify(customer_id, now(), firstName="Rosa", email=address, locale="en", timezone=zone),
        track(customer_id, "Consent Granted", now(), channels=["email"], source="checkout"),
    )
    assert eventually(lambda: deployed.knows(customer_id, "email"), seconds=PATIENCE)

    def queued() -> str:
        customer = deployed.customer(customer_id)
        cases = customer.cases.values() if customer else ()
        return next((case.case_id for case in cases if case.queued), "")

    asked = time.monotonic()
    deployed.publish(track(customer_id, "Message Replied", now(), text="I need help with my card", channel="email"))
    case_id = eventually(queued, seconds=PATIENCE)
    return case_id, time.monotonic() - asked


def test_a_reply_is_a_case_in_seconds_and_sam_sees_it_through(deployed: Deployed, attune: Callable[..., str]) -> None:
    # The first reply of a day also waits for the processes that nobody needed before: here, on whatever machine this is.
    _, first = write_for_help(deployed, "people-first")
    case_id, took = write_for_help(deployed, "people-rosa")
    sys.stdout.write(f"\nfrom a reply to the case on its queue: {took:.2f} s, the first one {first:.2f} s\n")

    assert case_id
    pulled = [json.loads(line) for line in attune("support", "pull", "--json").splitlines() if line.strip()]
    assert case_id in json.dumps(pulled)
    assert "Rosa" in attune("support", "claim", case_id)
    attune("support", "reply", case_id, "--text", "Hello Rosa, please try another card.", "--channel", "email")
    attune("support", "resolve", case_id, "--outcome", "another_card", "--tag", "card")

    def resolved() -> list[dict[str, Any]]:
        rows = json.loads(attune("audit", "time_to_resolution", "--json"))
        return [row for row in rows if row["outcome"] == "another_card"]

    assert any("please try another card" in one for one in deployed.emails_to("people-rosa@people.example"))
    [row] = eventually(resolved, seconds=PATIENCE)
    assert (row["opened_because"], int(row["cases"])) == ("asked_for_help", 1)
    assert float(row["longest_minutes"]) >= 0
    customer = deployed.customer("people-rosa")
    assert customer is not None
    assert not customer.has_open_case
