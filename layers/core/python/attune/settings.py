"""Read a function's environment once, and fail with the variable's name."""

import os
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError


class SettingsError(Exception):
    """Raised at cold start when a function's environment lacks a setting or holds a wrong one."""


class Settings(BaseModel):
    """What every function is told by its environment; each function adds its own fields."""

    model_config = ConfigDict(frozen=True, alias_generator=str.upper, extra="ignore", defer_build=True)

    stage: str
    code_version: str
    attune_clock_speed: float = 1.0
    attune_clock_anchor: str = ""
    dry_run: bool = False

    @classmethod
    def from_env(cls) -> Self:
        """Parse the environment; raise SettingsError naming every variable that is missing or wrong."""
        try:
            return cls.model_validate(dict(os.environ))
        except ValidationError as error:
            problems = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
            message = f"{cls.__module__} cannot start, its environment is incomplete: {problems}"
            raise SettingsError(message) from error


class TemplateSettings(Settings):
    """For functions that ship the `templates` folder beside their code."""

    lambda_task_root: Path = Path()

    @property
    def templates_dir(self) -> Path:
        """The folder with messages, playbooks and pages inside the function's package."""
        return self.lambda_task_root / "templates"
