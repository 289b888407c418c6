"""The rules of friction: a mistake in the file is told with its place and what would be right."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from attune.adapters.friction_file import RULES_FILE, load_friction, read_rules
from attune.domain.errors import FrictionError
from attune.domain.friction_levels import Level
from attune.domain.sessions import SessionState
from attune.domain.signals import SignalKind
from attune.domain.struggle import EVIDENCE
from tests.support.friction import TEMPLATES

SHIPPED = TEMPLATES / RULES_FILE


def written(tmp_path: Path, **changes) -> Path:
    rules = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    path = tmp_path / "friction.yaml"
    path.write_text(yaml.safe_dump({**rules, **changes}), encoding="utf-8")
    return path


def test_the_shipped_rules_weigh_every_evidence_there_is():
    rules = read_rules(SHIPPED)

    assert set(rules.struggle) == set(EVIDENCE)
    assert rules.repeated_within == timedelta(days=7)
    assert load_friction(TEMPLATES).version.startswith(f"{rules.version}+")


def test_a_team_can_set_its_own_thresholds(tmp_path):
    rules = read_rules(written(tmp_path, struggle={"page_reloads": {"threshold": 9, "weight": 3.0}}))
    scorer = load_friction(TEMPLATES)
    own = type(scorer)(rules, scorer.dropoff)

    assert own.score(SessionState(counts={SignalKind.RELOADED: 8, SignalKind.FORM_FAILED: 5})).level is Level.CALM
    assert own.score(SessionState(counts={SignalKind.RELOADED: 9})).level is Level.MEDIUM


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"struggle": {"typing_rhythm": {"threshold": 1, "weight": 1.0}}}, "struggle.typing_rhythm is no evidence"),
        (
            {"struggle": {"page_reloads": {"threshold": 0, "weight": 1.0}}},
            "struggle.page_reloads: a threshold is above 0",
        ),
        ({"struggle": {"page_reloads": {"threshold": 3, "weight": -1.0}}}, "a weight is not negative"),
        ({"struggle": {"page_reloads": {"threshold": "many", "weight": 1.0}}}, "struggle.page_reloads.threshold"),
        ({"levels": {"low": 0.5, "medium": 0.4, "high": 0.7}}, "levels must give low, medium and high, rising"),
        ({"levels": {"low": 0.1, "high": 0.7}}, "levels must give low, medium and high"),
        ({"levels": {"furious": 0.1}}, "levels.furious"),
        ({"just_below_high": 0.9}, "just_below_high must lie"),
        ({"dropoff_weight": -0.1}, "must not be negative"),
        ({"repeated_within": "a week"}, "repeated_within"),
        ({"mouse_speed": 3}, "mouse_speed"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path, changes, told):
    with pytest.raises(FrictionError, match=r"friction\.yaml") as refused:
        read_rules(written(tmp_path, **changes))

    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("content", "told"), [(b"version: [", "not YAML"), (b"\xff\xfe", "not UTF-8"), (b"", "do not parse")]
)
def test_a_file_that_cannot_be_read_says_so(tmp_path, content, told):
    path = tmp_path / "friction.yaml"
    path.write_bytes(content)

    with pytest.raises(FrictionError, match=told):
        read_rules(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FrictionError, match=r"friction\.yaml: this file cannot be read"):
        read_rules(tmp_path / "friction.yaml")
