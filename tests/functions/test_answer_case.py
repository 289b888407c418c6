"""A person's reply about a case: theirs alone, asked at the gate, sent once, and never counted as a machine's."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws
from pydantic import ValidationError

from attune.domain.case_answers import answered
from attune.domain.contacts import ContactState
from attune.domain.customers import Case, ChannelConsent, Consent
from attune.domain.errors import UncertainDeliveryError
from attune.domain.switches import NOT_KNOWN, Switches
from tests.support.acme import ACME
from tests.support.crashing import KilledError, Overtaken
from tests.support.steps import in_journeys
from tests.support.support_desk import SupportDesks
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[SupportDesks]:
    """Return the desks of a stage on which Sam has claimed Ada's case."""
    with mock_aws():
        world = World(TUESDAY_NOON)
        in_journeys(world)
        desks = SupportDesks(world, tmp_path)
        desks.ask_for_help()
        desks.of("sam").claim()
        yield desks


def answer(desks: SupportDesks, **changes: Any) -> dict[str, str]:
    request = {
        "customer_id": "ada",
        "case_id": desks.case().case_id,
        "reply_id": "r1",
        "agent_id": "sam",
        "channel": "email",
        "text": "Hello Ada,\n\nplease try another card: [ways to pay](https://shop.example/help).",
        **changes,
    }
    return desks.answering.answer(request)


def test_what_a_person_wrote_is_sent_in_the_frame_of_every_email(desks):
    assert answer(desks, subject="Your card") == {"outcome": "sent", "channel": "email"}

    [email] = desks.emails
    assert email.destinations["ToAddresses"] == ["ada@example.com"]
    assert email.subject == "Your card"
    assert "please try another card" in str(email.body)
    assert ACME["POSTAL_ADDRESS"] in str(email.body)


def test_it_is_written_down_as_a_persons_and_told_on_the_bus(desks):
    desks.world.run(timedelta(minutes=10))
    answer(desks)

    [row] = [row for row in desks.world.decisions("ada", "contact") if '"agent_reply"' in row["inputs"]]
    assert (row["choice"], row["automated"]) == ("sent", False)
    assert desks.world.choices("ada", "escalation") == ["opened", "claimed", "replied"]
    assert desks.bus.names() == ["Case Claimed", "Case Replied"]
    assert not any("another card" in str(said) for said in (row, desks.bus.told))


def test_it_fills_no_cap_of_the_machines(desks):
    for number in range(5):
        assert answer(desks, reply_id=f"r{number}")["outcome"] == "sent"

    ada = desks.world.customers.load("ada")
    assert not [contact for contact in ada.ledger.contacts if contact.message == "agent_reply"]
    assert len(desks.emails) == 5


def test_asked_again_under_one_name_it_is_sent_once(desks):
    first, second = answer(desks), answer(desks, text="other words")

    assert (first["outcome"], second["outcome"]) == ("sent", "sent")
    assert len(desks.emails) == 1


def test_a_crash_between_sending_and_confirming_is_told_as_uncertain_and_never_sent_again(desks, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(type(desks.answering), "_settle", _die)
        with pytest.raises(KilledError):
            answer(desks)

    assert answer(desks)["outcome"] == "uncertain"
    assert len(desks.emails) == 1

    assert desks.case().answers == {"r1": ContactState.UNCERTAIN}
    replies = [row for row in desks.world.decisions("ada", "contact") if '"agent_reply"' in row["inputs"]]
    assert [(row["choice"], row["reason_code"]) for row in replies] == [("uncertain", "crashed_between")]


@pytest.mark.parametrize(("end", "emails"), [(ContactState.SENT, 0), (ContactState.FAILED, 1)])
def test_who_asks_while_a_reply_is_being_sent_goes_by_how_that_ends(desks, end, emails):
    """One that was refused meanwhile may be sent; one that was sent is told as that, and neither as uncertain."""
    world = desks.world
    world.customers.save("ada", answered(desks.case(), "r1", ContactState.RESERVED))

    def the_first_ends() -> None:
        world.customers.save("ada", answered(desks.case(), "r1", end))

    slow: Any = Overtaken(world.customers, the_first_ends, at=lambda item: isinstance(item, Case))
    desks.answering = replace(desks.answering, steps=replace(world.steps, customers=slow))

    assert answer(desks)["outcome"] == "sent"

    assert len(desks.emails) == emails
    assert desks.case().answers == {"r1": ContactState.SENT}
    assert "uncertain" not in world.choices("ada", "contact")


def test_a_crash_before_a_reply_is_told_of_is_made_up_for_when_it_is_asked_again(desks, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(type(desks.answering), "_tell", _die)
        with pytest.raises(KilledError):
            answer(desks)
    assert desks.bus.names() == ["Case Claimed"]

    assert answer(desks)["outcome"] == "sent"
    answer(desks)

    replies = [row for row in desks.world.decisions("ada", "contact") if '"agent_reply"' in row["inputs"]]
    told = [call["messageId"] for call in desks.bus.told if call["event"] == "Case Replied"]
    assert {row["choice"] for row in replies} == {"sent"}
    assert len({row["decision_id"] for row in replies}) == len(set(told)) == 1
    assert len(desks.emails) == 1


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_who_opts_out_in_the_moment_in_which_a_reply_is_reserved_does_not_get_it(desks, channel):
    world = desks.world

    def opts_out() -> None:
        no = ChannelConsent(granted=False, at=world.now, source="unsubscribe_link")
        consent = world.customers.load("ada").consent
        world.customers.save("ada", replace(consent, channels={**consent.channels, channel: no}))

    slow: Any = Overtaken(world.customers, opts_out, at=lambda item: isinstance(item, Case))
    desks.answering = replace(desks.answering, steps=replace(world.steps, customers=slow))

    said = answer(desks, channel=channel)

    assert (said["outcome"], said["reason"]) == ("refused", "opted_out")
    assert desks.emails == []
    assert world.texts == []
    assert desks.case().answers == {"r1": ContactState.FAILED}


def _die(*_: Any) -> None:
    raise KilledError


def test_a_provider_that_does_not_answer_leaves_it_uncertain(desks, monkeypatch):
    def no_answer(*_: Any, **__: Any) -> str:
        raise UncertainDeliveryError("timeout", "SES did not answer.")

    monkeypatch.setattr(type(desks.world.delivery.email), "send", no_answer)

    assert [answer(desks)["outcome"], answer(desks)["outcome"]] == ["uncertain", "uncertain"]
    assert desks.case().answers == {"r1": ContactState.UNCERTAIN}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"agent_id": "kim"}, "claimed_by_another"),
        ({"case_id": "case-of-nobody"}, "no_case"),
        ({"customer_id": "somebody-else"}, "no_case"),
        ({"text": "Hello {{ first_name }}"}, "unusable_text"),
        ({"text": "Hello {% if %}"}, "unusable_text"),
    ],
)
def test_nothing_is_sent_about_a_case_that_is_not_theirs_or_in_words_that_are_none(desks, changes, reason):
    result = answer(desks, **changes)

    assert (result["outcome"], result["reason"]) == ("refused", reason)
    assert not desks.emails


