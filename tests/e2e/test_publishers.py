"""The publishers that application teams copy, each run as a program of its own against the deployed system."""

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path

import pytest

from attune.domain.signals import SignalKind
from attune_cli.cdk import ROOT
from attune_cli.stage import LOCAL_REGION
from tests.e2e.conftest import PATIENCE, Deployed, eventually

EXAMPLES = ROOT / "examples"
SDK = ROOT / ".local" / "examples" / "node_modules"
AWS_CLI = ROOT / ".local" / "awscli" / "bin"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": LOCAL_REGION}


def run(
    deployed: Deployed, program: Sequence[object], *, cwd: Path = EXAMPLES, said: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run an example as an application would, with nothing but credentials, a region and where AWS is."""
    environment = {
        "PATH": f"{AWS_CLI}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(cwd),
        "AWS_ENDPOINT_URL": deployed.aws.endpoint,
        "AWS_DEFAULT_REGION": LOCAL_REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
        "NODE_NO_WARNINGS": "1",  # the SDK announces when it will want a newer Node
        **CREDENTIALS,
    }
    words = [str(word) for word in program]
    return subprocess.run(
        words, cwd=cwd, env=environment, check=False, capture_output=True, text=True, timeout=300, input=said
    )


def story(folder: Path, customer: str) -> Path:
    """Write 23 events of one customer, more than two requests take: an introduction, 21 looks around and a cart."""
    calls = [
        {"type": "identify", "traits": {"firstName": "Ada", "email": f"{customer}@example.com"}},
        *({"type": "track", "event": "Product Viewed", "properties": {"product_id": n}} for n in range(21)),
        {"type": "track", "event": "Product Added", "properties": {"cart_id": "cart-ä", "price": 79.0}},
    ]
    path = folder / "story.ndjson"
    lines = [json.dumps({**call, "userId": customer, "messageId": str(uuid.uuid4())}) for call in calls]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def arrived(deployed: Deployed, customer: str) -> dict[str, int]:
    """Return what the customers table knows of what the customer did, counted by kind."""
    known = deployed.customer(customer)
    entries = [entry for session in known.sessions.values() for entry in session.tail] if known else []
    kinds = [entry.kind for entry in entries]
    return {kind.name: kinds.count(kind) for kind in sorted(set(kinds))}


def assert_the_whole_story_arrives(deployed: Deployed, customer: str) -> None:
    expected = {SignalKind.PRODUCT_ADDED.name: 1, SignalKind.VIEWED.name: 21}
    eventually(lambda: arrived(deployed, customer) == expected and deployed.knows(customer), seconds=PATIENCE)
    known = deployed.customer(customer)

    assert arrived(deployed, customer) == expected
    assert known is not None
    assert (known.profile.first_name, known.profile.email) == ("Ada", f"{customer}@example.com")
    assert "cart-ä" in {entry.reference for entry in known.sessions["main"].tail}


def test_what_the_python_publisher_sends_arrives(deployed: Deployed, tmp_path: Path) -> None:
    program = [sys.executable, EXAMPLES / "publish_event.py", deployed.outputs["BusName"], story(tmp_path, "by-python")]

    ran = run(deployed, program)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "23 of 23 events published" in ran.stdout
    assert_the_whole_story_arrives(deployed, "by-python")


def test_what_the_javascript_publisher_sends_arrives(deployed: Deployed, tmp_path: Path) -> None:
    node = shutil.which("node")
    assert node, "Node is missing: make install says where to get it"
    assert SDK.is_dir(), "the AWS SDK for JavaScript is missing: make install"
    shutil.copy(EXAMPLES / "publish_event.mjs", tmp_path)
    (tmp_path / "node_modules").symlink_to(SDK)
    program = [node, "publish_event.mjs", deployed.outputs["BusName"], story(tmp_path, "by-javascript")]

    ran = run(deployed, program, cwd=tmp_path)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "23 of 23 events published" in ran.stdout
    assert_the_whole_story_arrives(deployed, "by-javascript")


def test_what_the_aws_cli_publisher_sends_arrives(deployed: Deployed, tmp_path: Path) -> None:
    assert (AWS_CLI / "aws").exists(), "the AWS CLI is missing: make install"

    ran = run(deployed, ["bash", EXAMPLES / "publish_event.sh", deployed.outputs["BusName"], "by-cli"], cwd=tmp_path)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "published" in ran.stdout
    eventually(lambda: arrived(deployed, "by-cli"), seconds=PATIENCE)
    assert arrived(deployed, "by-cli") == {SignalKind.PRODUCT_ADDED.name: 1}


@pytest.mark.parametrize("language", ["python", "javascript"])
def test_a_publisher_that_cannot_publish_says_which_events_are_not_sent_and_fails(
    deployed: Deployed, tmp_path: Path, language: str
) -> None:
    """What is too large for Attune is not even offered; the rest goes out."""
    calls = [
        {
            "type": "page",
            "userId": f"partly-{language}",
            "messageId": f"{language}-{n}",
            "properties": {"x": "y" * size},
        }
        for n, size in enumerate((10, 300_000, 10))
    ]
    path = tmp_path / "mixed.ndjson"
    path.write_text("\n".join(map(json.dumps, calls)), encoding="utf-8")
    (tmp_path / "node_modules").symlink_to(SDK)
    shutil.copy(EXAMPLES / "publish_event.mjs", tmp_path)
    program = {
        "python": [sys.executable, EXAMPLES / "publish_event.py"],
        "javascript": [shutil.which("node"), "publish_event.mjs"],
    }

    ran = run(deployed, [*program[language], deployed.outputs["BusName"], path], cwd=tmp_path)

    assert ran.returncode == 1
    assert "2 of 3 events published" in ran.stdout
    assert ran.stderr.startswith(f"{language}-1: ")
    assert "bytes are too many" in ran.stderr
    eventually(lambda: arrived(deployed, f"partly-{language}") == {"PAGE_VIEWED": 2}, seconds=PATIENCE)
    assert arrived(deployed, f"partly-{language}") == {"PAGE_VIEWED": 2}


def test_the_shell_example_pulls_cases_urgent_ones_first_and_deletes_what_was_taken_over(deployed: Deployed) -> None:
    sqs = deployed.client("sqs")
    urgent, normal = (sqs.create_queue(QueueName=f"pulled-{name}")["QueueUrl"] for name in ("urgent", "normal"))
    for queue, case in ((normal, "case-2"), (urgent, "case-1")):
        sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"case_id": case, "wrote": "Hilfe, bitte: ä"}))

    ran = run(deployed, ["bash", EXAMPLES / "pull_cases.sh", urgent, normal], said="yes\nstop\n")
    left = [
        sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"] for queue in (urgent, normal)
    ]

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.index("case-1") < ran.stdout.index("case-2")
    assert "Hilfe, bitte: ä" in ran.stdout
    assert [one["ApproximateNumberOfMessagesNotVisible"] for one in left] == ["0", "1"]
