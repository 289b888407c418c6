"""Read exported journeys and segments: what `aws pinpoint get-journey` and `get-segment` (and the lists) print."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from botocore.model import ServiceModel
from botocore.session import Session
from botocore.validate import ParamValidator

from attune_cli.errors import InputError

SHAPES = {"JourneyResponse": "journey", "SegmentResponse": "segment"}
LISTS = {"JourneysResponse": "JourneyResponse", "SegmentsResponse": "SegmentResponse"}
HOW = "save what `aws pinpoint get-journey` or `aws pinpoint get-segment` prints, as it is; see docs/importing.md"

ALL_PAGES = "get all of them: add `--page-size 200`, or export each by its id"


@dataclass
class Exports:
    """Journeys and segments, each with the place it came from."""

    journeys: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    segments: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    """By id."""


def read_exports(paths: list[Path]) -> Exports:
    """Read files and folders of files; raise InputError that names the place in the file and what to do."""
    exports = Exports()
    for path in _files(paths):
        for place, shape, tree in _responses(_parsed(path), path.name):
            _check(shape, tree, place)
            if shape == "JourneyResponse":
                exports.journeys.append((place, tree))
            else:
                exports.segments[tree["Id"]] = (place, tree)
    return exports


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = sorted(path.rglob("*.json"))
            if not found:
                raise InputError(f"{path}: there is no .json file in it", HOW)
            yield from found
        else:
            yield path


def _parsed(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"{path}: this file cannot be read: {error.strerror}", HOW) from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: this is not UTF-8 text", HOW) from error
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}:{error.colno}: this is not JSON: {error.msg}", HOW) from error
    except RecursionError as error:
        raise InputError(f"{path}: this is nested too deeply to be read", HOW) from error


def _responses(tree: Any, place: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each journey and segment with its shape: wrapped as the AWS CLI prints them, in lists, or bare."""
    if isinstance(tree, list):
        for number, inner in enumerate(tree):
            yield from _responses(inner, f"{place}[{number}]")
        return
    if not isinstance(tree, dict):
        raise InputError(f"{place}: this is a {type(tree).__name__}, not a journey or segment", HOW)
    for name, shape in LISTS.items():
        if isinstance(tree.get(name), dict):
            if tree[name].get("NextToken"):
                raise InputError(f"{place}: {name} is one page of several (it has a NextToken)", ALL_PAGES)
            for number, inner in enumerate(tree[name].get("Item") or ()):
                yield f"{place}: {name}.Item[{number}]", shape, inner
            return
    for shape in SHAPES:
        if isinstance(tree.get(shape), dict):
            yield f"{place}: {shape}", shape, tree[shape]
            return
    guessed = _guessed(tree)
    if guessed is None:
        known = ", ".join((*SHAPES, *LISTS))
        raise InputError(f"{place}: this is neither a journey nor a segment (it has none of {known})", HOW)
    yield place, guessed, tree


def _guessed(tree: dict[str, Any]) -> str | None:
    if "Activities" in tree or "StartActivity" in tree:
        return "JourneyResponse"
    return "SegmentResponse" if "SegmentType" in tree else None


def _check(shape: str, tree: Any, place: str) -> None:
    """Hold an export against the service's own model; times are left alone, because JSON has none."""
    if not isinstance(tree, dict):
        raise InputError(f"{place}: this is a {type(tree).__name__}, not a {SHAPES[shape]}", HOW)
    found = ParamValidator().validate(_without_times(tree), _model().shape_for(shape))
    if found.has_errors():
        problems = found.generate_report().replace("in input", f"of a {SHAPES[shape]}").replace("parameter", "field")
        raise InputError(f"{place}: this is no {SHAPES[shape]} as Pinpoint describes it:\n{problems}", HOW)


def _without_times(tree: dict[str, Any]) -> dict[str, Any]:
    schedule = tree.get("Schedule")
    if not isinstance(schedule, dict):
        return tree
    return {**tree, "Schedule": {name: value for name, value in schedule.items() if name == "Timezone"}}


@cache
def _model() -> ServiceModel:
    return ServiceModel(Session().get_service_data("pinpoint"))
