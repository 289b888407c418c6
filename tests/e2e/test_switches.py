"""Switches on the deployed system: off without a deploy, also for a function that is warm and has read them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from attune_cli.main import app
from tests.e2e.conftest import PATIENCE, Deployed, eventually
from tests.e2e.test_support import desk
from tests.support.events import identify, track


def attune(deployed: Deployed, *words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--who", "e2e", "--endpoint-url", deployed.aws.endpoint])
    assert result.exit_code == 0, result.output
    return result.output


def test_everything_is_off_and_on_again(deployed: Deployed, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    deployed.publish(
        identify(
            "switch-rosa", now, firstName="Rosa", email="switch@example.com", locale="en", timezone="Europe/London"
        ),
        track("switch-rosa", "Consent Granted", now, channels=["email"], source="checkout"),
    )
    eventually(lambda: deployed.customer("switch-rosa"), seconds=PATIENCE)
    deployed.publish(track("switch-rosa", "Message Replied", now, text="I need help with my card", channel="email"))
    sam = desk(deployed, "sam", tmp_path)

    def waiting() -> list[str]:
        return [one.waiting.case.case_id for one in sam.pull()[0] if one.waiting.case.customer_id == "switch-rosa"]

    [case_id] = eventually(waiting, seconds=PATIENCE)
    sam.claim(case_id)

    def refused_as() -> str:
        answer: dict[str, Any] = dict(sam.reply(case_id, text="Hello Rosa.", channel="email"))
        return str(answer.get("reason", "")) if answer["outcome"] != "sent" else ""

    before = refused_as()  # the function has read the switches now, and keeps them for half a minute
    attune(deployed, "switch", "off")
    try:
        seen = eventually(lambda: refused_as() == "kill_switch", seconds=PATIENCE)
    finally:
        attune(deployed, "switch", "on")

    assert before != "kill_switch"
    assert seen, "still sending"
