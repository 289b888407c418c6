"""The workflows that test, compare and deploy: what they may do, what they run, and that nothing long-lived is in them."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONS = {"actions/checkout", "actions/setup-python", "actions/setup-node", "actions/upload-artifact",
           "actions/download-artifact", "aws-actions/configure-aws-credentials"}  # fmt: skip
TARGETS = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def read(path: Path) -> dict[str, Any]:
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    found["on"] = found.pop(True)  # YAML 1.1 reads the word as a truth
    return found


WORKFLOWS = {path.stem: read(path) for path in FILES}
JOBS = {f"{name}/{job}": found for name, workflow in WORKFLOWS.items() for job, found in workflow["jobs"].items()}
STEPS = [(name, step) for name, job in JOBS.items() for step in job.get("steps", [])]


def test_there_are_three_and_they_begin_when_they_should() -> None:
    assert set(WORKFLOWS) == {"test", "diff", "deploy"}
    assert set(WORKFLOWS["test"]["on"]) == {"pull_request", "workflow_call"}
    assert set(WORKFLOWS["diff"]["on"]) == {"pull_request"}  # never pull_request_target: that would trust a fork's code
    assert WORKFLOWS["deploy"]["on"] == {"push": {"branches": ["main"]}, "workflow_dispatch": None}


def test_every_job_may_do_what_it_needs_and_no_more() -> None:
    usual = {name: workflow["permissions"] for name, workflow in WORKFLOWS.items()}
    allowed = {name: job.get("permissions", usual[name.split("/")[0]]) for name, job in JOBS.items()}

    assert allowed == {
        "test/test": {"contents": "read"},
        "diff/diff": {"contents": "read", "id-token": "write"},
        "diff/comment": {"pull-requests": "write"},
        "deploy/test": {"contents": "read"},
        "deploy/dev": {"contents": "read", "id-token": "write"},
        "deploy/prod": {"contents": "read", "id-token": "write"},
    }


def test_who_may_write_comments_runs_no_code_of_the_pull_request() -> None:
    uses = [step["uses"].partition("@")[0] for name, step in STEPS if name == "diff/comment" and "uses" in step]

    assert uses == ["actions/download-artifact"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_there_are_no_secrets_and_no_keys_in_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert "secrets." not in text
    assert not re.search(r"secrets:|aws-access-key-id|AKIA|AWS_SECRET", text, re.IGNORECASE)


def test_logging_in_is_by_a_short_lived_identity_and_a_role_of_the_environment() -> None:
    logins = {name: step["with"] for name, step in STEPS if "configure-aws-credentials" in step.get("uses", "")}

    assert {name: found["role-to-assume"] for name, found in logins.items()} == {
        "diff/diff": "${{ vars.AWS_DIFF_ROLE }}",
        "deploy/dev": "${{ vars.AWS_DEPLOY_ROLE }}",
        "deploy/prod": "${{ vars.AWS_DEPLOY_ROLE }}",
    }


def test_what_anybody_can_write_never_becomes_part_of_a_command() -> None:
    for name, step in STEPS:
        assert "${{" not in step.get("run", ""), (name, step["run"])


def test_actions_are_known_ones_of_a_named_version_and_leave_no_token_behind() -> None:
    for name, step in STEPS:
        if "uses" in step:
            action, _, version = step["uses"].partition("@")
            assert action in ACTIONS, name
            assert re.fullmatch(r"v\d+(\.\d+)*|[0-9a-f]{40}", version), step["uses"]
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False, name


def test_it_runs_the_make_targets_that_people_run() -> None:
    commands = [(name, step["run"]) for name, step in STEPS if "run" in step]
    made = [(name, command.split()[1]) for name, command in commands if command.startswith("make ")]

    assert {command.split()[0] for _, command in commands} == {"make", "gh"}
    assert {target for _, target in made} <= TARGETS
    for stage in ("dev", "prod"):
        assert [target for name, target in made if name == f"deploy/{stage}"] == [
            "install",
            "doctor",
            "deploy",
            "doctor",
        ]
        assert JOBS[f"deploy/{stage}"]["env"] == {"STAGE": stage}


def test_prod_comes_after_dev_after_the_tests_each_behind_its_environment_one_at_a_time() -> None:
    assert JOBS["deploy/dev"]["needs"] == "test"
    assert JOBS["deploy/prod"]["needs"] == "dev"
    for stage in ("dev", "prod"):
        job = JOBS[f"deploy/{stage}"]
        assert job["environment"] == stage
        assert job["concurrency"] == {"group": f"deploy-{stage}", "cancel-in-progress": False}


def test_no_job_runs_for_hours() -> None:
    for name, job in JOBS.items():
        assert "uses" in job or job["timeout-minutes"] <= 90, name


def test_a_pull_request_of_a_fork_does_not_try_to_log_in() -> None:
    assert JOBS["diff/diff"]["if"] == "github.event.pull_request.head.repo.full_name == github.repository"


def test_whoever_sets_up_a_role_is_told_how_long_it_must_last() -> None:
    asked = {found for _, step in STEPS if (found := step.get("with", {}).get("role-duration-seconds"))}

    assert asked
    for seconds in asked:  # a new role lasts 3600 seconds, and IAM refuses to log in for longer
        assert f"--max-session-duration {seconds}" in (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
