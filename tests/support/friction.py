"""The scorer that is shipped, for tests of what friction leads to."""

from pathlib import Path

from attune.adapters.friction_file import load_friction

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
SCORER = load_friction(TEMPLATES)
RULES = SCORER.rules
