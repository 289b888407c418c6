"""Run the project's pinned CDK command line against the local AWS."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from attune_cli.errors import CommandError
from attune_cli.process_group import end_group
from attune_cli.stage import LOCAL_ACCOUNT, LOCAL_REGION

ROOT = Path(__file__).resolve().parents[2]
CDK = ROOT / "node_modules" / "aws-cdk" / "bin" / "cdk"
LINES_OF_LOG_SHOWN = 15


def local_environment(endpoint: str) -> dict[str, str]:
    """Return an environment in which any AWS tool speaks to the local AWS, and to no account by accident."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "CDK_")) and name not in {"PYTHONPATH", "PYTHONHOME"}
    }
    return kept | {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": LOCAL_REGION,
        "AWS_DEFAULT_REGION": LOCAL_REGION,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ENDPOINT_URL_S3": endpoint,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "CDK_DEFAULT_ACCOUNT": LOCAL_ACCOUNT,
        "CDK_DEFAULT_REGION": LOCAL_REGION,
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }


class Cdk:
    """The CDK command line with one environment; each run leaves its output in a log file."""

    def __init__(self, *, env: Mapping[str, str], logs: Path) -> None:
        """Raise CommandError where Node or the pinned command line is missing."""
        node = shutil.which("node")
        if node is None:
            raise CommandError(
                "Node is missing: the AWS CDK command line needs Node 20 or newer", "install Node, then make install"
            )
        if not CDK.exists():
            raise CommandError("the pinned AWS CDK command line is not installed", "make install")
        self._program = [node, str(CDK)]
        self._env = env
        self._logs = logs

    def run(
        self,
        step: str,
        arguments: Sequence[str],
        *,
        cwd: Path = ROOT,
        on_line: Callable[[str], None] | None = None,
    ) -> None:
        """Run one CDK command to its end; raise CommandError with the end of its output where it fails."""
        self._logs.mkdir(parents=True, exist_ok=True)
        log = self._logs / f"{step}.log"
        command = [*self._program, *arguments, "--no-color", "--no-notices", "--ci"]
        with log.open("w") as kept, self._started(command, cwd) as process:
            try:
                for line in process.stdout or ():
                    kept.write(line)
                    if on_line:
                        on_line(line.rstrip())
                code = process.wait()
            finally:
                if process.poll() is None:
                    end_group(process.pid, patience=3)
        if code != 0:
            end = "\n".join(log.read_text().splitlines()[-LINES_OF_LOG_SHOWN:])
            raise CommandError(f"cdk {step} failed with exit code {code}; the end of {log}:\n{end}")

    def _started(self, command: Sequence[str], cwd: Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(self._env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
