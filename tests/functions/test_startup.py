"""Garbage is not looked for while a function is built, and is afterwards, whatever comes of the building."""

import gc
from collections.abc import Iterator

import pytest

from attune import startup


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """Put back what a start changes in this process."""
    yield
    gc.unfreeze()
    gc.enable()


@pytest.fixture
def in_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "plan_touch")


def test_elsewhere_than_in_lambda_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_NAME", raising=False)

    startup.begin()

    assert gc.isenabled()


def test_garbage_is_collected_again_once_a_function_is_built(in_lambda: None) -> None:
    startup.begin()
    collecting = []

    @startup.built_once
    def wire() -> list[str]:
        collecting.append(gc.isenabled())
        return ["built"]

    assert wire() is wire()
    assert collecting == [False]
    assert gc.isenabled()


def test_garbage_is_collected_again_when_a_function_cannot_be_built(in_lambda: None) -> None:
    startup.begin()

    @startup.built_once
    def wire() -> None:
        raise RuntimeError("a setting is missing")

    with pytest.raises(RuntimeError):
        wire()
    assert gc.isenabled()
