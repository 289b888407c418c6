"""A local AWS with Attune deployed in it: start it, deploy with the real CDK CLI, look around, end it cleanly."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

from attune.adapters.clock import Clock
from attune.domain.clock import format_instant, parse_scale
from attune_cli.cdk import ROOT, Cdk, local_environment
from attune_cli.errors import CommandError, InputError
from attune_cli.process_group import end_group, living_members, spawn, wait_until
from attune_cli.stage import LOCAL_ACCOUNT, LOCAL_REGION, EndpointSession, Stage

HOME = Path(os.environ.get("ATTUNE_LOCAL_HOME") or ROOT / ".local")
"""Where a local AWS keeps its things; another folder, and two can run side by side."""
PROGRAM = ROOT / ".local" / "ministack" / "bin" / "ministack"
STAGE = "local"
ENVIRONMENT = f"aws://{LOCAL_ACCOUNT}/{LOCAL_REGION}"
STACKS = (f"attune-{STAGE}-state", f"attune-{STAGE}-service")
START_SECONDS = 120.0
END_SECONDS = 8.0
# Lambdas are processes here: two cores carry two dozen at a time, and an idle one is soon let go.
LAMBDA_PROCESSES = 24
LAMBDA_IDLE_SECONDS = 60

type Progress = Callable[[str], None]


@dataclass(frozen=True)
class Running:
    """What is remembered of a local AWS that was started: enough to find it again and to end it."""

    pid: int
    port: int
    started_at: str

    @property
    def endpoint(self) -> str:
        """The URL every AWS client uses instead of Amazon's."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_alive(self) -> bool:
        """Whether its process group still has members, which are what we started and not a later user of the number."""
        return any("ministack" in command for command in living_members(self.pid).values())


