"""Read what friction is scored by from `templates/friction/`, with errors that name file, field and fix."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from attune.adapters.dropoff_file import load_dropoff
from attune.adapters.yaml_loading import load_yaml
from attune.domain.errors import FrictionError
from attune.domain.friction import FrictionRules, FrictionScorer
from attune.domain.friction_levels import Level
from attune.domain.struggle import EVIDENCE

RULES_FILE = "friction/friction.yaml"
DROPOFF_FILE = "friction/dropoff.json"

_RULES = TypeAdapter(FrictionRules)


@cache
def load_friction(templates_dir: Path) -> FrictionScorer:
    """Read the scorer of a templates folder once per process; raise FrictionError saying what does not fit."""
    return FrictionScorer(read_rules(templates_dir / RULES_FILE), load_dropoff(templates_dir / DROPOFF_FILE))


def read_rules(path: Path) -> FrictionRules:
    """Read thresholds and weights; raise FrictionError saying what is wrong, where, and what would be right."""
    try:
        data = json.dumps(load_yaml(path.read_text(encoding="utf-8")), default=str)
        rules = _RULES.validate_json(data, strict=True, extra="forbid")
    except OSError as error:
        raise FrictionError(f"{path}: this file cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise FrictionError(f"{path}: this is not UTF-8 text; save the file as UTF-8") from error
    except yaml.YAMLError as error:
        raise FrictionError(f"{path}: this is not YAML: {error}") from error
    except ValidationError as error:
        problems = "\n".join(map(_told, error.errors()))
        raise FrictionError(f"{path}: these rules do not parse:\n{problems}\nSee docs/friction.md.") from error
    problem = _problem(rules)
    if problem:
        raise FrictionError(f"{path}: {problem}")
    return rules


def _told(item: Any) -> str:
    return f"  {'.'.join(map(str, item['loc'])) or '(file)'}: {item['msg']}"


def _problem(rules: FrictionRules) -> str:
    """Return what is wrong with the whole, or nothing."""
    for term, rule in rules.struggle.items():
        if term not in EVIDENCE:
            return f"struggle.{term} is no evidence that may be used; use some of {', '.join(EVIDENCE)}"
        if rule.threshold <= 0 or rule.weight < 0:
            return f"struggle.{term}: a threshold is above 0 and a weight is not negative, so that struggle never calms"
    floors = [rules.levels.get(level, -1.0) for level in (Level.LOW, Level.MEDIUM, Level.HIGH)]
    if not 0 < floors[0] < floors[1] < floors[2] < 1 or Level.CALM in rules.levels:
        return "levels must give low, medium and high, rising between 0 and 1 (calm is everything below low)"
    if not floors[1] <= rules.just_below_high < floors[2]:
        return "just_below_high must lie at medium's floor or above, and below high's"
    if min(rules.dropoff_weight, rules.dropoff_bound, rules.mismatch_weight) < 0:
        return "dropoff_weight, dropoff_bound and mismatch_weight must not be negative"
    return ""
