"""The examples do what they say: their events are understood, their stories come true, their scripts work."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from moto import mock_aws

from attune.adapters.senders import read_event
from tests.support.world import World

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
STORIES = sorted((EXAMPLES / "events").glob("*.ndjson"))
TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def lines(name: str) -> list[str]:
    return (EXAMPLES / "events" / f"{name}.ndjson").read_text(encoding="utf-8").splitlines()


def envelope(line: str, time: datetime) -> str:
    """Wrap a line as EventBridge does; the examples have no time of their own, so the envelope's counts."""
    call = json.loads(line)
    about = {"id": "e-1", "source": "app.shop", "detail-type": call["type"], "time": time.isoformat()}
    return json.dumps({**about, "detail": call})


@pytest.mark.parametrize("story", [path.stem for path in STORIES])
def test_every_line_of_a_story_is_understood(story: str) -> None:
    for line in lines(story):
        assert read_event(envelope(line, TUESDAY_NOON), TUESDAY_NOON), line


def test_message_ids_of_the_stories_are_unique() -> None:
    ids = [json.loads(line)["messageId"] for path in STORIES for line in lines(path.stem)]

    assert len(set(ids)) == len(ids)


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(TUESDAY_NOON)


def plays(world: World, story: str) -> str:
    """Publish a story, a line every ten seconds, let two weeks pass, and return the customer's id."""
    for line in lines(story):
        world.deliver(envelope(line, world.now))
        world.run(timedelta(seconds=10))
    world.run(timedelta(days=14))
    return json.loads(lines(story)[0])["userId"]


def test_who_abandons_a_cart_in_trouble_is_helped(world: World) -> None:
    ada = plays(world, "abandoned_cart")

    assert world.choices(ada, "moment") == ["started"]
    assert world.choices(ada, "contact") == ["sent", "sent"]


def test_who_bought_after_all_hears_nothing(world: World) -> None:
    ben = plays(world, "bought_after_all")

    assert world.choices(ben, "moment") == []
    assert not world.emails


def test_who_hesitates_at_the_price_gets_the_offer_last(world: World) -> None:
    cleo = plays(world, "price_hesitation")

    messages = [json.loads(row["inputs"])["message"] for row in world.decisions(cleo, "contact")]
    assert messages == ["cart_help_offer", "cart_last_offer"]


def test_a_vip_who_asks_for_help_becomes_an_urgent_case(world: World) -> None:
    dan = plays(world, "asked_for_help")

    assert [case["customer_id"] for case in world.urgent.messages] == [dan]
    assert [json.loads(row["inputs"])["message"] for row in world.decisions(dan, "contact")] == ["help_acknowledged"]


def test_who_opts_out_hears_nothing(world: World) -> None:
    eve = plays(world, "opted_out")

    assert world.choices(eve, "consent").count("withdrawn") == 2
    assert world.choices(eve, "contact") == []


def test_who_is_at_ease_is_left_alone(world: World) -> None:
    fay = plays(world, "calm_browser")

    assert world.choices(fay, "moment") == ["calm"]


@pytest.mark.parametrize("script", ["publish_event.sh", "pull_cases.sh"])
def test_the_shell_examples_parse_and_say_what_they_need(script: str) -> None:
    checked = subprocess.run(["bash", "-n", EXAMPLES / script], check=False, capture_output=True, text=True)
    asked = subprocess.run(["bash", EXAMPLES / script], check=False, capture_output=True, text=True)

    assert (checked.returncode, checked.stderr) == (0, "")
    assert asked.returncode != 0
    assert "usage:" in asked.stderr


def test_the_javascript_example_parses_and_pins_what_it_needs() -> None:
    node = shutil.which("node")
    assert node, "Node is missing: make install says where to get it"
    script = EXAMPLES / "publish_event.mjs"
    checked = subprocess.run([node, "--check", script], check=False, capture_output=True, text=True)
    pinned = json.loads((EXAMPLES / "package.json").read_text())["dependencies"]

    assert (checked.returncode, checked.stderr) == (0, "")
    assert set(re.findall(r'from "(@[^"]+)"', script.read_text())) == set(pinned)
    assert "resolved" not in (EXAMPLES / "package-lock.json").read_text(), "the lock file names a registry"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pinned.values())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "usage: python publish_event.py BUS_NAME FILE.ndjson"),
        (["bus", "no-such.ndjson"], "nothing was published from no-such.ndjson: [Errno 2] No such file or directory"),
        (["bus", __file__], "Extra data"),
        (["bus", EXAMPLES / "events" / "calm_browser.ndjson"], "You must specify a region"),
    ],
)
def test_the_python_example_says_what_was_wrong_with_how_it_was_called(words: list[object], said: str) -> None:
    program = [sys.executable, EXAMPLES / "publish_event.py", *words]
    nowhere = {"PATH": os.environ["PATH"], "HOME": os.devnull}
    ran = subprocess.run(list(map(str, program)), env=nowhere, check=False, capture_output=True, text=True)

    assert ran.returncode == 1
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
