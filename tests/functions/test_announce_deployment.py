"""A deployment is announced before it takes effect: once, to everybody, or CloudFormation takes it back."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from attune.adapters.change_log import ChangeLog
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.deployed_files import read_deployed
from attune.adapters.deployment_store import DEPLOYED, DeploymentStore
from attune.domain.changes import Change, ChangeKind, rolled_out
from attune.domain.switches import RollOut, Switches
from functions.announce_deployment import answering, handler
from functions.announce_deployment.announcing import DeploymentAnnouncer, UnannouncedError
from tests.support.builders import NOON
from tests.support.tables import create_tables
from tests.support.time import Hands

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
ID = "form_failure"
PLAYBOOKS = ("cart_abandonment", "form_failure", "win_back")
LISTENERS = ("product", "support", "sales")


@dataclass
class Topics:
    """Topics that can be broken, and what was published to each."""

    heard: list[tuple[str, str, str]] = field(default_factory=list)
    broken: str = ""

    def publish(self, *, TopicArn: str, Subject: str, Message: str) -> None:  # noqa: N803 - as AWS names it
        if TopicArn == self.broken:
            raise ClientError({"Error": {"Code": "NotFound", "Message": "no such topic"}}, "Publish")
        self.heard.append((TopicArn, Subject, Message))

    def told(self) -> list[str]:
        """Return who heard something since the last look."""
        found, self.heard = [topic for topic, *_ in self.heard], []
        return found


class Account:
    """The tables of a stage, and the templates that are deployed to it."""

    def __init__(self, templates: Path) -> None:
        self.templates = templates
        self.dynamodb, ssm = boto3.client("dynamodb"), boto3.client("ssm")
        create_tables(self.dynamodb)
        ssm.put_parameter(Name="switches", Value="{}", Type="String")
        self.log = ChangeLog(self.dynamodb, "policies", ssm, "switches")
        self.topics, self.hands = Topics(), Hands(NOON)
        self.store = DeploymentStore(self.dynamodb, "policies")
        self.sending = "sends"

    def deploy(self) -> int:
        return DeploymentAnnouncer(
            stage="test",
            code_version="abc123",
            store=self.store,
            log=self.log,
            decisions=DecisionsTable(self.dynamodb, "decisions", self.hands.clock, "abc123"),
            sns=self.topics,
            topics={name: name for name in LISTENERS},
            clock=self.hands.clock,
        ).announce(read_deployed(self.templates, sending=self.sending))

    def change(self, old: str, new: str, name: str = ID) -> None:
        path = self.templates / "playbooks" / f"{name}.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        read_deployed_anew()

    def logged(self) -> list[tuple[str, str, str]]:
        return [(one.kind, one.about, one.after) for one in reversed(self.log.all())]

    def decisions(self) -> list[dict[str, Any]]:
        rows = self.dynamodb.scan(TableName="decisions")["Items"]
        return [{name: next(iter(value.values())) for name, value in row.items()} for row in rows]


def few(folder: str, names: list[str]) -> list[str]:
    """Return what is left out: a few playbooks and texts are read sooner, and tell the same."""
    kept = {"playbooks": {f"{name}.yaml" for name in PLAYBOOKS}, "messages": {"form_help"}}.get(Path(folder).name)
    return [] if kept is None else [name for name in names if name not in kept]


def read_deployed_anew() -> None:
    """Forget what was read: a deployment is another process."""
    from attune.adapters import playbook_files, text_library  # noqa: PLC0415 - their memories, and nothing else of them

    playbook_files.load_playbooks.cache_clear()
    text_library._load.cache_clear()


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    shutil.copytree(TEMPLATES, tmp_path / "templates", ignore=few)
    with mock_aws():
        yield Account(tmp_path / "templates")
    read_deployed_anew()


def test_the_first_deployment_tells_of_everything_that_begins_and_the_same_again_of_nothing(account: Account) -> None:
    account.deploy()

    assert [topic for topic, *_ in account.topics.heard] == list(LISTENERS)
    assert account.topics.heard[0][1].startswith("Attune test: a deployment begins with ")
    assert account.logged() == [
        *((ChangeKind.DEPLOYED, f"playbook {name}", "1.0.0 100 %") for name in PLAYBOOKS),
        (ChangeKind.DEPLOYED, "the stage", ""),
    ]
    assert account.log.live().change == len(PLAYBOOKS) + 1
    assert {(row["kind"], row["reason_code"]) for row in account.decisions()} == {("change", "by_a_deployment")}

    account.topics.told()
    assert account.deploy() == 0
    assert account.topics.told() == []
    assert len(account.log.all()) == len(PLAYBOOKS) + 1


def test_a_changed_limit_is_announced_and_written_down_before_anything_of_it_runs(account: Account) -> None:
    account.deploy()
    account.topics.told()
    account.change("version: 1.0.0", "version: 1.0.1\noutcome_window: P3D")

    assert account.deploy() == 1
    _, subject, text = account.topics.heard[-1]
    assert subject == f"Attune test: a deployment changes {ID}"
    assert "- outcome_window: 7 days becomes 3 days" in text
    assert account.topics.told() == list(LISTENERS)
    newest = account.log.newest()
    assert newest is not None
    assert (newest.who, newest.before, newest.after) == ("deployment", "1.0.0 100 %", "1.0.1 100 %")
    assert "outcome_window: 7 days becomes 3 days" in newest.why
    assert account.deploy() == 0


def test_switches_and_roll_outs_stand_as_they_stood_and_what_waits_for_one_is_not_announced(account: Account) -> None:
    account.deploy()
    rollout = RollOut(version="1.0.0", percent=100)
    number = len(account.log.all()) + 1
    switches = rolled_out(Switches(change=number, channels_off=frozenset({"sms"})), ID, rollout)
    account.log.write(Change(kind=ChangeKind.ROLLED_OUT, who="ada", number=number, at=NOON, switches=switches))
    account.log.apply()
    account.topics.told()
    kept = account.templates / "playbooks" / ID / "1.0.0.yaml"
    kept.parent.mkdir()
    shutil.copy(account.templates / "playbooks" / f"{ID}.yaml", kept)
    account.change("version: 1.0.0", "version: 1.0.1\noutcome_window: P3D")

    assert account.deploy() == 0
    assert account.topics.told() == []
    account.change("version: 1.0.0", "version: 1.0.1\noutcome_window: P3D", "win_back")
    assert account.deploy() == 1
    assert account.log.live().rollouts == {ID: rollout}
    assert account.log.live().channels_off == {"sms"}


def test_where_somebody_cannot_be_told_nothing_is_written_down_and_the_next_try_tells_only_those_who_heard_nothing(
    account: Account,
) -> None:
    account.deploy()
    account.topics.told()
    before = account.log.all()
    account.change("version: 1.0.0", "version: 1.0.1\noutcome_window: P3D")
    account.topics.broken = "sales"

    with pytest.raises(UnannouncedError, match="the announcement to sales failed, and nothing of the deployment takes"):
        account.deploy()
    assert account.topics.told() == ["product", "support"]
    assert account.log.all() == before

    account.topics.broken = ""
    assert account.deploy() == 1
    assert account.topics.told() == ["sales"]


def test_who_heard_of_a_deployment_that_was_stopped_hears_that_nothing_came_of_it(account: Account) -> None:
    account.deploy()
    path = account.templates / "playbooks" / f"{ID}.yaml"
    old = path.read_text(encoding="utf-8")
    account.change("version: 1.0.0", "version: 1.0.1\noutcome_window: P3D")
    account.topics.broken = "sales"
    with pytest.raises(UnannouncedError):
        account.deploy()
    account.topics.told()
    path.write_text(old, encoding="utf-8")
    read_deployed_anew()

    assert account.deploy() == 0
    assert {subject for _, subject, _ in account.topics.heard} == {"Attune test: the deployment does not take effect"}
    assert account.topics.told() == ["product", "support"]
    assert account.deploy() == 0
    assert account.topics.told() == []


def test_what_was_announced_and_taken_back_is_announced_again_when_it_comes_again(account: Account) -> None:
    account.deploy()
    path = account.templates / "playbooks" / f"{ID}.yaml"
    old = path.read_text(encoding="utf-8")
    account.change("version: 1.0.0", "version: 1.0.1\noutcome_window: P3D")
    new = path.read_text(encoding="utf-8")
    told = []
    for text in (new, old, new):
        path.write_text(text, encoding="utf-8")
        read_deployed_anew()
        account.topics.told()
        account.deploy()
        told.append(account.topics.told())

    assert told == [list(LISTENERS)] * 3


def test_a_playbook_that_cannot_be_read_any_more_counts_as_new_instead_of_stopping_the_deployment(
    account: Account,
) -> None:
    account.deploy()
    key = {"pk": {"S": DEPLOYED}, "sk": {"S": ID}}
    account.store._put(ID, json.dumps({"file": {"id": ID, "of": "another age"}}))
    assert account.dynamodb.get_item(TableName="policies", Key=key)["Item"]

    assert account.deploy() == 1
    newest = account.log.newest()
    assert newest is not None
    assert "it is new here" in newest.why


def test_a_stage_that_begins_to_send_says_so(account: Account) -> None:
    account.sending = "decides everything and sends nothing (dry run)"
    account.deploy()
    account.topics.told()
    account.sending = "sends"

    assert account.deploy() == 1
    assert "- the stage sends; before, it decides everything and sends nothing (dry run)" in account.topics.heard[0][2]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """Return what CloudFormation is answered."""
    found: list[dict[str, str]] = []

    class Answered:
        def __enter__(self) -> None: ...
        def __exit__(self, *_: object) -> None: ...

    def take(request: Any, *, timeout: float) -> Answered:
        assert (request.get_method(), request.full_url, timeout) == ("PUT", "https://cfn.example/signed", 10)
        found.append(json.loads(request.data))
        return Answered()

    monkeypatch.setattr(answering.urllib.request, "urlopen", take)
    return found


def asked(kind: str, **more: str) -> dict[str, str]:
    where = {"ResponseURL": "https://cfn.example/signed", "StackId": "s", "RequestId": "r", "LogicalResourceId": "Told"}
    return {"RequestType": kind, **where, **more}


def test_cloudformation_hears_why_a_deployment_is_not_announced(
    answers: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PRODUCT_TOPIC", raising=False)

    handler.lambda_handler(asked("Create"), None)

    assert [one["Status"] for one in answers] == ["FAILED"]
    assert "PRODUCT_TOPIC" in answers[0]["Reason"]
    assert answers[0]["PhysicalResourceId"] == "announcement-Told"


def test_nothing_is_announced_when_the_stack_goes(answers: list[dict[str, str]]) -> None:
    handler.lambda_handler(asked("Delete", PhysicalResourceId="announcement-1"), None)

    assert [(one["Status"], one["PhysicalResourceId"]) for one in answers] == [("SUCCESS", "announcement-1")]


def properties(templates: str) -> dict[str, Any]:
    return {"ServiceToken": "arn:announcer", "Templates": templates, "DryRun": "false", "SendingEnabled": "true"}


REQUESTS = {
    "an update that is taken back": [("Update", "new", "old", True), ("Update", "old", "new", True)],
    "an update that is not announced": [("Update", "new", "old", False), ("Update", "old", "new", True)],
    "a first deployment that is taken back": [("Create", "new", "", True), ("Delete", "new", "", None)],
    "a first deployment that is not announced": [("Create", "new", "", False), ("Delete", "new", "", None)],
}
"""What CloudFormation asks, by what happens, as its user guide has it (custom resource requests: create, update, delete; stack failure
options): the kind, the templates, those before, and whether the announcement succeeds, or is not asked for."""


@pytest.mark.parametrize("requests", REQUESTS.values(), ids=REQUESTS)
def test_each_request_of_a_deployment_that_is_taken_back_is_answered_for_one_and_the_same_resource(
    answers: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch, requests: list[tuple[str, str, str, bool | None]]
) -> None:
    """An update answered with another id is a replacement: CloudFormation would delete what has the old id."""
    succeeds = iter([succeeded for *_, succeeded in requests if succeeded is not None])

    def announce() -> None:
        if not next(succeeds):
            raise UnannouncedError("the announcement to sales failed")

    monkeypatch.setattr(handler, "_announce", announce)
    for number, (kind, new, old, _) in enumerate(requests):
        known = {"PhysicalResourceId": answers[-1]["PhysicalResourceId"]} if answers else {}
        if kind == "Update":
            known = {"PhysicalResourceId": "announcement-Told"}
        before = {"OldResourceProperties": properties(old)} if old else {}
        request = asked(kind) | {"RequestId": f"r-{number}", "ResourceProperties": properties(new)} | known | before
        handler.lambda_handler(request, None)

    assert next(succeeds, None) is None, "each was announced, and deleting is none"
    assert [one["Status"] for one in answers] == ["FAILED" if done is False else "SUCCESS" for *_, done in requests]
    assert {one["PhysicalResourceId"] for one in answers} == {"announcement-Told"}
    assert [one["RequestId"] for one in answers] == [f"r-{number}" for number in range(len(requests))]