class LocalAws:
    """One local AWS, kept under `home`; as a context manager it starts, deploys and always stops."""

    def __init__(self, *, home: Path = HOME, progress: Progress = lambda _: None) -> None:
        """Attach to the one that runs under `home`, if there is one."""
        self.home = home
        self.progress = progress
        self.running = self._remembered()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start and deploy; stop again where that fails or is interrupted."""
        try:
            self.start()
            self.deploy()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop, whatever happened."""
        self.stop()

    @property
    def endpoint(self) -> str:
        """The URL of the local AWS; raise CommandError where none runs."""
        if self.running is None:
            raise CommandError("no local AWS is running", "attune local up")
        return self.running.endpoint

    @property
    def exports(self) -> str:
        """The line of a shell after which any AWS tool speaks to the local AWS; tools differ in the region's name."""
        return (
            f"export AWS_ENDPOINT_URL={self.endpoint} AWS_REGION={LOCAL_REGION} AWS_DEFAULT_REGION={LOCAL_REGION} "
            "AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local"
        )

    def session(self) -> EndpointSession:
        """Return a boto3 session whose clients speak to the local AWS."""
        return EndpointSession(self.endpoint)

    def stage(self) -> Stage:
        """Return the deployed stage."""
        return Stage(STAGE, self.session(), self.endpoint)

    def outputs(self) -> Mapping[str, str]:
        """Return the outputs of the deployed stacks by name."""
        return self.stage().outputs

    def start(self, port: int | None = None) -> None:
        """Start the local AWS on 127.0.0.1 and wait until it answers; do nothing where it already runs."""
        if self.running is not None and answers(self.endpoint):
            self.progress(f"local AWS already runs at {self.endpoint}")
            return
        self.stop()  # one that lives and does not answer is of no use
        if not PROGRAM.exists():
            raise CommandError("the local AWS (ministack) is not installed", "make install")
        port = check_free(port) if port else free_port()
        began = time.monotonic()
        self.home.mkdir(parents=True, exist_ok=True)
        log = self.home / "log" / "ministack.log"
        log.unlink(missing_ok=True)
        self._process = process = spawn([str(PROGRAM)], env=self._server_environment(port), log=log, cwd=self.home)
        self.running = Running(process.pid, port, datetime.now(UTC).isoformat(timespec="seconds"))
        self._state_file.write_text(json.dumps(asdict(self.running) | {"endpoint": self.endpoint}) + "\n")
        ready = wait_until(lambda: process.poll() is not None or answers(self.endpoint), seconds=START_SECONDS)
        if not ready or process.poll() is not None:
            self.stop()
            end = "\n".join(log.read_text().splitlines()[-10:])
            raise CommandError(f"the local AWS did not start on port {port}; the end of {log}:\n{end}")
        self.progress(f"local AWS runs at {self.endpoint} ({time.monotonic() - began:.1f} s)")

    def deploy(self) -> None:
        """Bootstrap, synthesise and deploy the unmodified app with the CDK command line."""
        cdk = Cdk(env=local_environment(self.endpoint), logs=self.home / "log")
        assembly = str(self.home / "cdk.out")
        # The checks of a synth (cdk-nag, template validation) are the infra tests' business and take 5 s.
        synth = ["synth", "--quiet", "-c", f"stage={STAGE}", "--output", assembly, "--no-validation"]
        deploy = ["deploy", "--app", assembly, *STACKS, "--method", "direct", "--require-approval", "never"]
        with ThreadPoolExecutor(max_workers=2) as pool:
            # Away from cdk.json: bootstrapping would synthesise the app as well, only to ignore it.
            bootstrapped = pool.submit(self._step, cdk, ["bootstrap", ENVIRONMENT], cwd=self.home)
            self._step(cdk, synth)
            bootstrapped.result()
        self._step(cdk, [*deploy, "--progress", "events"])

    def set_clock(self, speed: float, start: datetime) -> Clock:
        """Let every function's clock show `start` now and run `speed` times as fast from here on; return that clock.

        Running Lambda processes are replaced: call it while nothing is being handled.
        """
        if start.tzinfo is None:
            raise InputError("the clock's start has no UTC offset", "a time such as 2026-11-23T09:00:00Z")
        anchor = f"{format_instant(datetime.now(UTC))}/{format_instant(start)}"
        clock = {"ATTUNE_CLOCK_SPEED": f"{speed:g}", "ATTUNE_CLOCK_ANCHOR": anchor}
        client = self.session().client("lambda")
        for page in client.get_paginator("list_functions").paginate():
            for function in page["Functions"]:
                variables = function.get("Environment", {}).get("Variables", {})
                if "ATTUNE_CLOCK_SPEED" in variables:
                    client.update_function_configuration(
                        FunctionName=function["FunctionName"], Environment={"Variables": {**variables, **clock}}
                    )
        return Clock(parse_scale(speed, anchor))

    def stop(self) -> None:
        """End the local AWS with all its Lambda processes; raise CommandError where one survives."""
        if self.running is None:
            return
        survivors = end_group(self.running.pid, patience=END_SECONDS)
        if survivors:
            raise CommandError(f"processes {survivors} of the local AWS did not end", f"kill -9 {survivors[0]}")
        if self._process is not None:
            self._process.wait()
        self.running = None
        self._state_file.unlink(missing_ok=True)
        shutil.rmtree(self.home / "aws", ignore_errors=True)  # unpacked functions and layers; nothing outlives a run

    @property
    def _state_file(self) -> Path:
        return self.home / "state.json"

    def _remembered(self) -> Running | None:
        try:
            state = json.loads(self._state_file.read_text())
            running = Running(int(state["pid"]), int(state["port"]), str(state["started_at"]))
        except (FileNotFoundError, ValueError, KeyError):
            return None
        return running if running.is_alive else None

    def _server_environment(self, port: int) -> dict[str, str]:
        data = self.home / "aws"
        temporary = data / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(data),
            "TMPDIR": str(temporary),
            "LANG": "C.UTF-8",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LAMBDA_EXECUTOR": "local",
            "LAMBDA_ACCOUNT_CONCURRENCY": str(LAMBDA_PROCESSES),
            "LAMBDA_WARM_TTL_SECONDS": str(LAMBDA_IDLE_SECONDS),
            "STATE_DIR": str(data / "state"),
            "S3_DATA_DIR": str(data / "s3"),
            "LOG_LEVEL": "INFO",
        }

    def _step(self, cdk: Cdk, arguments: Sequence[str], *, cwd: Path = ROOT) -> None:
        step = arguments[0]
        self.progress(f"cdk {step} …")
        began = time.monotonic()
        cdk.run(step, arguments, cwd=cwd, on_line=self._pass_on_finished_stacks)
        self.progress(f"cdk {step}: done in {time.monotonic() - began:.1f} s")

    def _pass_on_finished_stacks(self, line: str) -> None:
        if "✅" in line:
            self.progress(f"  {line.strip()}")


def answers(endpoint: str) -> bool:
    """Whether a local AWS is healthy at this endpoint."""
    try:
        with urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=2) as response:  # noqa: S310
            return bool(response.status == HTTPStatus.OK)
    except (OSError, urllib.error.URLError):
        return False


def free_port() -> int:
    """Return a port on 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def check_free(port: int) -> int:
    """Return the port; raise InputError where somebody already listens on it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise InputError(
                f"port {port} on 127.0.0.1 cannot be used: {error}", "another --port, or none for a free one"
            ) from error
    return port
