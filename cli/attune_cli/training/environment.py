"""Hand fits to the interpreter that has interpret-core: this one, or the environment that `make training` makes."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from attune_cli.cdk import ROOT
from attune_cli.errors import CommandError
from attune_cli.process_group import end_group

FITTING = Path(__file__).with_name("fitting.py")
HOME = ROOT / ".local" / "training"
PATIENCE_SECONDS = 5
LINES_OF_LOG_SHOWN = 8


def training_python(home: Path = HOME) -> Path:
    """Return the interpreter to fit with; raise CommandError where none has interpret-core."""
    if find_spec("interpret") is not None:
        return Path(sys.executable)
    python = home / "bin" / "python"
    if not python.exists():
        raise CommandError("fitting needs interpret-core, which is not installed", "make training")
    return python


def fit_all(request: Mapping[str, Any], *, python: Path, on_fit: Callable[[], None]) -> tuple[str, dict[str, Any]]:
    """Run the jobs of a request and return the library's name and version, and each job's table by its id.

    Raises CommandError with the end of the log where the fitting program fails.
    """
    # One thread a process: the jobs run side by side already.
    env = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    tables: dict[str, Any] = {}
    library = ""
    with (
        tempfile.TemporaryFile("w+") as asked,
        tempfile.TemporaryFile("w+") as log,
    ):
        json.dump(request, asked)
        asked.seek(0)
        with subprocess.Popen(
            [str(python), str(FITTING)],
            stdin=asked,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=env | {"OMP_NUM_THREADS": "1"},
            start_new_session=True,
        ) as process:
            try:
                for line in process.stdout or ():
                    answer = json.loads(line)
                    if "library" in answer:
                        library = answer["library"]
                        continue
                    tables[answer["id"]] = answer["table"]
                    on_fit()
                failed = process.wait() != 0
            finally:
                if process.poll() is None:
                    end_group(process.pid, patience=PATIENCE_SECONDS)
        if failed or len(tables) < len(request["jobs"]):
            log.seek(0)
            told = "\n".join(log.read().splitlines()[-LINES_OF_LOG_SHOWN:])
            raise CommandError(f"fitting failed:\n{told}", "make training, if packages are missing or old")
    return library, tables
