"""Governance of the deployed system: switches within a minute, the deployment's own announcement, checklist, archive."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from attune_cli.main import app
from tests.e2e.conftest import PATIENCE, Deployed, eventually
from tests.e2e.test_support import desk
from tests.support.events import identify, track


def attune(deployed: Deployed, *words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--who", "e2e", "--endpoint-url", deployed.aws.endpoint])
    assert result.exit_code == 0, result.output
    return result.output


def test_everything_is_off_and_on_again(deployed: Deployed, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    deployed.publish(
        identify(
            "switch-rosa", now, firstName="Rosa", email="switch@example.com", locale="en", timezone="Europe/London"
        ),
        track("switch-rosa", "Consent Granted", now, channels=["email"], source="checkout"),
    )
    assert eventually(lambda: deployed.knows("switch-rosa", "email"), seconds=PATIENCE)
    deployed.publish(track("switch-rosa", "Message Replied", now, text="I need help with my card", channel="email"))
    sam = desk(deployed, "sam", tmp_path)

    def waiting() -> list[str]:
        return [one.waiting.case.case_id for one in sam.pull()[0] if one.waiting.case.customer_id == "switch-rosa"]

    [case_id] = eventually(waiting, seconds=PATIENCE)
    sam.claim(case_id)

    def refused_as() -> str:
        answer: dict[str, Any] = dict(sam.reply(case_id, text="Hello Rosa.", channel="email"))
        return str(answer.get("reason", "")) if answer["outcome"] != "sent" else ""

    before = refused_as()  # the function has read the switches now, and keeps them for half a minute
    attune(deployed, "switch", "off")
    try:
        seen = eventually(lambda: refused_as() == "kill_switch", seconds=PATIENCE)
    finally:
        attune(deployed, "switch", "on")

    assert before != "kill_switch"
    assert seen, "still sending"


def told(deployed: Deployed, *words: str, code: int = 0) -> Any:
    """Return what a command says as JSON."""
    result = CliRunner().invoke(app, [*words, "--json", "--endpoint-url", deployed.aws.endpoint])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_the_deployment_announced_itself_before_anything_ran(deployed: Deployed) -> None:
    changes = [one for one in told(deployed, "playbooks", "log") if one["kind"] == "deployed"]

    versions = {entry.split(" ")[0]: entry.split(" ")[1] for entry in deployed.outputs["PlaybookVersions"].split("; ")}
    assert {one["about"]: one["after"].split(" ")[0] for one in changes if one["after"]} == {
        f"playbook {name}": version for name, version in versions.items()
    }
    assert {one["who"] for one in changes} == {"deployment"}


def test_the_launch_checklist_looks_at_the_stage_itself(deployed: Deployed) -> None:
    found = told(deployed, "check", "cart_abandonment", "--stage", "local", code=1)

    lines = {line["name"]: line for line in found["lines"]}
    assert found["ready"] is False
    assert (lines["deployed"]["state"], lines["rollback"]["state"]) == ("pass", "pass")
    assert "the switches answer, change " in lines["rollback"]["looked_at"]
    assert lines["watched"]["state"] == "not checked"  # the local AWS has no alarms
    assert "in the log since " in lines["events"]["looked_at"]
    assert (lines["dry_run"]["state"], "0 contacts of version" in lines["dry_run"]["looked_at"]) == ("fail", True)


@contextmanager
def archived(deployed: Deployed, name: str) -> Iterator[tuple[str, str, str]]:
    """Archive the stage's bus meanwhile, with a rule and a queue for a replay; give the archive, the bus and the queue."""
    events, sqs = deployed.client("events"), deployed.client("sqs")
    bus = deployed.outputs["BusName"]
    bus_arn = events.describe_event_bus(Name=bus)["Arn"]
    archive = events.create_archive(ArchiveName=name, EventSourceArn=bus_arn)["ArchiveArn"]
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = json.dumps({"replay-name": [{"exists": True}]})
    events.put_rule(Name=name, EventBusName=bus, EventPattern=pattern)
    events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "recorded", "Arn": queue}])
    try:
        yield archive, bus_arn, url
    finally:
        events.remove_targets(Rule=name, EventBusName=bus, Ids=["recorded"])
        events.delete_rule(Name=name, EventBusName=bus)
        events.delete_archive(ArchiveName=name)
        sqs.delete_queue(QueueUrl=url)


def test_what_the_archive_of_a_stage_replays_is_a_recording(deployed: Deployed, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    two_days_ago, yesterday = now - timedelta(days=2), now - timedelta(days=1)
    calls = [
        track("archived-ada", "Product Added", two_days_ago, cart_id="archived-cart"),
        track("archived-ada", "Form Failed", two_days_ago + timedelta(seconds=20)),
        track("archived-bob", "Product Viewed", yesterday),
    ]
    with archived(deployed, "replayed") as (archive, bus, queue):
        for call in calls:
            entry = {
                "EventBusName": deployed.outputs["BusName"],
                "Time": datetime.fromisoformat(call["timestamp"]),
                "Source": "app.tests",
                "DetailType": "track",
                "Detail": json.dumps(call),
            }
            assert deployed.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0
        deployed.client("events").start_replay(
            ReplayName="replayed",
            EventSourceArn=archive,
            EventStartTime=now - timedelta(days=3),
            EventEndTime=now + timedelta(minutes=5),
            Destination={"Arn": bus},
        )
        found: dict[str, str] = {}

        def all_there() -> bool:
            answer = deployed.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
            bodies = [message["Body"] for message in answer.get("Messages", [])]
            found.update({json.loads(body)["detail"]["messageId"]: body for body in bodies})
            return {call["messageId"] for call in calls} <= found.keys()

        assert eventually(all_there, seconds=PATIENCE), found
    mine = [found[call["messageId"]] for call in calls]
    recording = tmp_path / "recorded.ndjson"
    recording.write_text("\n".join(mine) + "\n", encoding="utf-8")

    result = CliRunner().invoke(
        app, ["replay", str(recording), "--playbook", "cart_abandonment", "--against", "nothing", "--json"]
    )
    assert result.exit_code == 0, result.output
    replayed = json.loads(result.stdout)
    assert (replayed["recording"]["events"], replayed["recording"]["unread"]) == (len(calls), [])
    assert replayed["after"]["moments"] == {"cart_abandonment: started": 1}
    assert replayed["people_who_would_notice"] == 1
