"""`attune support approve` and `decline`: what an agent sees, that the first answer stands, and who is told what."""

import io
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from moto import mock_aws
from rich.console import Console
from typer.testing import CliRunner

from attune.domain.go_aheads import Answer, GoAhead
from attune_cli.commands import support
from attune_cli.errors import CommandError, InputError
from attune_cli.main import app
from attune_cli.rights.exporting import export_of
from attune_cli.rights.forgetting import Forgetting
from attune_cli.rights.holdings import Holdings
from attune_cli.support.go_ahead_desk import GoAheadDesk
from attune_cli.support.go_ahead_tables import request_list, whole_request
from tests.support.steps import in_journeys, step
from tests.support.support_desk import SupportDesks
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BOOK = "cart_abandonment"


@pytest.fixture
def desks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SupportDesks]:
    with mock_aws():
        world = World(TUESDAY_NOON)
        book = world.steps.playbooks[BOOK]
        world.steps.playbooks[BOOK] = replace(book, touches=(replace(book.touches[0], approval="required"),))  # type: ignore[index]
        desks = SupportDesks(world, tmp_path)
        monkeypatch.setattr(support, "chosen_stage", lambda *_: None)
        monkeypatch.setattr(support, "desk_of", lambda _, *, agent_id, lease_minutes: desks.of(agent_id))
        yield desks


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["support", *words])
    return result.exit_code, result.output


def asks(desks: SupportDesks, channel: str = "sms") -> str:
    """Let a journey ask for a go-ahead; return the request's id."""
    [journey] = in_journeys(desks.world)
    desks.look = lambda: desks.world.sending.send(step(desks.world, journey, channel=channel))["outcome"]  # type: ignore[attr-defined]
    assert desks.look() == "held"
    desks.carry()
    return stored(desks).request_id


def stored(desks: SupportDesks) -> GoAhead:
    ada = desks.world.customers.load("ada")
    assert ada is not None
    [one] = ada.go_aheads.values()
    return one


def test_an_agent_sees_what_waits_and_says_yes(desks):
    request_id = asks(desks)
    listed = run("pull")[1]
    assert request_id in listed
    assert "no case is waiting" in listed
    code, shown = run("show", request_id)
    assert code == 0
    assert all(words in shown for words in ("Ada", "within 8 h 00 min", "else nothing is sent", "Your cart is kept"))

    code, told = run("approve", request_id, "--agent", "sam", "--note", "She is waiting for it.")

    assert (code, "approved: it leaves by 12:02 UTC" in told) == (0, True)
    assert desks.look() == "sent"
    assert len(desks.world.texts) == 1
    assert desks.bus.names() == ["Touch Approved"]
    assert desks.world.choices("ada", "go_ahead") == ["asked", "approved"]
    assert (stored(desks).answered_by, stored(desks).note) == ("sam", "She is waiting for it.")
    assert desks.on_queues() == 0
    assert run("pull") == (0, "no case is waiting\n")


def test_who_says_the_other_thing_later_is_told_whose_answer_stands(desks):
    request_id = asks(desks)
    run("pull", "--agent", "kim")
    assert run("decline", request_id, "--agent", "sam")[0] == 0

    code, told = run("approve", request_id, "--agent", "kim")

    assert code == 1
    assert "The touch was declined before; the first answer stands. It was sam, at 12:00 UTC." in " ".join(told.split())
    assert desks.look() == "withheld"
    assert desks.world.texts == []


