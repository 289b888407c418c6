"""The two layers under every function: our shared code, and the third-party packages it needs."""

import hashlib
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling, RemovalPolicy
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

ROOT = Path(__file__).resolve().parents[2]
PYTHON = (3, 13)
RUNTIME = lambda_.Runtime.PYTHON_3_13
# Amazon Linux 2023 has glibc 2.34, so newer wheels than manylinux2014's are welcome.
LAMBDA_PLATFORM = "aarch64-manylinux_2_34"
AWS_SERVICES = frozenset(
    {
        "athena",
        "bedrock-runtime",
        "comprehend",
        "dynamodb",
        "events",
        "firehose",
        "pinpoint-sms-voice-v2",
        "s3",
        "secretsmanager",
        "sesv2",
        "sns",
        "sqs",
        "ssm",
        "stepfunctions",
    }
)
"""The services that functions call. The models of the other 400 and babel's locales are 60 of the layer's 100 MB, and
every cold start of a local function unpacks them."""


class BundlingError(Exception):
    """Raised at synth when the dependencies layer cannot be built on this machine."""


def architecture(*, host_platform: bool) -> lambda_.Architecture:
    """Return what the functions run on: arm64, or what this machine is for a local deployment."""
    if host_platform and platform.machine().lower() in {"x86_64", "amd64"}:
        return lambda_.Architecture.X86_64
    return lambda_.Architecture.ARM_64


class CoreLayer(lambda_.LayerVersion):
    """`layers/core` exactly as it lies in the repository."""

    def __init__(self, scope: Construct, construct_id: str, *, host_platform: bool) -> None:
        super().__init__(
            scope,
            construct_id,
            code=lambda_.Code.from_asset(str(ROOT / "layers/core"), exclude=["__pycache__", "*.pyc"]),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[architecture(host_platform=host_platform)],
            description="Attune: domain and adapters",
            removal_policy=RemovalPolicy.DESTROY,
        )


class DependenciesLayer(lambda_.LayerVersion):
    """The packages of requirements/lambda.txt, installed at synth without Docker."""

    def __init__(self, scope: Construct, construct_id: str, *, host_platform: bool) -> None:
        requirements, left_out = ROOT / "requirements/lambda.txt", ROOT / "requirements/left_out.txt"
        super().__init__(
            scope,
            construct_id,
            code=lambda_.Code.from_asset(
                str(ROOT / "layers/dependencies"),
                asset_hash_type=AssetHashType.CUSTOM,
                asset_hash=_layer_hash(requirements, left_out, host_platform=host_platform),
                bundling=BundlingOptions(
                    # CDK wants an image to fall back on; the local bundling either succeeds or raises.
                    image=DockerImage.from_registry("scratch"),
                    local=_InstalledPackages(requirements, left_out, host_platform=host_platform),
                ),
            ),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[architecture(host_platform=host_platform)],
            description="Attune: third-party packages",
            removal_policy=RemovalPolicy.DESTROY,
        )


def _layer_hash(requirements: Path, left_out: Path, *, host_platform: bool) -> str:
    """Name the layer by what goes in, so that an unchanged lock is not built again."""
    target = f"{platform.system()}-{platform.machine()}" if host_platform else LAMBDA_PLATFORM
    recipe = Path(__file__).read_bytes()
    parts = (sys.version.encode(), target.encode(), requirements.read_bytes(), left_out.read_bytes(), recipe)
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


@jsii.implements(ILocalBundling)
class _InstalledPackages:
    """Installs with uv, removes what differs per machine, and compiles for a read-only /opt."""

    def __init__(self, requirements: Path, left_out: Path, *, host_platform: bool) -> None:
        self._requirements = requirements
        self._left_out = left_out
        self._host_platform = host_platform

    def try_bundle(self, output_dir: str, *_: object, **__: object) -> bool:
        """Fill `output_dir`; raise BundlingError rather than fall back on Docker."""
        if sys.version_info[:2] != PYTHON:
            raise BundlingError(f"Run the CDK app on Python {PYTHON[0]}.{PYTHON[1]}: bytecode for Lambda is made here.")
        target = Path(output_dir) / "python"
        _run(*self._install_command(target))
        _trim(target)
        # CDK rewrites times of modification, so bytecode must not be checked against them.
        compile_command = (sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash")
        _run(*compile_command, "-s", str(target), "-p", "/opt/python", str(target))
        return True

    def _install_command(self, target: Path) -> list[str]:
        command = [_find_uv(), "pip", "install", "--quiet", "--no-config", "--python", sys.executable]
        command += ["--require-hashes", "--requirements", str(self._requirements), "--target", str(target)]
        command += ["--excludes", str(self._left_out)]
        command += ["--only-binary", ":all:", "--link-mode", "copy", "--no-installer-metadata", "--no-compile-bytecode"]
        if not self._host_platform:
            command += ["--python-platform", LAMBDA_PLATFORM, "--python-version", f"{PYTHON[0]}.{PYTHON[1]}"]
        return command


def _trim(target: Path) -> None:
    """Remove what differs per machine and the data that no function reads."""
    shutil.rmtree(target / "bin", ignore_errors=True)  # console scripts name this machine's interpreter
    (target / ".lock").unlink(missing_ok=True)
    for service in (target / "botocore/data").iterdir():
        if service.is_dir() and service.name not in AWS_SERVICES:
            shutil.rmtree(service)
    # Our templates may not use liquid's babel filters; it imports babel all the same.
    shutil.rmtree(target / "babel/locale-data", ignore_errors=True)


def _find_uv() -> str:
    for candidate in (Path(sys.executable).with_name("uv"), ROOT / ".venv/bin/uv"):
        if candidate.exists():
            return str(candidate)
    raise BundlingError("uv is missing: `make install` puts it into .venv/bin.")


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BundlingError(f"{' '.join(command[:3])} failed:\n{done.stderr.strip()}")
