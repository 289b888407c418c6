"""Synthesise a stage once, and ask its templates simple questions."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from aws_cdk import App, Stack
from aws_cdk.assertions import Template

from infra.app import Stacks, build

ROOT = Path(__file__).resolve().parents[2]
CDK_JSON = json.loads((ROOT / "cdk.json").read_text())

type Resource = Mapping[str, Any]


def app(**context: object) -> App:
    """Return an app with the flags of cdk.json, without building layers and without CDK's slow template check."""
    flags = {**CDK_JSON["context"], "aws:cdk:bundling-stacks": [], "aws:cdk:enable-asset-metadata": True}
    return App(context={**flags, **context}, builtin_cloud_formation_validation=False)


@dataclass(frozen=True)
class Synthesised:
    """The templates of one stage's stacks, by the last part of their names."""

    stacks: Stacks
    templates: Mapping[str, Mapping[str, Any]]

    def resources(self, type_: str, *, stack: str | None = None) -> Iterator[tuple[str, Resource]]:
        """Yield logical id and resource of a type, in all stacks or in one."""
        for name, template in self.templates.items():
            if stack in {None, name}:
                for logical_id, resource in template["Resources"].items():
                    if resource["Type"] == type_:
                        yield logical_id, resource

    def one(self, type_: str, *, stack: str | None = None) -> Resource:
        """Return the only resource of a type."""
        ((_, resource),) = self.resources(type_, stack=stack)
        return resource


@cache
def synthesise(stage: str) -> Synthesised:
    """Synthesise a stage with its checks: a finding of cdk-nag that nobody acknowledged raises here."""
    stacks = build(app(stage=stage))
    named: dict[str, Stack | None] = {
        "state": stacks.state,
        "service": stacks.service,
        "operations": stacks.operations,
    }
    return Synthesised(stacks, {name: Template.from_stack(stack).to_json() for name, stack in named.items() if stack})
