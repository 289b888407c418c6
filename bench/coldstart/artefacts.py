"""The stage's artefacts as a deployment would upload them, and boto3 as people install it to measure them against."""

import json
import shutil
from collections.abc import Iterator, Mapping
from compileall import compile_dir
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from aws_cdk import App

from infra.app import build

ROOT = Path(__file__).resolve().parents[2]
BOTO3 = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six")


@dataclass(frozen=True)
class Artefact:
    """One function: where its code and its layers lie, and what its environment tells it."""

    name: str
    folder: Path
    layers: tuple[Path, ...]
    environment: Mapping[str, str]


def synthesise(outdir: Path, stage: str) -> list[Artefact]:
    """Synthesise a stage with its bundling, and return its functions by name."""
    flags = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    app = App(
        context={**flags, "stage": stage, "aws:cdk:enable-asset-metadata": True},
        outdir=str(outdir),
        builtin_cloud_formation_validation=False,
    )
    build(app)
    app.synth()
    template = json.loads((outdir / f"attune-{stage}-service.template.json").read_text(encoding="utf-8"))
    return sorted(_artefacts(template["Resources"], outdir), key=lambda artefact: artefact.name)


def _artefacts(resources: Mapping[str, Any], outdir: Path) -> Iterator[Artefact]:
    layers = tuple(
        outdir / one["Metadata"]["aws:asset:path"] / "python"
        for one in resources.values()
        if one["Type"] == "AWS::Lambda::LayerVersion"
    )
    for one in resources.values():
        if one["Type"] == "AWS::Lambda::Function" and one["Properties"]["Handler"].startswith("functions."):
            folder = outdir / one["Metadata"]["aws:asset:path"]
            told = one["Properties"]["Environment"]["Variables"]
            # What only a deployment knows (names, addresses, ARNs) is not read before the first event.
            known = {
                name: value if isinstance(value, str) else f"https://{name}.example" for name, value in told.items()
            }
            yield Artefact(one["Properties"]["Handler"].split(".")[1], folder, layers, known)


def plain_boto3(folder: Path) -> Path:
    """Copy boto3 as this environment has it, all its data unchanged, and compile it: what a bare function would bring."""
    for name in BOTO3:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            message = f"{name} is missing: run `make install`"
            raise RuntimeError(message)
        origin = Path(spec.origin)
        if spec.submodule_search_locations:
            shutil.copytree(origin.parent, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(origin, folder)
    compile_dir(folder, quiet=1)
    return folder
