"""What these tests share."""

import pytest

from attune_cli.support import queues


@pytest.fixture(autouse=True)
def _no_long_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQS answers an empty receive after a wait, to ask all its servers; moto has one."""
    monkeypatch.setattr(queues, "WAIT_SECONDS", 0)
