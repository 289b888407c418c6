"""With IAM enforced: every function of the stage does its own real work, with exactly its own role."""

import json
import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from attune.adapters.clock import Clock
from attune.adapters.deployment_store import DEPLOYED, STAGE, DeploymentStore
from attune.adapters.evidence_table import EvidenceTable
from attune.adapters.links import LinkClaim, LinkPurpose
from attune.adapters.policy_versions import PolicyVersions
from attune.adapters.seal_store import SealStore
from attune.domain.clock import ClockScale
from attune.domain.customers import Due
from attune.domain.journeys import Journey, JourneyStatus
from attune.domain.onsite import OnsiteNote
from attune.domain.signals import SignalKind
from attune_cli.stage import EndpointSession, Stage
from attune_cli.support.wiring import desk_of
from tests.e2e.conftest import PATIENCE, Deployed, eventually
from tests.e2e.iam.enforced import Enforced, as_role, functions_of, invoke, refused
from tests.e2e.iam.people import (
    FORMER,
    MAILED,
    PHONE,
    PLAYBOOK,
    ROSA,
    TEXTED,
    a_run,
    ask,
    ask_for,
    everybody,
    journey_of,
    keys_of,
    links_of,
    now,
    post_json,
    step_of,
    table_of,
    texts_to,
)
from tests.support.browser import Answer, Asked, web_server
from tests.support.events import identify, track


@pytest.fixture(scope="module", autouse=True)
def _everybody(enforced: Deployed) -> None:
    """Publish everybody whom the tests are about at once, so that no function is waited for twice."""
    enforced.publish(*everybody())


def test_a_reply_becomes_a_case_is_acknowledged_and_answered_by_a_person(enforced: Deployed, tmp_path: Path) -> None:
    """ingest_events, escalate, acknowledge_reply, answer_case."""
    assert eventually(lambda: enforced.knows("iam-rosa", "email"), seconds=PATIENCE)
    enforced.publish(track("iam-rosa", "Message Replied", now(), text="I need help with my card", channel="email"))

    assert eventually(lambda: enforced.emails_to(ROSA), seconds=PATIENCE), enforced.decisions("iam-rosa")
    session = enforced.aws.session()
    assert isinstance(session, EndpointSession)
    sam = desk_of(Stage("local", session, session.endpoint), agent_id="sam", lease_minutes=5, folder=tmp_path)

    def waiting() -> list[str]:
        return [one.waiting.case.case_id for one in sam.pull()[0] if one.waiting.case.customer_id == "iam-rosa"]

    (case_id,) = eventually(waiting, seconds=PATIENCE)
    sam.claim(case_id)
    reply = sam.reply(case_id, text="Hello Rosa, please try another card.", channel="email")

    assert reply["outcome"] == "sent", reply
    assert any("try another card" in one for one in enforced.emails_to(ROSA))
    told = {row["kind"] for row in enforced.decisions("iam-rosa")}
    assert {"consent", "escalation"} <= told


def test_the_pages_show_and_take_what_a_customer_wishes(enforced: Deployed) -> None:
    """record_feedback: reads reasons, writes a refusal, publishes an answer."""
    assert eventually(
        lambda: (found := enforced.customer("iam-leaver")) and found.consent.allows("email"), seconds=PATIENCE
    )
    links = links_of(enforced)

    def link(purpose: LinkPurpose) -> str:
        return f"/{purpose.value}/{links.make(purpose, LinkClaim('iam-leaver', 'iam-journey', 'email', 'en'))}"

    looked = [ask(enforced, link(purpose))[0] for purpose in LinkPurpose]
    answered = ask(enforced, link(LinkPurpose.FEEDBACK), form={"helpful": "no"})[0]
    left = ask(enforced, link(LinkPurpose.UNSUBSCRIBE), form={"List-Unsubscribe": "One-Click"})[0]

    assert (looked, answered, left) == ([200] * len(LinkPurpose), 200, 200)
    leaver = enforced.customer("iam-leaver")
    assert leaver is not None
    assert leaver.consent.refused("email")
    assert eventually(
        lambda: (found := enforced.customer("iam-leaver")) and found.latest(SignalKind.FOUND_UNHELPFUL, ()),
        seconds=PATIENCE,
    )


