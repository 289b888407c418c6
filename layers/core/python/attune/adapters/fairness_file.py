"""Read templates/fairness.yaml: between which groups fairness is watched, and what counts as a gap."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from attune.adapters.text_files import parse_yaml, read_file, validated
from attune.domain.fairness.limits import Dimension, FairnessRules, Measure

NAME = "fairness.yaml"


class _Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


def _dimension(name: object) -> object:
    if name not in set(Dimension):
        known = ", ".join(Dimension)
        raise ValueError(f"people cannot be grouped by {name}; only by what applications tell: {known}")
    return name


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _PeopleRow(_Row):
    shown_from: int = Field(ge=5)
    compared_from: int = Field(ge=30)

    @model_validator(mode="after")
    def _compared_are_shown(self) -> Self:
        if self.compared_from < self.shown_from:
            raise ValueError("compared_from is below shown_from: what is compared is shown")
        return self


class _FalseAlarmsRow(_Row):
    chance: float = Field(gt=0, le=0.2)
    weekly_share: float = Field(gt=0, lt=1)
    weekly_on: _Weekday


class _FairnessFile(_Row):
    version: str = Field(min_length=1)
    groups: dict[Annotated[Dimension, BeforeValidator(_dimension)], tuple[str, ...]] = Field(min_length=1)
    limits: dict[Measure, Annotated[float, Field(gt=0, le=100)]] = Field(min_length=1)
    known_causes: dict[Measure, tuple[str, ...]] = {}
    people: _PeopleRow
    window_days: int = Field(ge=7, le=60)
    settle_days: int = Field(ge=0, le=28)
    false_alarms: _FalseAlarmsRow

    @model_validator(mode="after")
    def _causes_where_there_are_some(self) -> Self:
        without = [one for one in self.known_causes if one not in (Measure.SILENCE, Measure.ESCALATION, Measure.DELAY)]
        if without:
            raise ValueError(
                f"the log knows no cause of {', '.join(without)}; name causes of silence, escalation or delay"
            )
        return self


def load_fairness(templates: Path) -> FairnessRules:
    """Read the file; raise MalformedTextError, with field and fix, when it cannot be used."""
    file = validated(_FairnessFile, parse_yaml(read_file(templates / NAME, NAME), NAME), NAME)
    return FairnessRules(
        version=file.version,
        window_days=file.window_days,
        settle_days=file.settle_days,
        weekly_day=list(_Weekday).index(file.false_alarms.weekly_on),
        weekly_share=file.false_alarms.weekly_share,
        chance=file.false_alarms.chance,
        shown_from=file.people.shown_from,
        compared_from=file.people.compared_from,
        groups={dimension: frozenset(values) for dimension, values in file.groups.items()},
        limits={measure: points / 100 for measure, points in file.limits.items()},
        known_causes={measure: frozenset(codes) for measure, codes in file.known_causes.items()},
    )
