"""`attune playbooks` and `attune switch` on a stage: what is announced, what takes effect, who changed what."""

import json
import shutil
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from attune.adapters.change_log import ChangeLog
from attune.domain.switches import RollOut, Switches
from attune_cli.commands import playbooks, switch
from attune_cli.main import app
from attune_cli.playbooks.changing import TOPICS, numbered
from tests.support.tables import create_tables

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
ID = "cart_abandonment"
ADA = ("--who", "ada")


class Stage:
    """A stage in moto: its tables, parameter, topics (each heard by a queue), machine, and what its functions hold."""

    name = "test"

    def __init__(self, templates: Path):
        self.templates = templates
        self.session = boto3.Session()
        self.dynamodb, self.ssm, self.sqs = (boto3.client(name) for name in ("dynamodb", "ssm", "sqs"))
        create_tables(self.dynamodb)
        self.ssm.put_parameter(Name="switches", Value="{}", Type="String")
        self.outputs = {
            "PoliciesTable": "policies",
            "DecisionsTable": "decisions",
            "SwitchesParameter": "switches",
            "PlaybookVersions": f"{ID} 1.1.0 1.0.0; form_failure 1.0.0",
            "JourneyArn": boto3.client("stepfunctions").create_state_machine(
                name="journey",
                definition=json.dumps(
                    {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}}
                ),
                roleArn="arn:aws:iam::123456789012:role/journey",
            )["stateMachineArn"],
        }
        self.queues = {}
        for name in TOPICS:
            topic = boto3.client("sns").create_topic(Name=name)["TopicArn"]
            self.queues[name] = self.sqs.create_queue(QueueName=name)["QueueUrl"]
            arn = self.sqs.get_queue_attributes(QueueUrl=self.queues[name], AttributeNames=["QueueArn"])
            boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"])
            self.outputs[f"{name.title()}TopicArn"] = topic
        self.log = ChangeLog(self.dynamodb, "policies", self.ssm, "switches")

    def output(self, name: str) -> str:
        return self.outputs[name]

    def heard(self, topic: str) -> list[dict[str, str]]:
        messages = self.sqs.receive_message(QueueUrl=self.queues[topic], MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]

    def decisions(self) -> list[dict[str, str]]:
        rows = self.dynamodb.scan(TableName="decisions")["Items"]
        return [{name: next(iter(value.values())) for name, value in row.items()} for row in rows]

    @property
    def live(self) -> Switches:
        return self.log.live()

    def run(self, *words: str, code: int = 0) -> str:
        with_templates = {"rollout", "rollback", "off"} & set(words) or words[-1] == "test"
        more = ("--templates", str(self.templates)) if with_templates else ()
        result = CliRunner().invoke(app, [*words, *more])
        assert result.exit_code == code, result.output
        return " ".join(result.output.split())


@pytest.fixture(scope="module")
def templates(tmp_path_factory):
    """Hold version 1.1.0, with another limit and other delays, for nobody yet, beside 1.0.0."""
    templates = tmp_path_factory.mktemp("templates")
    shutil.copytree(TEMPLATES / "playbooks", templates / "playbooks")
    CliRunner().invoke(app, ["playbooks", "archive", ID, "1.1.0", "--templates", str(templates)])
    path = templates / "playbooks" / f"{ID}.yaml"
    text = path.read_text().replace("  per_week: 3\n", "  per_week: 2\n", 1).replace("PT12H, P1D", "PT12H, P2D", 1)
    path.write_text(text.replace("  holdout_percent: 5\n", "  holdout_percent: 5\n  rollout_percent: 0\n", 1))
    return templates


