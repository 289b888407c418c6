"""Support on the deployed system: from a reply to a case, an answer, an end, and how long it took."""

from datetime import UTC, datetime
from pathlib import Path

from attune_cli.stage import EndpointSession, Stage
from attune_cli.support.desk import Desk
from attune_cli.support.wiring import desk_of
from tests.e2e.conftest import PATIENCE, Deployed, eventually
from tests.support.events import identify, track


def now() -> datetime:
    return datetime.now(UTC)


def desk(deployed: Deployed, agent_id: str, folder: Path) -> Desk:
    session = deployed.aws.session()
    assert isinstance(session, EndpointSession)
    stage = Stage("local", session, session.endpoint)
    return desk_of(stage, agent_id=agent_id, lease_minutes=5, folder=folder)


def test_a_reply_is_a_case_and_is_claimed_answered_and_resolved(deployed: Deployed, tmp_path: Path) -> None:
    deployed.publish(
        identify("needs-sam", now(), firstName="Rosa", email="rosa@example.com", locale="en", timezone="Europe/London"),
        track("needs-sam", "Consent Granted", now(), channels=["email"], source="checkout"),
    )
    assert eventually(lambda: deployed.knows("needs-sam", "email"), seconds=PATIENCE)
    sam, kim = (desk(deployed, name, tmp_path / name) for name in ("sam", "kim"))

    def waiting() -> list[str]:
        return [one.waiting.case.case_id for one in sam.pull()[0] if one.waiting.case.customer_id == "needs-sam"]

    deployed.publish(track("needs-sam", "Message Replied", now(), text="I need help with my card", channel="email"))
    found = eventually(waiting, seconds=PATIENCE)

    assert len(found) == 1
    [case_id] = found
    assert sam.claim(case_id).case.display_name == "Rosa"
    assert case_id not in [one.waiting.case.case_id for one in kim.pull()[0]]
    reply = sam.reply(case_id, text="Hello Rosa, please try another card.", channel="email")
    # At night the gate holds it back, and says until when; at any other hour it is sent.
    assert reply["outcome"] == "sent" or (reply["reason"], "until" in reply) == ("quiet_hours", True)
    sam.resolve(case_id, outcome="solved", tags=["card"])

    def steps() -> list[str]:
        return [row["choice"] for row in deployed.decisions("needs-sam") if row["kind"] == "escalation"]

    eventually(lambda: {"claimed", "resolved"} <= set(steps()), seconds=PATIENCE)
    assert sorted(step for step in steps() if step != "replied") == ["claimed", "opened", "resolved"]
    customer = deployed.customer("needs-sam")
    assert customer is not None
    assert not customer.has_open_case
