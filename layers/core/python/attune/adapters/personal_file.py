"""Read `templates/personal_moments.yaml`, with errors that name file, field and fix."""

import json
from functools import cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from attune.adapters.yaml_loading import load_yaml
from attune.domain.errors import PlaybookError
from attune.domain.personal_moments import PersonalRules

PERSONAL_FILE = "personal_moments.yaml"

_RULES = TypeAdapter(PersonalRules)


@cache
def load_personal_rules(templates_dir: Path) -> PersonalRules:
    """Read the rules of a templates folder once per process; raise PlaybookError saying what is wrong, and where."""
    path = templates_dir / PERSONAL_FILE
    try:
        data = json.dumps(load_yaml(path.read_text(encoding="utf-8")), default=str)
        return _RULES.validate_json(data, strict=True)
    except OSError as error:
        raise PlaybookError(f"{path}: this file cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise PlaybookError(f"{path}: this is not YAML: {error}") from error
    except ValidationError as error:
        problems = "\n".join(f"  {'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        raise PlaybookError(f"{path}: these rules do not parse:\n{problems}\nSee docs/moments.md.") from error