def test_a_claim_that_has_run_out_does_not_count(desks):
    desks.world.run(timedelta(minutes=31))

    assert answer(desks)["reason"] == "not_claimed"


def test_a_resolved_case_is_answered_no_more(desks):
    case = desks.case()
    desks.world.customers.save("ada", replace(case, resolved_at=desks.world.now))

    assert answer(desks)["reason"] == "resolved"


def test_who_opted_out_of_a_channel_is_not_written_to_there_by_people_either(desks):
    ada = desks.world.customers.load("ada")
    refused = {"email": ChannelConsent(granted=False, at=desks.world.now, source="reply")}
    desks.world.customers.save("ada", Consent({**ada.consent.channels, **refused}, ada.consent.version))

    assert answer(desks)["reason"] == "opted_out"
    assert answer(desks, reply_id="r2", channel="sms", text="Hello Ada, please try another card.")["outcome"] == "sent"


def test_nobody_is_texted_at_night_and_the_agent_is_told_when_it_is_possible(desks):
    desks.of("sam", lease=timedelta(hours=12)).claim(desks.case().case_id)
    desks.world.run(timedelta(hours=11))

    result = answer(desks, channel="sms", text="Hello Ada, please try another card.")
    assert (result["reason"], result["until"]) == ("quiet_hours", "2026-11-25T09:00:00.000Z")
    assert not [words for _, words in desks.world.texts if "another card" in words]


def test_who_wants_no_automated_decisions_is_still_answered_by_people(desks):
    ada = desks.world.customers.load("ada")
    desks.world.customers.save("ada", replace(ada.profile, automation_opt_out=True))

    assert answer(desks)["outcome"] == "sent"


@pytest.mark.parametrize(("setting", "reason"), [("sending_enabled", "kill_switch"), ("dry_run", "dry_run")])
def test_a_stage_that_sends_nothing_sends_no_reply(desks, setting, reason):
    desks.answering = replace(desks.answering, **{setting: setting == "dry_run"})

    assert answer(desks)["reason"] == reason


@pytest.mark.parametrize(
    ("switches", "reason"),
    [
        (Switches(system_off=True), "kill_switch"),
        (Switches(channels_off=frozenset({"sms", "email"})), "channel_off"),
        (NOT_KNOWN, "switches_unknown"),
    ],
)
def test_what_is_switched_off_sends_no_reply_either(desks, switches, reason):
    desks.answering = replace(desks.answering, switches=lambda: switches)

    assert answer(desks)["reason"] == reason


def test_a_playbook_that_is_switched_off_stops_no_person_who_answers(desks):
    off = Switches(playbooks_off=frozenset(desks.world.steps.playbooks))
    desks.answering = replace(desks.answering, switches=lambda: off)

    assert answer(desks)["outcome"] == "sent"


@pytest.mark.parametrize(
    "changes", [{"channel": "pigeon"}, {"text": ""}, {"reply_id": "no spaces"}, {"agent_id": ""}, {"more": 1}]
)
def test_a_request_that_makes_no_sense_is_refused_before_anything_is_read(desks, changes):
    with pytest.raises(ValidationError):
        answer(desks, **changes)
