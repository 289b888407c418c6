"""`attune demo`, as a user runs it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from attune_cli.cdk import ROOT
from tests.support.processes import processes_of

ATTUNE = Path(sys.executable).with_name("attune")


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "ATTUNE_LOCAL_HOME": str(home)}


@pytest.fixture(scope="module")
def home() -> Path:
    return ROOT / ".local" / "e2e-demo"


@pytest.fixture(scope="module")
def story(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Play the demo once, and return what it wrote."""
    file = tmp_path_factory.mktemp("demo") / "story.json"
    played = subprocess.run(
        [ATTUNE, "demo", "--json", file],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert played.returncode == 0, played.stderr[-3000:]
    return {**json.loads(file.read_text()), "stdout": played.stdout, "stderr": played.stderr}


def fates(story: dict[str, Any]) -> dict[str, str]:
    return {customer["name"]: customer["fate"] for customer in story["customers"]}


def test_everybody_meets_the_fate_their_situation_calls_for(story: dict[str, Any]) -> None:
    assert fates(story) == {
        "Hanna": "helped",
        "Emma": "morning",
        "Ben": "bought_while_waiting",
        "Carla": "opted_out",
        "Deniz": "no_sms_consent",
        "Farid": "frequency_cap",
        "Grace": "holdout",
        "Hugo": "calm",
        "Ines": "unknown_time_zone",
        "Jonas": "asked_for_help",
        "Kim": "last_resort_offer",
        "Lucie": "no_approved_text",
        "Mei": "note_on_site",
        "Noor": "wants_a_person",
        "Otto": "no_moment",
        "Wanda": "win_back",
        "Pia": "post_purchase",
        "Olga": "onboarding_stall",
        "Petra": "pricing_hesitation",
        "Dana": "delivery_delay",
        "Felix": "form_failure",
        "Paul": "payment_failure",
        "Karl": "keyword_mismatch",
        "Tara": "personal_moment",
    }, story["stderr"][-2000:]
    assert all(customer["reasons"] for customer in story["customers"])


def test_who_bought_opted_out_was_held_out_or_calm_got_no_message(story: dict[str, Any]) -> None:
    reached = {message["customer_id"].rpartition("-")[0] for message in story["messages"]}

    assert reached.isdisjoint({"ben", "carla", "grace", "hugo", "lucie", "otto", "tara"})
    assert {"hanna", "emma", "deniz", "farid", "ines", "jonas", "kim", "mei"} <= reached
    assert {"wanda", "pia", "olga", "petra", "dana", "felix", "paul", "karl"} <= reached


def test_who_asked_for_a_person_hears_at_most_that_one_will_answer(story: dict[str, Any]) -> None:
    # On the fast clock the word that a person will answer may come too late, and is then held back.
    told = [
        row
        for row in story["decisions"]
        if row["kind"] == "contact" and row["choice"] == "sent" and row["customer_id"].startswith("noor")
    ]

    assert [row["playbook"] for row in told] in ([], [""])
    assert sum(message["customer_id"].startswith("noor") for message in story["messages"]) == len(told)


def test_there_are_as_many_messages_as_contacts_in_the_log_and_one_a_touch(story: dict[str, Any]) -> None:
    sent = [row for row in story["decisions"] if row["kind"] == "contact" and row["choice"] == "sent"]

    assert len(story["messages"]) == len(sent)
    assert max(Counter((row["journey_id"], row["touch"]) for row in sent).values()) == 1


def test_the_case_tells_the_whole_story(story: dict[str, Any]) -> None:
    cases = {case["display_name"]: case for case in story["cases"]}

    assert set(cases) == {"Jonas", "Lucie", "Noor", "Tara", "Wanda"}
    assert (cases["Tara"]["trigger"], cases["Tara"]["assigned_to"]) == ("personal_moment", "sam")
    assert "Norway" in cases["Tara"]["trigger_reason"]
    assert cases["Noor"]["priority"] == "urgent"
    jonas = cases["Jonas"]
    assert jonas["wrote"] == "I need help: the form refuses my postcode"
    assert jonas["friction_level"] == "high"
    assert any("form" in sentence for sentence in jonas["last_signals"])
    assert jonas["messages_so_far"]
    assert jonas["suggested_replies"]


def test_every_decision_says_why_and_the_lake_has_them_all(story: dict[str, Any]) -> None:
    assert all(row["reasons"] and row["decision_id"] and row["code_version"] for row in story["decisions"])
    assert len({row["decision_id"] for row in story["decisions"]}) == len(story["decisions"])
    answered = story["queries"]["why_customer"]["rows"]
    hanna = [row for row in story["decisions"] if row["customer_id"].startswith("hanna")]
    assert [row["kind"] for row in answered] == [row["kind"] for row in hanna]
    assert any(row["reason"] == "frequency_cap" for row in story["queries"]["withheld_by_reason"]["rows"])


def test_the_event_nobody_can_read_is_in_quarantine(story: dict[str, Any]) -> None:
    assert [kept["reason"] for kept in story["quarantined"]] == ["missing_id"]


def test_it_tells_its_phases_and_leaves_no_process_behind(story: dict[str, Any], home: Path) -> None:
    assert set(story["seconds"]) == {"start and deploy", "introductions", "story", "evidence"}
    for heading in ("What became of whom", "The messages, as they were sent", "The cases, as support pulls them"):
        assert heading in story["stdout"]
    assert processes_of(home) == []


def test_ctrl_c_ends_it_and_everything_it_started(home: Path) -> None:
    with subprocess.Popen(
        [ATTUNE, "demo"],
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background ignores Ctrl-C, and a child would inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - nothing here has threads
    ) as playing:
        assert playing.stderr is not None
        next(line for line in playing.stderr if "cdk deploy" in line)
        time.sleep(1)
        running = processes_of(home)
        playing.send_signal(signal.SIGINT)
        playing.stderr.read()
        code = playing.wait(timeout=300)

    assert running != []
    assert code == 130
    assert processes_of(home) == []
