"""What functions bring along to start faster is what they would make themselves, and nothing depends on it."""

import gc
import json
import marshal
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, dataclass, replace
from pathlib import Path
from types import CodeType
from typing import Any

import botocore
import pytest
from botocore.loaders import Loader
from botocore.session import Session

from attune import startup
from infra.components.botocore_data import AWS_SERVICES, keep_what_is_called
from infra.components.layers import write_memory

REGIONS = ("eu-west-1", "cn-north-1")
STARTS = """
import sys
sys.path[:0] = {paths}
import re, json
missed = []
compile_pattern = re._compiler.compile
def noted(pattern, flags=0):
    missed.append(pattern if isinstance(pattern, str) else repr(pattern))
    return compile_pattern(pattern, flags)
re._compiler.compile = noted
from attune.startup import begin, named
begin({memory!r})
import dataclasses, marshal
texts = marshal.load(open({memory!r}, "rb"))["texts"]
run_text = dataclasses.exec
def noted_text(text, places, found):
    missed.extend([] if named(text) in texts else [text])
    return run_text(text, places, found)
dataclasses.exec = noted_text
import functions.{function}.handler
print(json.dumps(missed))
"""


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("memory") / "startup.memory"
    write_memory(path)
    return path


@pytest.fixture
def kept(memory: Path) -> dict[str, Any]:
    kept: dict[str, Any] = marshal.loads(memory.read_bytes())  # noqa: S302 - written by this test
    return kept


@pytest.fixture
def untouched() -> Iterator[None]:
    """Put back what a start changes in this process."""
    import dataclasses  # noqa: PLC0415

    compiler: Any = re._compiler  # type: ignore[attr-defined]
    compile_pattern = compiler.compile
    yield
    compiler.compile = compile_pattern
    vars(dataclasses).pop("exec", None)
    gc.unfreeze()
    gc.enable()


def test_patterns_are_remembered_as_python_compiles_them(kept: dict[str, Any], untouched: None, memory: Path) -> None:
    by_python = {key: re._compiler.compile(*key) for key in kept["patterns"]}  # type: ignore[attr-defined]

    startup.begin(str(memory))

    assert len(by_python) > 200
    for key, pattern in by_python.items():
        remembered = re._compiler.compile(*key)  # type: ignore[attr-defined]
        assert remembered == pattern
        assert remembered.groupindex == pattern.groupindex


def test_dataclasses_made_with_a_memory_behave_as_those_without(untouched: None, memory: Path) -> None:
    startup.begin(str(memory))

    @dataclass(frozen=True)
    class Place:
        name: str
        floor: int = 0

    assert replace(Place("here"), floor=2) == Place("here", 2)
    assert repr(Place("here")).endswith("Place(name='here', floor=0)")
    with pytest.raises(FrozenInstanceError):
        Place("here").floor = 3  # type: ignore[misc]


def test_remembered_texts_are_bytecode(kept: dict[str, Any]) -> None:
    assert len(kept["texts"]) > 200
    assert all(isinstance(marshal.loads(code), CodeType) for code in kept["texts"].values())  # noqa: S302


@pytest.mark.parametrize("function", ["ingest_events", "send_message", "review_journey"])
def test_a_start_compiles_nothing_that_could_be_remembered(function: str, memory: Path) -> None:
    told = STARTS.format(paths=[path for path in sys.path if path], memory=str(memory), function=function)
    environment = {"POWERTOOLS_SERVICE_NAME": "attune", "POWERTOOLS_METRICS_NAMESPACE": "Attune"}

    done = subprocess.run(
        [sys.executable, "-S", "-c", told], capture_output=True, text=True, check=False, env=environment
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


def test_a_memory_of_another_python_is_not_used(tmp_path: Path, kept: dict[str, Any], untouched: None) -> None:
    other = tmp_path / "startup.memory"
    other.write_bytes(marshal.dumps({**kept, "language": "cpython-399"}))
    before = re._compiler.compile  # type: ignore[attr-defined]

    startup.begin(str(other))

    assert re._compiler.compile is before  # type: ignore[attr-defined]


def test_without_a_memory_nothing_is_changed(tmp_path: Path) -> None:
    startup.begin(str(tmp_path / "startup.memory"))

    assert gc.isenabled()


def test_garbage_is_collected_again_once_a_function_is_built(untouched: None, memory: Path) -> None:
    startup.begin(str(memory))
    assert not gc.isenabled()

    @startup.built_once
    def wire() -> list[str]:
        return ["built"]

    assert wire() is wire()
    assert gc.isenabled()


def test_garbage_is_collected_again_when_a_function_cannot_be_built(untouched: None, memory: Path) -> None:
    startup.begin(str(memory))

    @startup.built_once
    def wire() -> None:
        raise RuntimeError("a setting is missing")

    with pytest.raises(RuntimeError):
        wire()
    assert gc.isenabled()


def test_clients_of_the_data_that_is_kept_are_those_of_all_of_it(tmp_path: Path) -> None:
    everything = Path(botocore.__file__).parent / "data"
    data = tmp_path / "data"
    data.mkdir()
    for found in everything.iterdir():
        if found.name in {*AWS_SERVICES, "ec2"}:
            shutil.copytree(found, data / found.name)
        elif found.is_file():
            shutil.copy(found, data)
    keep_what_is_called(data)
    assert not (data / "ec2").exists()

    sessions = [Session(), Session()]
    sessions[1].register_component("data_loader", Loader([str(data)], include_default_search_paths=False))
    for service in sorted(AWS_SERVICES):
        for region in REGIONS:
            whole, trimmed = (
                one.create_client(service, region, aws_access_key_id="test", aws_secret_access_key="test")
                for one in sessions
            )
            assert trimmed.meta.endpoint_url == whole.meta.endpoint_url
            assert trimmed.meta.service_model.signing_name == whole.meta.service_model.signing_name
        assert trimmed.meta.service_model.operation_names == whole.meta.service_model.operation_names
        # Read at the first request, not when a client is made.
        parameters = [one.meta.service_model.client_context_parameters for one in (trimmed, whole)]
        assert parameters[0] == parameters[1]
        for name in whole.meta.service_model.operation_names:
            ours, theirs = (one.meta.service_model.operation_model(name).input_shape for one in (trimmed, whole))
            assert (ours and list(ours.members)) == (theirs and list(theirs.members))