@pytest.fixture
def stage(templates, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    with mock_aws():
        made = Stage(templates)
        for module in (playbooks, switch):
            monkeypatch.setattr(module, "chosen_stage", lambda *_: made)
        yield made


def test_a_rollout_is_announced_to_everybody_before_it_takes_effect_and_is_written_down(stage):
    told = stage.run("playbooks", "rollout", ID, "25", *ADA, "--why", "a gentler limit")

    assert "change 1 on test, live within a minute" in told
    assert stage.live.rollouts == {ID: RollOut(version="1.1.0", percent=25, previous="1.0.0")}
    for topic in TOPICS:
        (message,) = stage.heard(topic)
        assert message["Subject"] == f"Attune test: {ID} goes to 1.1.0 25 %"
        for words in (
            "it was 1.1.0 0 %",
            "limits.per_week: 3 becomes 2",
            "message 2, delays: 12 hours, 1 day becomes 12 hours, 2 days",
            "25 % of customers of every segment, for new journeys. 5 % of them are held out and get no message. All others",
            "at most 1 a day and 2 a week to one customer",
            f"attune playbooks rollback {ID} --stage test",
            "ada, because: a gentler limit",
        ):
            assert words in message["Message"], (words, message["Message"])
    (row,) = stage.decisions()
    assert (row["kind"], row["choice"], row["playbook"], row["playbook_version"]) == (
        "change",
        "rolled_out",
        ID,
        "1.1.0",
    )
    assert json.loads(row["inputs"])["before"] == "1.1.0 0 %"
    assert row["automated"] is False


def test_a_failed_announcement_stops_the_change(stage):
    boto3.client("sns").delete_topic(TopicArn=stage.outputs["SupportTopicArn"])

    told = stage.run("playbooks", "rollout", ID, "25", *ADA, code=1)

    assert "the announcement to support failed (product heard of it)" in told
    assert stage.live == Switches()
    assert stage.log.newest() is None
    assert stage.decisions() == []


def test_what_stops_harm_takes_effect_even_where_nobody_can_be_told(stage):
    boto3.client("sns").delete_topic(TopicArn=stage.outputs["ProductTopicArn"])

    told = stage.run("switch", "off", "--channel", "sms", *ADA)

    assert "channel sms is switched off: change 1" in told
    assert "It has taken effect, but the announcement to product failed" in told
    assert stage.live.channels_off == {"sms"}


def test_raising_goes_on_from_where_it_was_and_going_back_is_one_command(stage):
    stage.run("playbooks", "rollout", ID, "25", *ADA)
    stage.run("playbooks", "rollout", ID, "60", *ADA)
    assert stage.live.rollouts[ID] == RollOut(version="1.1.0", percent=60, previous="1.0.0")

    told = stage.run("playbooks", "rollback", ID, *ADA)

    assert f"{ID} goes back to 1.0.0 100 %: change 3" in told
    assert stage.live.rollouts[ID] == RollOut(version="1.0.0", percent=100)
    assert stage.live.withdrawn == frozenset()
    assert [row["choice"] for row in stage.decisions()].count("rolled_back") == 1


def test_going_back_can_end_running_journeys_too_and_rolling_out_again_lets_them_be(stage):
    stage.run("playbooks", "rollout", ID, "60", *ADA)
    stage.run("playbooks", "rollback", ID, "--stop-running", *ADA)
    assert stage.live.withdrawn == {f"{ID}@1.1.0"}

    stage.run("playbooks", "rollout", ID, "5", *ADA)
    assert stage.live.withdrawn == frozenset()
    assert stage.live.rollouts[ID] == RollOut(version="1.1.0", percent=5, previous="1.0.0")


def test_a_version_that_the_stage_does_not_hold_is_not_rolled_out(stage):
    stage.outputs["PlaybookVersions"] = f"{ID} 1.0.0"

    assert "version 1.1.0 of cart_abandonment is not on stage 'test', which holds 1.0.0" in stage.run(
        "playbooks", "rollout", ID, "25", *ADA, code=2
    )
    assert stage.live == Switches()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("playbooks", "rollout", "cart", "25"), "there is no playbook 'cart'"),
        (
            ("playbooks", "rollout", ID, "25", "--version", "9.0.0"),
            "there is no version '9.0.0' of cart_abandonment one of",
        ),
        (("playbooks", "rollout", ID, "25", "--previous", "1.1.0"), "all others would get 1.1.0 as well"),
        (("playbooks", "rollout", ID, "101"), "percent"),
        (("playbooks", "rollback", "form_failure"), "there is no version of form_failure before 1.0.0"),
        (("switch", "off", "--channel", "fax"), "'fax' is not a channel"),
        (("switch", "off", "--channel", "sms", "--playbook", ID), "exclude each other"),
        (("switch", "off", "--playbook", "cart"), "there is no playbook 'cart'"),
    ],
)
def test_a_mistake_is_told_and_changes_nothing(stage, words, says):
    told = stage.run(*words, *ADA, code=2)

    assert says.replace(" one of", "") in told
    assert stage.log.newest() is None


