"""`attune experiments` and `attune policy`: what people read about experiments, and what they can do."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from attune.adapters.change_log import ChangeLog
from attune.adapters.policies_table import PoliciesTable
from attune.adapters.policy_live import LivePolicy, Pointer
from attune.adapters.policy_versions import PolicyVersions
from attune.domain.learning.evidence import assemble, piece_of
from attune.domain.learning.guard_rails import ArmName, Stop
from attune.domain.learning.refitting import Tally, refit, tally
from attune_cli.commands import experiments, policy
from attune_cli.main import app
from attune_cli.playbooks.changing import TOPICS
from tests.support.builders import playbook
from tests.support.learning import CONTEXT, rows, told_of
from tests.support.tables import create_tables

NOW = datetime.now(UTC)
BEGAN = NOW - timedelta(days=30)
WHO = ("--who", "ada", "--why", "too many complaints")


def journeys(arm: str, number: int, **outcomes: int):
    """Yield journeys with one message each; the first so many have each outcome."""
    for one in range(number):
        kinds = {(1, kind): f"o{one}" if kind == "ordered" else 1 for kind, many in outcomes.items() if one < many}
        yield told_of(f"cart-{arm}-{one}", since=BEGAN, arms=(arm,), outcomes=kinds)


def held_out(number: int, ordered: int):
    for one in range(number):
        outcomes = {(0, "ordered"): f"o{one}"} if one < ordered else {}
        yield told_of(f"cart-held-{one}", since=BEGAN, held_out=True, arms=(), outcomes=outcomes)


def summed(*told) -> Tally:
    pieces = (piece_of(row) for journey in told for row in rows(journey))
    return tally(assemble(piece for piece in pieces if piece), playbook(), as_of=NOW)


EVIDENCE = [
    list(one)
    for one in (
        *journeys("24h", 120, ordered=30, unsubscribed=2),
        *journeys("48h", 120, ordered=60),
        *held_out(100, 10),
    )
]


class Tables:
    """What a stage has learnt."""

    def __init__(self, dynamodb):
        self.dynamodb = dynamodb
        self.versions, self.live = PolicyVersions(dynamodb, "policies"), LivePolicy(dynamodb, "policies")

    def learn(self, *told, at=NOW):
        tallies = {"cart": summed(*told)}
        version = self.versions.write(refit(tallies, now=at), tallies, made_at=at)
        before = self.live.read().pointer
        self.live.move(Pointer(version=version.number, prior=version.prior, since=at), over=before)

    def records(self):
        return self.dynamodb.scan(TableName="decisions")["Items"]

    @property
    def log(self):
        return ChangeLog(self.dynamodb, "policies", boto3.client("ssm"), "switches")

    def heard(self, topic="support"):
        """Return what a topic was told since the last look."""
        sqs = boto3.client("sqs")
        url = sqs.get_queue_url(QueueName=topic)["QueueUrl"]
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in messages]


def topics() -> dict[str, str]:
    """Make the topics of a stage, each heard by a queue of its name; return their outputs."""
    found = {}
    for name in TOPICS:
        found[f"{name.title()}TopicArn"] = arn = boto3.client("sns").create_topic(Name=name)["TopicArn"]
        url = boto3.client("sqs").create_queue(QueueName=name)["QueueUrl"]
        queue = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
        boto3.client("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue["QueueArn"])
    return found


@pytest.fixture
def learnt(monkeypatch):
    with mock_aws():
        client = boto3.client("dynamodb")
        create_tables(client)
        boto3.client("ssm").put_parameter(Name="switches", Value="{}", Type="String")
        outputs = {
            "PoliciesTable": "policies",
            "DecisionsTable": "decisions",
            "SwitchesParameter": "switches",
            **topics(),
        }
        stage = SimpleNamespace(name="test", session=boto3.Session(), output=outputs.__getitem__, is_local=False)
        for command in (experiments, policy):
            monkeypatch.setattr(command, "chosen_stage", lambda *_: stage)
        yield Tables(client)


def run(*words: str):
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, " ".join(result.stdout.split()), result.stderr


def test_the_arms_are_shown_with_what_came_of_them_in_words(learnt):
    learnt.learn(*EVIDENCE)

    code, text, errors = run("experiments")

    assert (code, errors) == (0, "")
    assert "from 240 messages" in text
    assert "after 2 days" in text
    assert "Message 1, when to write: everybody" in text
    assert "60 ordered" in text
    assert "#" not in text


def test_groups_of_people_are_named_in_words(learnt):
    other = [
        replace(one, inputs={**one.inputs, "context": "email#unknown#night#weekend#low"})
        if one.kind == "delay"
        else one
        for one in told_of("cart-other", since=BEGAN, arms=("24h",))
    ]
    learnt.learn(*EVIDENCE, other)

    _, text, _ = run("experiments")

    assert "Message 1, when to write: SMS, phone, afternoon, workday, high friction" in text
    assert "Message 1, when to write: email, unknown device, night, weekend, low friction" in text


def test_a_lift_is_claimed_with_its_interval_and_not_where_that_holds_zero(learnt):
    learnt.learn(*EVIDENCE)

    _, text, _ = run("experiments")

    assert "ordered: 37.5% of 240 moments answered, 10.0% of 100 held out: 27.5 points more" in text
    assert "unsubscribed, complained or were annoyed: 0.8% of 240 moments" in text
    assert "No effect claimed: the difference lies between" in text


def test_without_a_holdout_nothing_is_said_of_effects(learnt):
    learnt.learn(*journeys("24h", 20, ordered=5))

    assert "nothing can be said, because nobody was held out yet" in run("experiments")[1]


def test_json_holds_everything_and_says_what_is_claimed(learnt):
    learnt.learn(*EVIDENCE)
    result = CliRunner().invoke(app, ["experiments", "--json"])
    told = json.loads(result.stdout)
    [book] = told["playbooks"]

    assert (told["messages"], told["live_version"], told["interval"]) == (240, 1, 0.9)
    assert {effect["outcome"]: effect["claimed"] for effect in book["effects"]} == {
        "ordered": True,
        "case_avoided": False,
        "harmed": False,
    }
    everybody = book["touches"][0]
    assert [arm["arm"] for arm in everybody["arms"]] == ["48h", "24h"]
    assert all(arm["low"] < arm["expected"] < arm["high"] for arm in everybody["arms"])
    assert everybody["arms"][0]["share"] == 0.5


def test_the_page_needs_nothing_else_and_hides_no_markup(learnt, tmp_path):
    learnt.learn(*EVIDENCE)
    why = "more harm <b>than</b> the others"
    learnt.live.settle(Stop(name=ArmName("cart", 1, "24h"), stopped=True, since=NOW, why=why))

    code, _, errors = run("experiments", "--html", str(tmp_path / "page.html"))
    page = (tmp_path / "page.html").read_text()

    assert code == 0
    assert "written to" in errors
    assert "http" not in page.replace("http-equiv", "")
    assert "&lt;b&gt;than&lt;/b&gt;" in page
    assert "after 2 days" in page


def test_a_stopped_arm_is_shown_as_stopped_and_why(learnt):
    learnt.learn(*EVIDENCE)
    learnt.live.settle(Stop(name=ArmName("cart", 1, "24h"), stopped=True, since=NOW, why="20 of 80 did harm"))

    text = run("experiments")[1]

    assert f"after 1 day stopped since {NOW:%Y-%m-%d}: 20 of 80 did harm" in text
    assert "One way is left: the others were stopped." in text


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("experiments",), 1, "nothing has been learnt from yet"),
        (("policy", "show", "3"), 2, "there is no version 3"),
        (("policy", "rollback", "3", *WHO), 2, "there is no version 3"),
        (("policy", "follow", *WHO), 1, "nothing has been learnt from yet"),
        (("policy", "resume", "cart", "1", "24h", *WHO), 2, "24h of message 1 of cart is not stopped"),
        (("policy", "stop", "cart", "1", "24h", "--who", " ", "--why", "x"), 2, "--who is empty"),
        (("policy", "stop", "cart", "1", "24h"), 2, "Missing option"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(learnt, words, code, said):
    found, _, errors = run(*words)

    assert (found, said in errors) == (code, True), errors


def test_an_unknown_playbook_is_named_with_those_there_are(learnt):
    learnt.learn(*EVIDENCE)

    code, _, errors = run("experiments", "--playbook", "card")

    assert code == 2
    assert "one of cart" in errors


def test_versions_are_listed_and_shown(learnt):
    learnt.learn(*EVIDENCE[:60], at=NOW - timedelta(days=1))
    learnt.learn(*EVIDENCE)

    listed, shown = run("policy", "versions")[1], run("policy", "show", "1")[1]
    rows_told = json.loads(CliRunner().invoke(app, ["policy", "versions", "--json"]).stdout)

    assert "2 " in listed
    assert "240 0" in listed
    assert "60 0" in listed
    assert [(row["number"], row["live"]) for row in rows_told] == [(2, True), (1, False)]
    assert "cart, message 1 24h" in shown
    assert "all playbooks, texts offer_help" in shown


def test_going_back_holds_until_newer_versions_are_followed_and_both_are_written_down(learnt):
    learnt.learn(*EVIDENCE[:60], at=NOW - timedelta(days=1))
    learnt.learn(*EVIDENCE)

    def live():
        return PoliciesTable(learnt.dynamodb, "policies").load("cart", 1, CONTEXT, now=NOW).version.partition("@")[2]

    back = run("policy", "rollback", "1", *WHO)
    during = (live(), learnt.live.read().pointer.pinned, run("experiments")[1])
    run("policy", "follow", "--who", "bob", "--why", "mended")

    assert back[:2] == (0, "version 1 is live until `attune policy follow`")
    assert during[:2] == ("1", True)
    assert "Live is version 1: ada went back to it (too many complaints)." in during[2]
    assert (live(), learnt.live.read().pointer.pinned) == ("2", False)
    told = sorted((row["choice"]["S"], row["automated"]["BOOL"], row["reasons"]["S"]) for row in learnt.records())
    assert [(choice, automated) for choice, automated, _ in told] == [("followed", False), ("rolled_back", False)]
    assert "bob: mended" in told[0][2]


def test_a_person_stops_an_arm_and_puts_it_back(learnt):
    learnt.learn(*EVIDENCE)

    def chances():
        return (
            PoliciesTable(learnt.dynamodb, "policies").load("cart", 1, CONTEXT, now=NOW).probabilities(["24h", "48h"])
        )

    run("policy", "stop", "cart", "1", "48h", *WHO)
    without = chances()
    code, text, _ = run("policy", "resume", "cart", "1", "48h", *WHO)

    assert without == {"24h": 1.0, "48h": 0.0}
    assert (code, text) == (0, "48h of message 1 of cart is put back")
    assert chances()["48h"] > 0.5
    assert sorted(row["choice"]["S"] for row in learnt.records()) == ["resumed", "stopped"]


def test_what_people_do_to_the_policy_is_announced_and_in_the_change_log_as_a_switch_is(learnt):
    learnt.learn(*EVIDENCE[:60], at=NOW - timedelta(days=1))
    learnt.learn(*EVIDENCE)
    steps = [
        ("stop", "cart", "1", "48h"),
        ("resume", "cart", "1", "48h"),
        ("rollback", "1"),
        ("follow",),
    ]
    told = []
    for step in steps:
        assert run("policy", *step, *WHO)[0] == 0
        heard = {topic: learnt.heard(topic) for topic in TOPICS}
        assert [len(one) for one in heard.values()] == [1, 1, 1]
        told.append(heard["support"][0])

    assert [one["Subject"] for one in told] == [
        "Attune test: 48h of message 1 of cart is not tried any more",
        "Attune test: 48h of message 1 of cart is tried again",
        "Attune test: choices go back to what was learnt, version 1, pinned",
        "Attune test: choices follow what was learnt, version 2",
    ]
    for one, back in zip(
        told,
        ("policy resume cart 1 48h", "policy stop cart 1 48h", "policy follow", "policy rollback 1"),
        strict=True,
    ):
        assert f"attune {back} --stage test" in one["Message"]
        assert "ada, because: too many complaints" in one["Message"]
    assert [(one.kind, one.about, one.before, one.after) for one in reversed(learnt.log.all())] == [
        ("arm_stopped", "48h of message 1 of cart", "tried", "stopped"),
        ("arm_put_back", "48h of message 1 of cart", "stopped", "tried"),
        ("policy_went_back", "the policy", "version 2", "version 1, pinned"),
        ("policy_follows", "the policy", "version 1", "version 2"),
    ]
    assert learnt.log.live().change == 4


def test_a_broken_topic_stops_what_does_something_and_never_what_stops_harm(learnt):
    learnt.learn(*EVIDENCE)
    arn = boto3.client("sns").create_topic(Name="sales")["TopicArn"]
    boto3.client("sns").delete_topic(TopicArn=arn)

    code, text, errors = run("policy", "stop", "cart", "1", "48h", *WHO)
    assert (code, text) == (0, "48h of message 1 of cart is stopped")
    assert "It has taken effect, but the announcement to sales failed" in errors
    assert learnt.live.read().stopped("cart", 1, is_words=False) == {"48h"}

    code, _, errors = run("policy", "resume", "cart", "1", "48h", *WHO)
    assert code == 1
    assert "the announcement to sales failed" in errors
    assert learnt.live.read().stopped("cart", 1, is_words=False) == {"48h"}
    assert [one.kind for one in learnt.log.all()] == ["arm_stopped"]
