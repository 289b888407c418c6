"""`attune check`: a line passes only for what was looked at, and the command ends with 0 only when every line passes."""

import json
import shutil
from collections import Counter
from dataclasses import replace

import boto3
import pytest
import sqlglot
from moto import mock_aws
from sqlglot.executor import execute
from typer.testing import CliRunner

from attune.adapters.playbook_archive import PlaybookArchive
from attune.adapters.playbook_files import load_playbooks
from attune_cli.auditing.asking import Answer
from attune_cli.checking import lived
from attune_cli.checking.deployed import stage_lines
from attune_cli.checking.evidence import QUESTION, Evidence, in_recording, in_stage
from attune_cli.checking.files import file_lines
from attune_cli.checking.lines import ASKED, State, is_ready
from attune_cli.main import app
from attune_cli.playbooks.shelf import Shelf
from attune_cli.stage import Stage
from tests.support.world import TEMPLATES

ROOT = TEMPLATES.parent
PLAYBOOKS = dict(load_playbooks(TEMPLATES))
CART = PLAYBOOKS["cart_abandonment"]
RECORDED = ROOT / "examples" / "replay" / "recorded.ndjson"
SHELF = Shelf(PLAYBOOKS, PlaybookArchive(TEMPLATES / "playbooks"))
FILES = ("file", "reviewed", "lint", "approvals")


def run(*arguments):
    return CliRunner().invoke(app, ["check", *map(str, arguments)])


def states(lines):
    return {line.name: line.state for line in lines}


def lines_of(*arguments):
    return {line["name"]: line for line in json.loads(run(*arguments, "--json").stdout)["lines"]}


def evidence(*, dry=0, events=None, **decided):
    """Return what a log would tell: `moment_started=3` is three moments that were answered."""
    counted = {tuple(name.split("_", 1)): number for name, number in decided.items()}
    return Evidence(counted, dry, "the log since a day", events or {})


def test_without_a_stage_the_files_are_checked_and_the_rest_does_not_pass():
    result = run("cart_abandonment")
    found = lines_of("cart_abandonment")

    assert result.exit_code == 1
    assert list(found) == list(ASKED)
    assert {name: line["state"] for name, line in found.items()} == {
        name: "pass" if name in FILES else "not checked" for name in ASKED
    }
    assert "not ready: 4 pass, 0 fail, 6 not checked" in result.output
    for line in found.values():
        assert line["looked_at"]
        assert line["fix"] or line["state"] == "pass"
        assert (ROOT / line["link"]).is_file()


def test_recorded_events_tell_whether_those_of_the_playbook_arrive():
    found = lines_of("cart_abandonment", "--recorded", RECORDED)

    assert (found["events"]["state"], found["identity"]["state"]) == ("pass", "pass")
    assert "Product Added 32" in found["events"]["looked_at"]
    assert found["dry_run"]["state"] == "not checked"


def test_a_recording_in_which_nothing_ends_it_fails(tmp_path):
    lines = [one for one in RECORDED.read_text(encoding="utf-8").splitlines() if "Order Completed" not in one]
    path = tmp_path / "recorded.ndjson"
    path.write_text("\n".join(lines), encoding="utf-8")

    line = lived.events(CART, in_recording(CART, path, TEMPLATES))

    assert line.state is State.FAIL
    assert line.fix.startswith("publish Order Completed")


@pytest.fixture
def templates(tmp_path):
    """Return a copy of the templates, to break."""
    folder = tmp_path / "templates"
    shutil.copytree(TEMPLATES, folder)
    return folder


def broken(templates, before, after):
    path = templates / "playbooks" / "cart_abandonment.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ("owner: customer-experience", "owner: to-be-named", "reviewed"),
        ("messages: [cart_help_offer]", "messages: [cart_help_offr]", "file"),
        ("fallback_locale: en", "fallback_locale: fi", "approvals"),
    ],
)
def test_what_is_wrong_with_a_file_fails_its_line(templates, before, after, name):
    broken(templates, before, after)

    line = lines_of("cart_abandonment", "--templates", templates)[name]

    assert line["state"] == "fail"
    assert line["fix"]


def test_a_text_that_was_changed_after_its_approval_fails(templates):
    text = next((templates / "messages" / "cart_help_offer").glob("email.en*"))
    text.write_text(text.read_text(encoding="utf-8").rstrip() + "\n\nOne more sentence.\n", encoding="utf-8")

    assert states(file_lines(CART, templates))["approvals"] is State.FAIL


def test_a_text_with_an_error_fails(templates):
    text = next((templates / "messages" / "cart_help_offer").glob("email.en*"))
    text.write_text(text.read_text(encoding="utf-8").rstrip() + "\n\nHurry, only 2 left!\n", encoding="utf-8")

    assert states(file_lines(CART, templates))["lint"] is State.FAIL


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (None, State.NOT_CHECKED),
        (evidence(), State.FAIL),
        (evidence(moment_calm=4), State.NOT_CHECKED),
        (evidence(moment_calm=4, moment_over=1), State.PASS),
        (evidence(moment_started=4, outcome_ordered=1), State.PASS),
    ],
)
def test_events_pass_where_moments_and_what_ends_them_are_in_the_log(found, state):
    assert lived.events(CART, found).state is state


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (None, State.NOT_CHECKED),
        (evidence(), State.PASS),
        (evidence(identity_merged=200, identity_refused=40, identity_separated=2), State.PASS),
        (evidence(identity_merged=199, identity_separated=2), State.FAIL),
        (evidence(identity_separated=1), State.FAIL),
    ],
)
def test_identity_fails_where_people_took_back_more_than_one_merge_in_a_hundred(found, state):
    assert lived.identity(found).state is state


