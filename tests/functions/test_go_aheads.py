"""A touch that needs a person's go-ahead: asked once, sent once after a yes, and never without one."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from moto import mock_aws

from attune.adapters.go_ahead_messages import read_go_ahead
from tests.support.events import track
from tests.support.go_aheads import (
    DAY,
    HOUR,
    MINUTE,
    TUESDAY_NOON,
    answer,
    asked,
    needs_go_ahead,
    stored,
    told,
)
from tests.support.steps import in_journeys, step
from tests.support.world import World


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        world = World(TUESDAY_NOON)
        needs_go_ahead(world, within=8 * HOUR)
        yield world


def test_what_a_person_is_asked_shows_who_why_the_exact_words_and_until_when(world):
    request = asked(world)

    assert world.texts == []
    assert (request.display_name, request.channel, request.message) == ("Ada", "sms", "cart_help_offer")
    assert any("form" in sentence for sentence in request.why)
    assert request.answer_by - request.asked_at == 8 * HOUR
    answer(world, request)
    world.run(HOUR)
    [(_, words)] = world.texts
    assert request.text.split("https://")[0] == words.split("https://")[0]


def test_a_yes_sends_the_message_once_and_the_log_has_the_whole_story(world):
    request = asked(world)
    world.run(20 * MINUTE)
    answer(world, request, note="She called, she is waiting for it.")
    world.run(4 * DAY)

    assert len(world.texts) == 1
    assert told(world, "go_ahead") == [("asked", "approval_required"), ("approved", "approved")]
    assert told(world, "contact") == [("sent", "sent")]
    assert all(not row["defects"] for row in world.decisions("ada", "go_ahead"))
    row = world.decisions("ada", "go_ahead")[1]
    assert (row["automated"], row["touch"]) == (False, "1")
    assert "sam" not in json.dumps(row, default=str)
    assert "She called" not in json.dumps(row, default=str)
    assert stored(world).note == "She called, she is waiting for it."


def test_an_early_yes_does_not_wait_for_the_deadline(world):
    request = asked(world)
    world.run(4 * MINUTE)
    answer(world, request)

    world.run(3 * MINUTE)

    assert len(world.texts) == 1


def test_a_no_sends_nothing_and_the_journey_goes_on_as_after_any_withheld_touch(world):
    request = asked(world)
    answer(world, request, yes=False)
    world.run(10 * DAY)

    assert world.texts == world.emails == []
    assert told(world, "go_ahead")[1:] == [("declined", "declined")]
    assert told(world, "contact") == [("withheld", "declined")]
    assert world.visited[-1] == "ReviewJourney"
    assert world.choices("ada", "review")[-1] == "end"


def test_silence_sends_nothing_and_an_answer_after_it_does_not_count(world):
    needs_go_ahead(world, within=HOUR)
    request = asked(world)
    world.run(HOUR + MINUTE)
    answer(world, request)
    world.run(10 * DAY)

    assert world.texts == world.emails == []
    assert told(world, "contact") == [("withheld", "no_answer")]
    assert told(world, "go_ahead")[1:] == [("not_counted", "touch_over")]


def test_the_first_answer_stands_and_the_second_is_written_down_as_not_counted(world):
    request = asked(world)
    answer(world, request, yes=False, agent_id="sam")
    world.run(MINUTE / 2)
    answer(world, request, yes=True, agent_id="kim")
    world.run(10 * DAY)

    assert world.texts == []
    assert told(world, "go_ahead")[1:] == [("declined", "declined"), ("not_counted", "answered_before")]
    assert stored(world).answered_by == "sam"


def test_an_answer_that_is_told_again_changes_nothing(world):
    request = asked(world)
    for _ in range(3):
        answer(world, request)
        world.run(HOUR)

    assert len(world.texts) == 1
    assert told(world, "go_ahead")[1:] == [("approved", "approved")]


def test_who_opts_out_between_the_yes_and_the_sending_gets_nothing(world):
    request = asked(world)
    answer(world, request)
    world.publish(track("ada", "Consent Withdrawn", world.now, channels=["sms"]))
    world.run(10 * DAY)

    assert world.texts == []
    assert told(world, "contact") == [("withheld", "opted_out")]


def test_who_buys_while_people_think_is_left_alone_and_the_request_is_over(world):
    request = asked(world)
    world.publish(track("ada", "Order Completed", world.now, order_id="o1"))
    world.run(HOUR)

    assert stored(world).over_because == "goal_reached"
    answer(world, request)
    world.run(10 * DAY)
    assert world.texts == []
    assert told(world, "go_ahead")[1:] == [("not_counted", "touch_over")]


def test_a_yes_at_night_waits_for_the_morning(world):
    needs_go_ahead(world, within=2 * DAY)
    request = asked(world)
    late = world.now.replace(hour=23, minute=0)
    world.run(late - world.now)
    answer(world, request)
    world.run(8 * HOUR)

    assert world.texts == []
    world.run(4 * HOUR)
    assert len(world.texts) == 1
    assert told(world, "contact") == [("held", "quiet_hours"), ("sent", "sent")]


def test_edited_words_void_a_yes_and_a_person_is_asked_about_the_new_ones(world):
    [journey] = in_journeys(world)
    there = world.sending.delivery.library
    assert world.sending.send(step(world, journey))["outcome"] == "held"
    first = read_go_ahead(json.dumps(world.support.messages[0]))
    answer(world, first)
    edit(world, "Ada, an edited text.")
    world.run(MINUTE)

    assert world.sending.send(step(world, journey))["outcome"] == "held"
    assert world.texts == []
    second = read_go_ahead(json.dumps(world.support.messages[1]))
    assert second.request_id != first.request_id
    assert second.text.startswith("Ada, an edited text.")
    answer(world, first, agent_id="kim")
    answer(world, second)
    world.run(MINUTE)
    assert world.sending.send(step(world, journey))["outcome"] == "sent"
    assert [choice for choice, _ in told(world, "go_ahead")] == ["asked", "approved", "asked", "approved"]
    assert there is not world.sending.delivery.library


def edit(world: World, body: str) -> None:
    """Deploy other words for the first touch, approved as texts are."""
    library = world.sending.delivery.library
    key = ("cart_help_offer", "sms", "en")
    before = library.by_key[key]
    edited = replace(before, body=body, slots=(), content_hash="sha256:edited")
    approvals = [
        replace(a, content_hash="sha256:edited") for a in library.approvals if a.content_hash == before.content_hash
    ]
    texts = [edited if text == before else text for text in library.texts]
    changed = replace(library, texts=tuple(texts), approvals=(*library.approvals, *approvals))
    delivery = replace(world.sending.delivery, library=changed)
    world.sending = replace(
        world.sending, delivery=delivery, go_aheads=replace(world.sending.go_aheads, delivery=delivery)
    )