def test_a_site_shows_a_note_and_hands_on_what_was_answered(enforced: Deployed) -> None:
    """serve_onsite: its keys, the customer, a decision, an event in its own name."""
    assert eventually(lambda: enforced.customer("iam-visitor"), seconds=PATIENCE)
    note = OnsiteNote(
        note_id="iam-visitor#1",
        journey_id="iam-visitor-journey",
        headline="",
        body="Would a hand help?",
        blocks=(),
        locale="en",
        created_at=now(),
        expires_at=now() + timedelta(days=1),
    )
    table_of(enforced).save("iam-visitor", note)
    secret = enforced.client("secretsmanager").get_secret_value(SecretId=enforced.outputs["SiteTokenKeysSecret"])
    issued = int(time.time())
    claims = {"sub": "iam-visitor", "aud": "attune-onsite", "iat": issued, "exp": issued + 600}
    bearer = {"authorization": f"Bearer {jwt.encode(claims, json.loads(secret['SecretString'])['current'])}"}

    status, notes = ask(enforced, "/onsite/notes", **bearer)
    shown, helpful = (
        post_json(enforced, "/onsite/answers", {"note_id": note.note_id, "answer": answer, "view": "v"}, **bearer)
        for answer in ("shown", "helpful")
    )

    assert (status, shown, helpful) == (200, 200, 200)
    assert "Would a hand help?" in notes
    assert eventually(
        lambda: (found := enforced.customer("iam-visitor")) and found.latest(SignalKind.FOUND_HELPFUL, ()),
        seconds=PATIENCE,
    )


def test_events_come_in_by_http_with_a_key(enforced: Deployed) -> None:
    """receive_events."""
    secret = enforced.client("secretsmanager").get_secret_value(SecretId=enforced.outputs["IngestKeysSecret"])
    key = json.loads(secret["SecretString"])["first"]

    assert post_json(enforced, "/events", identify("iam-posted", now()), **{"x-attune-key": key}) == 202
    assert eventually(lambda: enforced.customer("iam-posted"), seconds=PATIENCE)


def test_a_bounce_gets_as_far_as_the_list_that_the_local_aws_does_not_have(enforced: Deployed) -> None:
    """suppress_addresses: let through to SES, which has no suppression list here; whoever else asks is refused before."""
    asked = {"EmailAddress": "iam-bounced@example.com", "Reason": "BOUNCE"}

    def answer(function: str) -> str:
        return refused(as_role(enforced, function, "sesv2").put_suppressed_destination, **asked)

    assert answer("suppress_addresses") == "NotFoundException"
    assert answer("send_message") == "AccessDeniedException"


def test_what_is_due_is_watched_and_what_was_left_behind_is_ended(enforced: Deployed) -> None:
    """find_moments: reads what is due, hands it on, takes it away, ends a journey without an execution."""
    assert eventually(lambda: enforced.customer("iam-waiting"), seconds=PATIENCE)
    ago = now() - timedelta(days=40)
    lost = Journey(
        journey_id="iam-lost",
        playbook=PLAYBOOK,
        playbook_version="1.0.0",
        key="c",
        session_id="main",
        since=ago,
        expires_at=ago + timedelta(days=10),
    )
    due = Due(name="win_back#x", playbook="win_back", key="x", session_id="main", due_at=ago)
    for item in (lost, due):
        table_of(enforced).save("iam-waiting", item)

    ask_for(enforced, "MomentRunsQueueUrl", now())

    def dealt_with() -> bool:
        found = enforced.customer("iam-waiting")
        return found is not None and not found.dues and found.journeys["iam-lost"].status is JourneyStatus.ENDED

    assert eventually(dealt_with, seconds=PATIENCE)


@pytest.fixture(scope="module")
def journeys(enforced: Deployed) -> dict[str, Journey]:
    """The journeys of three people who left their carts; score_friction has started them."""
    found = {
        who: eventually(lambda who=who: journey_of(enforced, who), seconds=PATIENCE) for who in (MAILED, TEXTED, FORMER)
    }
    assert all(found.values()), {who: enforced.decisions(who) for who, journey in found.items() if journey is None}
    return {who: journey for who, journey in found.items() if journey}


@pytest.mark.parametrize(("who", "channel"), [(MAILED, "email"), (TEXTED, "sms")])
def test_a_cart_that_was_left_brings_a_message(
    enforced: Deployed, journeys: dict[str, Journey], who: str, channel: str
) -> None:
    """score_friction has begun it; plan_touch, send_message, review_journey: asked as the state machine asks, without days between."""
    step = step_of(journeys[who], who)

    planned = invoke(enforced, "plan_touch", step)
    sent = invoke(enforced, "send_message", {**step, "plan": planned["plan"]})
    reviewed = invoke(enforced, "review_journey", step)

    assert planned["plan"]["channel"] == channel, planned
    assert sent["outcome"] == "sent", sent
    arrived = enforced.emails_to(f"{who}@example.com") if channel == "email" else texts_to(enforced, PHONE)
    assert len(arrived) == 1
    assert "errorMessage" not in reviewed, reviewed
    assert {"moment", "tone", "delay", "contact"} <= {row["kind"] for row in enforced.decisions(who)}


