"""What every test gets: made-up credentials, no network beyond this machine, and its tier's marker."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

for _name in [name for name in os.environ if name.startswith(("AWS_", "ATTUNE_"))]:
    del os.environ[_name]
os.environ |= {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
    "POWERTOOLS_SERVICE_NAME": "attune",
    "POWERTOOLS_METRICS_NAMESPACE": "Attune",
}

# After the environment above, and before anyone makes a client: moto hooks into botocore when it is imported.
import moto  # noqa: E402, F401
import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

from tests.support.moto_races import honest_conditions  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
MOTO_TIER = {"adapters", "functions", "infra", "cli", "faults"}
LOOPBACK = {"127.0.0.1", "::1", "localhost"}

# Cases are found on developers' machines; CI replays the same ones every time, however slow it is.
settings.register_profile("developer", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "developer")


class NetworkRefusedError(OSError):
    """Raised when a test tries to reach another machine."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its tier by the folder it lies in."""
    for item in items:
        folder = item.path.relative_to(ROOT / "tests").parts[0]
        if folder == "e2e":
            item.add_marker("e2e")
        elif folder in MOTO_TIER:
            item.add_marker("moto")


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Let sockets reach this machine only, so that a forgotten mock fails instead of calling AWS."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise NetworkRefusedError(f"a test tried to reach {address[0]}:{address[1]}")
        connect(self, address)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(autouse=True, scope="session")
def _honest_conditions(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let moto's tables check and write in one go, whichever test happens to have threads."""
    if not any(item.get_closest_marker("moto") for item in request.session.items):
        yield
        return
    with honest_conditions():
        yield