def test_what_is_switched_off_is_off_until_it_is_switched_on(stage):
    stage.run("switch", "off", *ADA)
    stage.run("switch", "off", "--playbook", ID, *ADA)
    stage.run("switch", "off", "--channel", "sms", *ADA)
    assert "off: everything, channel sms, playbook cart_abandonment" in stage.run("switch", "show")

    stage.run("switch", "on", *ADA)
    assert stage.live == Switches(playbooks_off=frozenset({ID}), channels_off=frozenset({"sms"}), change=4)
    stage.run("switch", "on", "--playbook", ID, *ADA)
    stage.run("switch", "on", "--channel", "sms", *ADA)
    assert "everything is on" in stage.run("switch", "show")


def test_a_change_that_never_reached_functions_is_told_and_applied(stage):
    stage.run("switch", "off", *ADA)
    stage.ssm.put_parameter(Name="switches", Value="{}", Overwrite=True)

    assert "functions do not hear of the newest change yet" in stage.run("switch", "show")
    assert "change 1 is live" in stage.run("switch", "apply")
    assert stage.live.system_off


def test_of_two_people_at_once_one_is_told_that_nothing_of_theirs_took_effect(stage, monkeypatch):
    stage.run("switch", "off", "--channel", "sms", *ADA)
    seen_before = stage.log.newest()
    stage.run("switch", "off", "--channel", "email", *ADA)
    monkeypatch.setattr(switch, "numbered", lambda change, _, make: numbered(change, seen_before, make))

    assert "somebody else changed something at this moment" in stage.run("switch", "off", *ADA, code=1)
    assert not stage.live.system_off


def test_who_changed_what_is_listed_newest_first(stage):
    stage.run("playbooks", "rollout", ID, "25", *ADA, "--why", "a gentler limit")
    stage.run("switch", "off", "--channel", "sms", "--who", "grace")

    told = json.loads(stage.run("playbooks", "log", "--json"))
    assert [(one["who"], one["about"], one["after"]) for one in told] == [
        ("grace", "channel sms", ""),
        ("ada", f"playbook {ID}", "1.1.0 25 %"),
    ]
    assert [one["who"] for one in json.loads(stage.run("playbooks", "log", "--playbook", ID, "--json"))] == ["ada"]
    table = stage.run("playbooks", "log")
    assert table.index("channel sms switched off") < table.index("a gentler limit")


def test_the_list_shows_what_customers_get_and_how_many_journeys_run(stage):
    client = boto3.client("stepfunctions")
    for number in range(3):
        name = f"{ID}-{number:032d}"
        client.start_execution(stateMachineArn=stage.outputs["JourneyArn"], name=name, input="{}")
    stage.run("playbooks", "rollout", ID, "25", *ADA)
    stage.run("switch", "off", "--playbook", ID, *ADA)
    stage.run("switch", "off", "--channel", "sms", *ADA)

    table = stage.run("playbooks", "--stage", "test")
    listed = {one["playbook"]: one for one in json.loads(stage.run("playbooks", "--json", "--stage", "test"))}

    assert "cart_abandonment switched off 1.1.0 to 25 % 1.0.0 5 % 3 customer-experience" in table
    assert "win_back: 1.0.0 is not deployed yet" in table
    assert listed[ID]["rollout"] == {"version": "1.1.0", "percent": 25.0, "previous": "1.0.0"}
    assert listed[ID]["journeys_running"] == 3
    assert listed["form_failure"]["off"] == "on, without sms"
    assert listed["form_failure"]["notes"] == []
    assert any("not deployed" in note for note in listed["win_back"]["notes"])


def test_without_a_stage_the_list_is_what_the_files_say(stage):
    result = CliRunner().invoke(app, ["playbooks", "--json", "--templates", str(stage.templates)])

    listed = {one["playbook"]: one for one in json.loads(result.output)}
    assert listed[ID]["rollout"] == {"version": "1.1.0", "percent": 0.0, "previous": "1.0.0"}
    assert listed[ID]["journeys_running"] is None


def test_what_would_be_announced_can_be_read_before(stage):
    told = stage.run("playbooks", "rollout", ID, "25", "--dry-run", *ADA)

    assert "limits.per_week: 3 becomes 2" in told
    assert stage.log.newest() is None
    assert stage.heard("product") == []


def test_who_does_not_say_who_they_are_is_known_by_their_credentials(stage):
    stage.run("switch", "off")

    assert stage.log.newest().who not in ("", "unknown")