def test_a_journey_of_the_definition_before_is_answered_by_the_functions_it_names(
    enforced: Deployed, journeys: dict[str, Journey]
) -> None:
    """choose_tone, choose_delay, and escalate for a journey; here at its first touch."""
    journey = journeys[FORMER]
    step = step_of(journey, FORMER)

    toned = invoke(enforced, "choose_tone", step)
    delayed = invoke(enforced, "choose_delay", {**step, "plan": toned.get("plan", {})})
    escalated = invoke(enforced, "escalate", {**step, "trigger": "playbook"})

    assert toned["plan"]["channel"] == "email", toned
    assert "wait_until" in delayed, delayed
    assert escalated == {"outcome": "opened"}
    former = enforced.customer(FORMER)
    assert former is not None
    assert former.has_open_case
    assert former.journeys[journey.journey_id].ended_because == "escalated"


def test_what_was_decided_is_exported_announced_and_learnt_from(
    enforced: Deployed, journeys: dict[str, Journey]
) -> None:
    """export_decisions, learn_policy."""
    evidence = EvidenceTable(enforced.client("dynamodb"), enforced.outputs["PoliciesTable"], Clock(ClockScale()))
    days = [journeys[MAILED].since.date() + timedelta(days=one) for one in (-1, 0, 1)]

    assert eventually(lambda: keys_of(enforced, "LakeBucket", "decisions/"), seconds=PATIENCE)
    assert eventually(lambda: keys_of(enforced, "EvidenceBucket", "announced/"), seconds=PATIENCE)
    assert eventually(lambda: any(evidence.pieces(PLAYBOOK, day) for day in days), seconds=PATIENCE)


def test_the_runs_of_the_night_do_their_work(enforced: Deployed) -> None:
    """seal_decisions, refit_policies, watch_fairness, export_audience, report."""
    tomorrow = now() + timedelta(days=1)
    for run in ("SealRuns", "RefitRuns", "AudienceRuns", "ReportRuns"):
        ask_for(enforced, f"{run}QueueUrl", tomorrow)
    # Its queue keeps the refusal of plain HTTP, and takes nothing here.
    looked = invoke(enforced, "watch_fairness", {"Records": [{"messageId": "run-1", "body": a_run(tomorrow)}]})
    dynamodb, out = enforced.client("dynamodb"), enforced.outputs
    evidence = SealStore(enforced.client("s3"), out["EvidenceBucket"])

    assert looked == {"batchItemFailures": []}
    assert eventually(evidence.seals, seconds=PATIENCE)
    assert eventually(lambda: PolicyVersions(dynamodb, out["PoliciesTable"]).all(), seconds=PATIENCE)
    assert eventually(lambda: keys_of(enforced, "AudienceBucket", "lists/"), seconds=PATIENCE)
    assert eventually(lambda: keys_of(enforced, "LakeBucket", "reports/"), seconds=PATIENCE)
    rows = dynamodb.query(
        TableName=out["DecisionsTable"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "fairness"}},
    )["Items"]
    assert "looked" in {row["choice"]["S"] for row in rows}


def test_a_deployment_is_announced_before_it_takes_effect(enforced: Deployed) -> None:
    """announce_deployment: what was deployed before, topics, change log, switches; here as if nothing had been."""
    dynamodb, table = enforced.client("dynamodb"), enforced.outputs["PoliciesTable"]
    dynamodb.delete_item(TableName=table, Key={"pk": {"S": DEPLOYED}, "sk": {"S": STAGE}})
    said: list[Any] = []

    def cloudformation(asked: Asked) -> Answer:
        said.append(json.loads(asked.body))
        return Answer()

    with web_server(cloudformation) as server:
        request = {"RequestType": "Update", "ResponseURL": f"http://127.0.0.1:{server.server_port}/"}
        invoke(enforced, "announce_deployment", {**request, "StackId": "s", "RequestId": "r", "LogicalResourceId": "l"})

    assert [one["Status"] for one in said] == ["SUCCESS"], said
    assert DeploymentStore(dynamodb, table).read() is not None


def test_nothing_of_all_this_was_refused_to_anybody(aws: Enforced) -> None:
    """What was refused, and came again until it was given up, would show nowhere else."""
    refusals = [line for line in aws.log().splitlines() if "is not authorized" in line or "AccessDenied" in line]

    assert refusals == []


def test_every_function_of_the_stage_is_named_here(enforced: Deployed) -> None:
    told = " ".join(str(test.__doc__) for name, test in globals().items() if name.startswith("test_"))

    assert {name for name in functions_of(enforced) if not re.search(rf"\b{name}\b", told)} == set()
