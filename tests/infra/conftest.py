"""The templates of every stage, synthesised once per session."""

import pytest

from tests.infra.templates import Synthesised, synthesise


@pytest.fixture(params=["local", "dev", "prod"], scope="session")
def every_stage(request: pytest.FixtureRequest) -> Synthesised:
    return synthesise(request.param)


@pytest.fixture(scope="session")
def prod() -> Synthesised:
    return synthesise("prod")


@pytest.fixture(scope="session")
def local() -> Synthesised:
    return synthesise("local")
