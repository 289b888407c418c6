"""What docs/security.md promises: every test that it names exists."""

import re

from tests.infra.templates import ROOT, Synthesised


def test_every_test_that_the_threat_model_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "security.md").read_text(encoding="utf-8")))
    written = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert len(named) > 25
    assert named - written == set()


def test_no_other_account_may_use_the_bus(every_stage: Synthesised) -> None:
    """A bus without a policy takes events of its own account alone; one for others is asked for, and reviewed, by name."""
    assert list(every_stage.resources("AWS::Events::EventBusPolicy")) == []
    assert all("Policy" not in bus["Properties"] for _, bus in every_stage.resources("AWS::Events::EventBus"))