def test_of_two_agents_at_the_same_moment_exactly_one_answer_counts(desks):
    request_id = asks(desks)
    GoAheadDesk(desks.of("sam")).waiting()
    GoAheadDesk(desks.of("kim")).waiting()
    together, outcomes = threading.Barrier(2), {}

    def answer(agent_id: str, said: Answer) -> None:
        together.wait()
        try:
            GoAheadDesk(desks.of(agent_id)).answer(request_id, said)
            outcomes[agent_id] = said
        except CommandError as error:
            outcomes[agent_id] = str(error)

    threads = [
        threading.Thread(target=answer, args=pair) for pair in (("sam", Answer.APPROVED), ("kim", Answer.DECLINED))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    [winner] = [agent_id for agent_id, outcome in outcomes.items() if isinstance(outcome, Answer)]
    [loser] = set(outcomes) - {winner}
    assert (stored(desks).answered_by, stored(desks).answer) == (winner, outcomes[winner])
    assert "the first answer stands" in outcomes[loser]


def test_saying_the_same_again_is_no_second_answer(desks):
    request_id = asks(desks)
    run("pull", "--agent", "sam")
    assert [run("approve", request_id, "--agent", "sam")[0] for _ in range(2)] == [0, 0]

    assert desks.world.choices("ada", "go_ahead") == ["asked", "approved"]


def test_a_request_whose_time_is_over_is_off_the_queue_and_its_answer_is_refused(desks):
    request_id = asks(desks)
    run("pull", "--agent", "sam")
    desks.world.run(timedelta(hours=9))

    code, told = run("approve", request_id, "--agent", "sam")
    assert (code, "The time to answer was over" in " ".join(told.split())) == (1, True)
    assert run("pull") == (0, "no case is waiting\n")
    assert desks.on_queues() == 0


def test_a_request_that_was_closed_meanwhile_says_why(desks):
    request_id = asks(desks)
    run("pull", "--agent", "sam")
    desks.world.sending = replace(desks.world.sending, sending_enabled=False)
    desks.look()

    code, told = run("decline", request_id, "--agent", "sam")

    assert (code, "The touch is over: kill switch." in " ".join(told.split())) == (1, True)


def test_an_answer_needs_a_name_and_a_request_that_is_there(desks):
    request_id = asks(desks)

    assert "who are you?" in run("approve", request_id)[1]
    code, told = run("approve", "go-nobody-has-seen-this", "--agent", "sam")
    assert (code, "is not on the queue now" in " ".join(told.split())) == (1, True)
    assert stored(desks).is_open
    with pytest.raises(InputError):
        GoAheadDesk(desks.of("")).answer(request_id, Answer.APPROVED)


def test_cases_and_requests_lie_side_by_side_and_neither_is_taken_for_the_other(desks):
    request_id = asks(desks)
    case_id = desks.ask_for_help("ada", message_id="m7")

    listed, strange = desks.of("sam").pull()
    lines = [json.loads(line) for line in run("pull", "--json")[1].splitlines()]

    assert strange == []
    assert [one.waiting.case.case_id for one in listed] == [case_id]
    assert [line.get("case_id", line.get("request_id")) for line in lines] == [case_id, request_id]
    assert [line.get("kind") for line in lines] == [None, "go_ahead"]


def test_a_request_is_exported_with_its_note_and_forgotten_with_its_customer(desks):
    request_id = asks(desks)
    world = desks.world
    holdings = Holdings(world.dynamodb, "customers", "decisions")
    copy = export_of(holdings, holdings.find("ada"), TUESDAY_NOON)
    [held] = [item for item in copy["held"]["ada"] if item["what"].startswith("GOAHEAD#")]
    assert held["request_id"] == request_id

    proof = Forgetting(holdings, desks.sqs, {"support": desks.normal}).forget(holdings.find("ada"), TUESDAY_NOON)

    assert (proof.counts["goahead"], proof.counts["support queue"], proof.left) == (1, 1, 0)
    assert desks.on_queues() == 0
    assert world.customers.load("ada") is None
    assert desks.look() == "end"


def test_nothing_in_what_is_shown_can_act_for_the_customer_or_steer_the_terminal(desks):
    asks(desks, channel="email")
    [request] = GoAheadDesk(desks.of("sam")).waiting()
    hostile = request.model_copy(update={"text": "\x1b[2Jgone", "display_name": "[red]A\x1b[0m", "why": ("[b]x",)})

    for shown in (request_list([hostile], TUESDAY_NOON), whole_request(hostile, TUESDAY_NOON)):
        console = Console(file=io.StringIO(), width=100)
        console.print(shown)
        assert "\x1b" not in console.file.getvalue()
    assert request.subject
    assert "not-signed" in request.text or "/unsubscribe/" not in request.text
