"""The switches' parameter and the topics that announce changes: who may read, who hears, and that nobody else does."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from attune.adapters.playbook_files import load_playbooks
from attune.domain.errors import PlaybookError
from infra import app as synth
from infra.config import STAGES
from infra.stage_checks import ConfigError, checked
from tests.infra.templates import ROOT, Synthesised
from tests.infra.test_functions import actions_of, functions, statements_of
from tests.infra.test_sending import with_changes

READERS = {"score_friction", "send_message", "acknowledge_reply", "answer_case", "serve_onsite"}


def test_the_parameter_begins_with_everything_on_and_is_kept(prod: Synthesised) -> None:
    parameter = prod.one("AWS::SSM::Parameter", stack="state")

    assert json.loads(parameter["Properties"]["Value"]) == {}
    assert parameter["Properties"]["Type"] == "String"
    assert "Tier" not in parameter["Properties"]  # standard: reading costs nothing
    assert parameter["DeletionPolicy"] == "Retain"


def test_who_asks_the_switches_may_read_this_parameter_and_nothing_else_of_its_kind(every_stage: Synthesised) -> None:
    told = {
        name
        for name, function in functions(every_stage).items()
        if "SWITCHES_PARAMETER" in function["Properties"]["Environment"]["Variables"]
    }
    assert told == READERS | {"announce_deployment"}  # it writes, as the command line does

    for name, function in functions(every_stage).items():
        reading = [one for one in statements_of(every_stage, function) if any("ssm:" in a for a in actions_of(one))]
        assert (len(reading) == 1) == (name in told), name
        for statement in reading:
            assert set(actions_of(statement)) == {"ssm:GetParameter" if name in READERS else "ssm:PutParameter"}
            assert "SwitchesParameter" in str(statement["Resource"])
            assert "*" not in str(statement["Resource"])


def test_three_topics_announce_encrypted_and_over_tls_only(every_stage: Synthesised) -> None:
    topics = {
        name: topic["Properties"]
        for name, topic in every_stage.resources("AWS::SNS::Topic", stack="service")
        if name.startswith("Announcements")
    }
    protected = str([policy for _, policy in every_stage.resources("AWS::SNS::TopicPolicy", stack="service")])

    assert sorted(one["DisplayName"].rpartition(" ")[2] for one in topics.values()) == ["product", "sales", "support"]
    for name, topic in topics.items():
        assert "alias/aws/sns" in str(topic["KmsMasterKeyId"]), name
        assert f"'Ref': '{name}'" in protected, name
    assert "'aws:SecureTransport': 'false'" in protected


def test_whom_the_stage_names_hears_of_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    template = with_changes(monkeypatch, announcements={"support": ("desk@shop.example", "night@shop.example")})
    told: dict[str, Any] = {
        found["Properties"]["Endpoint"]: found["Properties"]
        for found in template.find_resources("AWS::SNS::Subscription").values()
        if found["Properties"]["Protocol"] == "email"
    }

    assert set(told) == {"desk@shop.example", "night@shop.example"}
    assert all("AnnouncementsSupport" in str(one["TopicArn"]) for one in told.values())


@pytest.mark.parametrize("wrong", [{"marketing": ("a@shop.example",)}, {"sales": ("nobody",)}])
def test_an_audience_for_announcements_that_cannot_be_is_refused(wrong: dict) -> None:
    with pytest.raises(ConfigError, match="announcements of the stage 'dev' has"):
        checked(replace(STAGES["dev"], announcements=wrong))


def test_the_stage_tells_which_versions_its_functions_hold(every_stage: Synthesised) -> None:
    told = every_stage.templates["service"]["Outputs"]["PlaybookVersions"]["Value"]

    held = {entry.split(" ")[0]: entry.split(" ")[1:] for entry in told.split("; ")}
    assert held == {name: [one.version] for name, one in load_playbooks(ROOT / "templates").items()}


def test_a_playbook_that_changed_under_its_version_is_not_synthesised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    monkeypatch.setattr(synth, "TEMPLATES", tmp_path / "templates")
    synth.check_templates()
    path = tmp_path / "templates" / "playbooks" / "cart_abandonment.yaml"
    lines = path.read_text(encoding="utf-8").replace("delays: [P1D, P2D, P3D]", "delays: [PT1H]", 1).splitlines()
    path.write_text("\n".join(lines), encoding="utf-8")

    with pytest.raises(PlaybookError, match=rf":{lines.index('touches:') + 1}: touches: is not what version 1.0.0"):
        synth.check_templates()


def test_no_function_changes_before_the_change_was_announced(every_stage: Synthesised) -> None:
    [(announced, resource)] = every_stage.resources("Custom::AttuneAnnouncement", stack="service")

    assert "AnnounceDeployment" in str(resource["Properties"]["ServiceToken"])
    assert resource["Properties"]["ServiceTimeout"] == "300"
    for name, function in functions(every_stage).items():
        waits = announced in function.get("DependsOn", [])
        assert waits == (name != "announce_deployment"), name


def test_cloudformation_asks_again_where_a_text_or_the_dry_run_changes(every_stage: Synthesised) -> None:
    [(_, resource)] = every_stage.resources("Custom::AttuneAnnouncement", stack="service")
    stage = STAGES[every_stage.stacks.service.stage_config.name]

    told = resource["Properties"]
    assert re.fullmatch(r"[0-9a-f]{16}", told["Templates"])
    assert (told["DryRun"], told["SendingEnabled"]) == (stage.dry_run, stage.sending_enabled)