def test_a_dry_run_counts_for_the_version_that_ran():
    assert lived.dry_run(CART, evidence(dry=3), in_a_stage=True).state is State.PASS
    assert lived.dry_run(CART, evidence(), in_a_stage=True).state is State.FAIL
    assert lived.dry_run(CART, evidence(dry=3), in_a_stage=False).state is State.NOT_CHECKED


ROWS = [
    {"decision_id": "1", "kind": "contact", "choice": "withheld", "playbook_version": CART.version, "dry_run": True},
    {"decision_id": "1", "kind": "contact", "choice": "withheld", "playbook_version": CART.version, "dry_run": True},
    {"decision_id": "2", "kind": "contact", "choice": "withheld", "playbook_version": "0.9.0", "dry_run": True},
    {"decision_id": "3", "kind": "contact", "choice": "sent", "playbook_version": CART.version, "dry_run": False},
    {"decision_id": "4", "kind": "moment", "choice": "started", "playbook_version": CART.version, "dry_run": True},
    {
        "decision_id": "5",
        "kind": "identity",
        "choice": "merged",
        "playbook_version": "",
        "dry_run": True,
        "playbook": "",
    },
    {
        "decision_id": "6",
        "kind": "moment",
        "choice": "started",
        "playbook_version": "1",
        "dry_run": True,
        "playbook": "x",
    },
]


def answered(query, values):
    """Answer from rows, by the query itself."""
    rows = [{"playbook": CART.id, "dt": "2026-11-20", **row} for row in ROWS]
    text = "\n".join(line for line in query.sql.splitlines() if not line.startswith("--"))
    sql = text.replace("?", "'{}'").format(*(values[name] for name in query.parameters))
    parsed = sqlglot.parse_one(sql, read="athena")
    result = execute(parsed, tables={"decisions": rows})
    return Answer(tuple(result.columns), tuple(tuple(map(str, row)) for row in result.rows))


def test_the_log_is_asked_for_this_playbook_and_each_decision_counts_once():
    found = in_stage(CART, answered, "2026-11-10")

    assert found.dry == 1
    assert Counter(found.decided) == Counter(
        {("contact", "withheld"): 2, ("contact", "sent"): 1, ("moment", "started"): 1, ("identity", "merged"): 1}
    )
    assert QUESTION.parameters == ("since", "playbook")


def a_stage(**outputs):
    target = Stage("prod", boto3.Session(region_name="us-east-1"))
    target.__dict__["outputs"] = {
        "SwitchesParameter": "/attune/prod/switches",
        "PlaybookVersions": f"cart_abandonment {CART.version}",
        **outputs,
    }
    return target


def watched_stage(*, boards=1, alarms=1, listener=True, ringing=False):
    """Deploy what watches, as the operations stack would."""
    sns, cloudwatch = boto3.client("sns", "us-east-1"), boto3.client("cloudwatch", "us-east-1")
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    if listener:
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ops@shop.example")
    for number in range(boards):
        cloudwatch.put_dashboard(DashboardName=f"attune-prod{number}", DashboardBody="{}")
    for number in range(alarms):
        cloudwatch.put_metric_alarm(
            AlarmName=f"attune-prod-operations-Alarm{number}",
            AlarmActions=[topic],
            ActionsEnabled=True,
            MetricName="m",
            Namespace="n",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )
        if ringing:
            cloudwatch.set_alarm_state(
                AlarmName=f"attune-prod-operations-Alarm{number}", StateValue="ALARM", StateReason="test"
            )
    boto3.client("ssm", "us-east-1").put_parameter(Name="/attune/prod/switches", Value="{}", Type="String")


def test_a_stage_that_watches_holds_the_version_and_can_go_back_passes():
    with mock_aws():
        watched_stage()
        lines = stage_lines(CART, SHELF, a_stage())

    assert states(lines) == dict.fromkeys(("watched", "deployed", "rollback"), State.PASS)
    assert is_ready(lines)


@pytest.mark.parametrize(
    "lacking", [{"boards": 0}, {"alarms": 0}, {"listener": False}, {"ringing": True}], ids=lambda one: next(iter(one))
)
def test_a_stage_that_nobody_would_hear_fails(lacking):
    with mock_aws():
        watched_stage(**lacking)
        [line, *_] = stage_lines(CART, SHELF, a_stage())

    assert (line.name, line.state) == ("watched", State.FAIL)


@pytest.mark.parametrize(
    ("outputs", "switches", "name"),
    [
        ({"PlaybookVersions": "cart_abandonment 0.1.0"}, "{}", "deployed"),
        ({}, "not json", "rollback"),
    ],
)
def test_a_stage_with_another_version_or_switches_that_do_not_answer_fails(outputs, switches, name):
    with mock_aws():
        watched_stage()
        boto3.client("ssm", "us-east-1").put_parameter(
            Name="/attune/prod/switches", Value=switches, Type="String", Overwrite=True
        )
        found = states(stage_lines(CART, SHELF, a_stage(**outputs)))

    assert found.pop(name) is State.FAIL
    assert set(found.values()) == {State.PASS}


def test_the_local_aws_has_no_alarms_and_that_line_does_not_pass():
    with mock_aws():
        watched_stage()
        local = replace(a_stage(), endpoint="http://127.0.0.1:4566")
        local.__dict__["outputs"] = a_stage().outputs
        [line, *_] = stage_lines(CART, SHELF, local)

    assert line.state is State.NOT_CHECKED


def test_a_playbook_that_is_not_there_is_told():
    result = run("surprise")

    assert result.exit_code == 2
    assert "there is no playbook 'surprise'" in result.output
