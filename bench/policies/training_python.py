"""Run a program in the environment that `make training` makes: the public bandit library and the plots live there."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from attune_cli.training.environment import HOME

PYTHON = HOME / "bin" / "python"


def ask(program: str | Path, request: dict[str, Any]) -> dict[str, Any] | None:
    """Return what a program (of this folder, or by its whole path) answers; None, told on stderr, without the environment."""
    if not PYTHON.exists():
        print("no environment to train in: run `make training` for the library and the plots", file=sys.stderr)
        return None
    path = Path(__file__).parent / program
    answered = subprocess.run(
        [str(PYTHON), str(path)], input=json.dumps(request), capture_output=True, text=True, check=False
    )
    if answered.returncode:
        raise RuntimeError(f"{program} failed:\n{answered.stderr[-2000:]}")
    return dict(json.loads(answered.stdout))
