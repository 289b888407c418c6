"""What a local AWS remembers, refuses and hands to the tools; starting a real one is the end-to-end tier's."""

import json
import os
import socket
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from attune_cli import cdk
from attune_cli.cdk import Cdk, local_environment
from attune_cli.commands import local as local_command
from attune_cli.errors import CommandError, InputError
from attune_cli.local_aws import LocalAws, Running, check_free, free_port
from attune_cli.main import app
from attune_cli.stage import EndpointSession


def test_a_taken_port_is_refused_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(InputError, match=f"port {port} on 127.0.0.1 cannot be used") as refused:
            check_free(port)

    assert "--port" in refused.value.hint


def test_a_port_out_of_range_is_refused() -> None:
    with pytest.raises(InputError, match="port 70000"):
        check_free(70_000)


def test_a_free_port_can_be_used() -> None:
    assert check_free(free_port()) > 1023


@pytest.mark.parametrize("state", ["", "{}", "nonsense", '{"pid": 1, "port": "x", "started_at": ""}'])
def test_a_damaged_memory_counts_as_nothing_running(tmp_path: Path, state: str) -> None:
    (tmp_path / "state.json").write_text(state)

    assert LocalAws(home=tmp_path).running is None


def test_a_process_number_that_now_belongs_to_another_program_is_left_alone(tmp_path: Path) -> None:
    state = {"pid": os.getpgid(0), "port": free_port(), "started_at": "2026-11-21T10:00:00+00:00"}
    (tmp_path / "state.json").write_text(json.dumps(state))

    local = LocalAws(home=tmp_path)
    local.stop()

    assert local.running is None


def test_without_a_local_aws_the_endpoint_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no local AWS is running") as refused:
        _ = LocalAws(home=tmp_path).endpoint

    assert refused.value.hint == "attune local up"


def test_a_clock_that_starts_at_a_naive_time_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no UTC offset"):
        LocalAws(home=tmp_path).set_clock(60, datetime(2026, 11, 23, 9))  # noqa: DTZ001 - that is the mistake


def test_tools_get_the_local_endpoint_and_nobodys_real_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")

    env = local_environment("http://127.0.0.1:4566")

    assert env["AWS_ENDPOINT_URL"] == env["AWS_ENDPOINT_URL_S3"] == "http://127.0.0.1:4566"
    assert env["AWS_ACCESS_KEY_ID"] == "local"
    assert "AWS_PROFILE" not in env
    assert "AWS_SESSION_TOKEN" not in env


def test_clients_of_a_local_session_speak_to_the_endpoint_with_made_up_credentials() -> None:
    session = EndpointSession("http://127.0.0.1:4566")

    credentials = session.get_credentials()
    assert session.client("sqs").meta.endpoint_url == "http://127.0.0.1:4566"
    assert session.resource("dynamodb").meta.client.meta.endpoint_url == "http://127.0.0.1:4566"
    assert credentials is not None
    assert credentials.access_key == "local"


def test_missing_node_is_said_plainly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CommandError, match="Node is missing") as refused:
        Cdk(env={}, logs=tmp_path)

    assert "install Node" in refused.value.hint


def test_a_failing_cdk_shows_the_end_of_its_output(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "cdk.js"
    script.write_text('console.log("the stack is broken"); process.exit(3)')
    monkeypatch.setattr(cdk, "CDK", script)

    with pytest.raises(CommandError, match="cdk deploy failed with exit code 3") as failed:
        Cdk(env=os.environ, logs=tmp_path).run("deploy", ["deploy"])

    assert "the stack is broken" in str(failed.value)


@pytest.mark.parametrize(("command", "code"), [("status", 1), ("down", 0)])
def test_status_and_down_say_that_nothing_runs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str, code: int
) -> None:
    monkeypatch.setattr(local_command, "HOME", tmp_path)

    result = CliRunner().invoke(app, ["local", command])

    assert result.exit_code == code
    assert "no local AWS is running" in result.stdout


def test_what_is_remembered_names_the_endpoint() -> None:
    assert Running(pid=1, port=4566, started_at="").endpoint == "http://127.0.0.1:4566"
