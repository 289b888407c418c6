"""What is written out at synth does what `@dataclass` would make at each start, for every dataclass that runs in Lambda."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.components.bytecode import compile_own
from infra.components.dataclass_methods import inherited_names, write_out
from infra.components.layers import ROOT

TELLS = Path(__file__).with_name("told_of_dataclasses.py")
SOURCES = {"core": ROOT / "layers/core/python/attune", "functions": ROOT / "functions"}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Our code twice over: as it lies in the repository, and compiled as an artefact is."""
    made = {}
    for name in ("plain", "written_out"):
        made[name] = tmp_path_factory.mktemp(name)
        for source in SOURCES.values():
            shutil.copytree(source, made[name] / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    assert compile_own(made["written_out"], runs_at="/opt/python") > 250
    return made


def told_of(folder: Path) -> dict[str, dict[str, object]]:
    """Let a fresh process say what each dataclass of a folder does."""
    done = subprocess.run(
        [sys.executable, "-B", str(TELLS), str(folder)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, dict[str, object]] = json.loads(done.stdout)
    return told


def test_every_dataclass_does_the_same_written_out(folders):
    plain, written_out = told_of(folders["plain"]), told_of(folders["written_out"])

    assert len(plain) > 250
    assert {name for name, told in plain.items() if told["made at import"]} == plain.keys()
    left = {name for name, told in written_out.items() if told["made at import"]}
    assert left <= {"attune.adapters.queues.Outbox", "attune.adapters.case_events.AnnouncedQueue"}
    for name, told in plain.items():
        assert written_out[name] | {"made at import": True} == told, name


def test_a_traceback_still_shows_the_lines_of_the_source(folders):
    path = folders["written_out"] / "attune/domain/contacts.py"
    fails = f"import sys; sys.path.insert(0, {str(folders['written_out'])!r})\n"
    fails += "from attune.domain.contacts import Ledger\nLedger().settle(None, None)\nLedger((1,)).find('a')"

    done = subprocess.run([sys.executable, "-B", "-c", fails], capture_output=True, text=True, check=False)

    number = next(
        n
        for n, line in enumerate(path.read_text().splitlines(), 1)
        if "contact.contact_id == contact_id), None)" in line
    )
    assert f'contacts.py", line {number}' in done.stderr


def understood(source: str) -> int:
    module = ast.parse(source)
    return write_out(module, inherited_names([module]))


@pytest.mark.parametrize(
    "source",
    [
        "@dataclass(frozen=True)\nclass A(B):\n    a: int",
        "@dataclass(frozen=True)\nclass A:\n    a: int\nclass B(A): ...",
        "@dataclass(slots=True)\nclass A:\n    a: int",
        "@dataclass(frozen=MAYBE)\nclass A:\n    a: int",
        "@dataclass(frozen=True)\nclass A:\n    a: ClassVar[int] = 1",
        "@dataclass(frozen=True)\nclass A:\n    a: InitVar[int]",
        "@dataclass(frozen=True)\nclass A:\n    _: KW_ONLY\n    a: int",
        "@dataclass(frozen=True)\nclass A:\n    a: int = field(hash=False)",
        "@dataclass(frozen=True)\nclass A:\n    a: int = field(repr=MAYBE)",
        "@dataclass(frozen=True)\nclass A:\n    object: int",
        "@dataclass(frozen=True)\nclass A:\n    a: int\n    __hash__ = None",
        "@other\n@dataclass(frozen=True)\nclass A:\n    a: int",
    ],
)
def test_what_is_not_understood_without_doubt_is_left_to_python(source):
    imported = "from dataclasses import KW_ONLY, InitVar, dataclass, field\n"

    assert understood(f"{imported}@dataclass(frozen=True)\nclass A:\n    a: int") == 1
    assert understood(imported + source) == 0
    assert understood(source) == 0
