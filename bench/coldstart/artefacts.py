"""The stage's artefacts as a deployment would upload them: layers and functions with their settings."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_cdk import App

from infra.app import build

ROOT = Path(__file__).resolve().parents[2]


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
