"""The two layers under every function: our shared code, and the third-party packages it needs."""

import gzip
import hashlib
import json
import platform
import shutil
import subprocess
import sys
from compileall import compile_dir
from pathlib import Path
from py_compile import PycInvalidationMode

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling, RemovalPolicy
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from attune.domain.errors import AttuneError
from infra.components.bytecode import compile_own
from infra.components.preparing import mark_of, prepare, write_mark

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
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
_RECIPE = ("layers.py", "preparing.py", "bytecode.py", "dataclass_methods.py")
NO_BYTECODE = ["__pycache__", "*.pyc"]
"""What a working copy has left behind, and no artefact takes along: bytecode of its own is made for each."""


class BundlingError(Exception):
    """Raised at synth when an artefact cannot be built on this machine."""


def architecture(*, host_platform: bool) -> lambda_.Architecture:
    """Return what the functions run on: arm64, or what this machine is for a local deployment."""
    if host_platform and platform.machine().lower() in {"x86_64", "amd64"}:
        return lambda_.Architecture.X86_64
    return lambda_.Architecture.ARM_64


class CoreLayer(lambda_.LayerVersion):
    """`layers/core` as it lies in the repository, with its bytecode, and what the templates say."""

    def __init__(self, scope: Construct, construct_id: str, *, host_platform: bool) -> None:
        super().__init__(
            scope,
            construct_id,
            code=lambda_.Code.from_asset(
                str(ROOT / "layers/core"),
                asset_hash_type=AssetHashType.CUSTOM,
                asset_hash=_core_hash(),
                bundling=_bundled(_Core()),
            ),
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
                bundling=_bundled(_InstalledPackages(requirements, left_out, host_platform=host_platform)),
            ),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[architecture(host_platform=host_platform)],
            description="Attune: third-party packages",
            removal_policy=RemovalPolicy.DESTROY,
        )


def compiled(*parts: str, runs_at: str) -> BundlingOptions:
    """Return the bundling that copies parts of the repository and adds their bytecode.

    A single part's contents become the artefact; several keep their paths. Where the artefact runs, at `runs_at`, nothing
    can be written, so that a function without bytecode compiles all that it imports at every cold start.
    """
    return _bundled(_CompiledCopy(parts, runs_at))


def _bundled(local: ILocalBundling) -> BundlingOptions:
    # CDK wants an image to fall back on; the local bundling either succeeds or raises.
    return BundlingOptions(image=DockerImage.from_registry("scratch"), local=local)


@jsii.implements(ILocalBundling)
class _CompiledCopy:
    """Copies what is in the repository, and compiles it for a read-only place."""

    def __init__(self, parts: tuple[str, ...], runs_at: str) -> None:
        self._parts = parts
        self._runs_at = runs_at

    def try_bundle(self, output_dir: str, *_: object, **__: object) -> bool:
        """Fill `output_dir`; raise BundlingError rather than fall back on Docker."""
        _check_python()
        target = Path(output_dir)
        for part in self._parts:
            source, place = ROOT / part, target if len(self._parts) == 1 else target / part
            if source.is_dir():
                shutil.copytree(source, place, ignore=shutil.ignore_patterns(*NO_BYTECODE), dirs_exist_ok=True)
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, place)
        if (target / "templates").is_dir():
            write_mark(TEMPLATES, target / "templates")
        _compile_own(target, runs_at=self._runs_at)
        return True


@jsii.implements(ILocalBundling)
class _Core(_CompiledCopy):
    """The shared code with its bytecode, and what the templates say."""

    def __init__(self) -> None:
        super().__init__(("layers/core",), "/opt")

    def try_bundle(self, output_dir: str, *args: object, **named: object) -> bool:
        """Fill `output_dir` as for every copy, and add what the templates say."""
        super().try_bundle(output_dir, *args, **named)
        try:
            prepare(TEMPLATES, Path(output_dir) / "python/attune/prepared")
        except AttuneError as error:
            raise BundlingError(str(error)) from error
        return True


def bundle_core(target: Path) -> None:
    """Fill a folder with the shared layer."""
    _Core().try_bundle(str(target))


def _check_python() -> None:
    if sys.version_info[:2] != PYTHON:
        raise BundlingError(f"Run the CDK app on Python {PYTHON[0]}.{PYTHON[1]}: bytecode for Lambda is made here.")


def _compile(folder: Path, *, runs_at: str) -> None:
    # CDK rewrites times of modification, so bytecode must not be checked against them.
    unchecked = PycInvalidationMode.UNCHECKED_HASH
    if not compile_dir(folder, quiet=1, stripdir=folder, prependdir=runs_at, invalidation_mode=unchecked):
        raise BundlingError(f"Some of {folder} does not compile: see above.")


def _compile_own(folder: Path, *, runs_at: str) -> None:
    try:
        compile_own(folder, runs_at=runs_at)
    except SyntaxError as error:
        raise BundlingError(f"{error.filename}, line {error.lineno}, does not compile: {error.msg}.") from error


def _core_hash() -> str:
    """Name the layer by the code in it, and by the templates whose words it brings along."""
    core = ROOT / "layers/core"
    found = (path for path in sorted(core.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    code = (f"{path.relative_to(core)}\0".encode() + path.read_bytes() for path in found)
    recipe = (Path(__file__).with_name(name).read_bytes() for name in _RECIPE)
    parts = (sys.version.encode(), mark_of(TEMPLATES).encode(), *recipe, *code)
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


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
        _check_python()
        target = Path(output_dir) / "python"
        _run(*self._install_command(target))
        _trim(target)
        _compile(target, runs_at="/opt/python")
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
    unpack(target / "botocore/data")
    # Our templates may not use liquid's babel filters; it imports babel all the same.
    shutil.rmtree(target / "babel/locale-data", ignore_errors=True)


def unpack(data: Path) -> None:
    """Write out compactly what packed and indented JSON files say: nothing more or less, and read in two thirds of the time."""
    for packed in data.rglob("*.json.gz"):
        packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
        packed.unlink()
    for file in data.rglob("*.json"):
        file.write_text(json.dumps(json.loads(file.read_bytes()), separators=(",", ":")), encoding="utf-8")


def _find_uv() -> str:
    for candidate in (Path(sys.executable).with_name("uv"), ROOT / ".venv/bin/uv"):
        if candidate.exists():
            return str(candidate)
    raise BundlingError("uv is missing: `make install` puts it into .venv/bin.")


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BundlingError(f"{' '.join(command[:3])} failed:\n{done.stderr.strip()}")
