"""`attune support`: what an agent sees and does with cases, and that two never hold one."""

import io
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws
from rich.console import Console
from typer.testing import CliRunner

from attune_cli.commands import support
from attune_cli.errors import CommandError, InputError
from attune_cli.main import app
from attune_cli.stage import Stage
from attune_cli.support.tables import case_list
from attune_cli.support.wiring import desk_of
from tests.support.steps import in_journeys
from tests.support.support_desk import Functions, SupportDesks
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def desks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SupportDesks]:
    with mock_aws():
        world = World(TUESDAY_NOON)
        in_journeys(world)
        desks = SupportDesks(world, tmp_path)
        monkeypatch.setattr(support, "chosen_stage", lambda *_: None)
        monkeypatch.setattr(
            support, "desk_of", lambda _, *, agent_id, lease_minutes: desks.of(agent_id, lease=MINUTE * lease_minutes)
        )
        yield desks


def run(*words: str, given: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(app, ["support", *words], input=given)
    return result.exit_code, result.output


def let_go(desks: SupportDesks, agent_id: str, case_id: str) -> None:
    """Let the messages of a claim come back, as SQS does when the time is over."""
    mine = desks.of(agent_id).files.load(case_id)
    assert mine is not None
    desks.of(agent_id).queues.give_back(mine.receipts)


def test_an_agent_pulls_claims_answers_and_resolves_a_case(desks):
    case_id = desks.ask_for_help()

    assert "My card was declined" in run("pull")[1]
    code, shown = run("claim", "--agent", "sam")
    assert code == 0
    assert all(words in shown for words in (case_id, "Ada", "They wrote about paying.", "yours for 30 minutes"))
    desks.world.run(MINUTE)
    assert run("reply", case_id, "--agent", "sam", "--suggestion", "1") == (0, "sent by email\n")
    desks.world.run(MINUTE)
    code, text = run("resolve", case_id, "--agent", "sam", "--outcome", "solved", "--tag", "card")
    assert (code, text.endswith(f"{case_id} is resolved: solved\n")) == (0, True)

    assert desks.world.choices("ada", "escalation") == ["opened", "claimed", "replied", "resolved"]
    assert desks.bus.names() == ["Case Claimed", "Case Replied", "Case Resolved"]
    assert desks.case().resolved_at is not None
    assert desks.on_queues() == 0
    assert run("pull") == (0, "no case is waiting\n")
    assert "Ways to pay" in str(desks.emails[0].body)


def test_pulling_takes_nothing_from_anybody(desks):
    case_id = desks.ask_for_help()

    for _ in range(3):
        assert [one.waiting.case.case_id for one in desks.of("sam").pull()[0]] == [case_id]
    assert desks.on_queues() == 1


def test_a_claimed_case_is_out_of_sight_and_another_agent_is_told_so(desks):
    case_id = desks.ask_for_help()
    run("claim", case_id, "--agent", "sam")

    assert run("pull") == (0, "no case is waiting\n")
    assert run("claim", "--agent", "kim")[0] == 1
    code, text = run("claim", case_id, "--agent", "kim")
    assert (code, "not on the queues now" in text) == (1, True)


def test_also_where_the_queue_shows_it_to_both_only_one_agent_gets_it(desks):
    case_id = desks.ask_for_help()
    desks.of("sam").claim(case_id)
    let_go(desks, "sam", case_id)  # a standard queue may deliver twice

    with pytest.raises(CommandError, match="claimed by sam"):
        desks.of("kim").claim(case_id)
    assert "sam" in run("pull")[1]
    assert desks.case().claimed_by == "sam"


def test_of_two_agents_who_claim_at_the_same_moment_one_is_told_no(desks, monkeypatch):
    case_id = desks.ask_for_help()
    customers = desks.world.customers
    save, rivals = customers.save, iter(["kim"])

    def while_another_is_quicker(customer_id: str, item: Any) -> Any:
        for rival in rivals:
            case = desks.case()
            until = desks.world.now + 30 * MINUTE
            save(customer_id, replace(case, claimed_by=rival, claimed_until=until))
        return save(customer_id, item)

    monkeypatch.setattr(customers, "save", while_another_is_quicker)

    with pytest.raises(CommandError, match="claimed by kim"):
        desks.of("sam").claim(case_id)
    assert desks.of("sam").files.load(case_id) is None


def test_of_many_agents_at_once_exactly_one_gets_it(desks):
    case_id = desks.ask_for_help()
    start, winners = threading.Barrier(8), []

    def race(name: str) -> None:
        desk = desks.of(name)
        start.wait()
        try:
            desk._take("ada", case_id)
        except CommandError:
            return
        winners.append(name)

    threads = [threading.Thread(target=race, args=(f"agent-{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert winners == [desks.case().claimed_by]


def test_the_case_of_an_agent_who_is_gone_comes_back_when_the_claim_runs_out(desks):
    case_id = desks.ask_for_help()
    desks.of("sam").claim(case_id)
    desks.world.run(31 * MINUTE)
    let_go(desks, "sam", case_id)

    assert desks.of("kim").claim().case.case_id == case_id
    with pytest.raises(CommandError, match="claimed by kim"):
        desks.of("sam").reply(case_id, text="Hello", channel="email")
    with pytest.raises(CommandError, match="claimed by kim"):
        desks.of("sam").resolve(case_id, outcome="solved", tags=[])


def test_claiming_again_holds_a_case_longer(desks):
    case_id = desks.ask_for_help()
    desks.of("sam").claim(case_id)
    desks.world.run(20 * MINUTE)
    desks.of("sam").claim(case_id)

    assert desks.case().claimed_until == desks.world.now + 30 * MINUTE
    assert desks.bus.names() == ["Case Claimed"]


def test_a_claim_that_could_not_be_told_of_is_told_when_it_is_made_again(desks):
    case_id, tell = desks.ask_for_help(), desks.bus.put_events
    desks.bus.put_events = lambda **_: {"FailedEntryCount": 1, "Entries": [{"ErrorMessage": "slow down"}]}
    assert run("claim", case_id, "--agent", "sam")[0] == 1
    desks.bus.put_events = tell

    code, _ = run("claim", case_id, "--agent", "sam")

    assert code == 0
    assert desks.bus.names() == ["Case Claimed"]
    assert desks.case().claimed_by == "sam"


def test_a_reply_of_which_nobody_knows_what_became_says_how_to_ask_again(desks, monkeypatch):
    case_id = desks.ask_for_help()
    run("claim", case_id, "--agent", "sam")
    invoke = Functions.invoke

    def answers_too_late(self: Functions, **request: Any) -> Any:
        invoke(self, **request)
        raise ReadTimeoutError(endpoint_url="https://lambda.test")

    monkeypatch.setattr(Functions, "invoke", answers_too_late)
    code, said = run("reply", case_id, "--agent", "sam", "--channel", "email", "--text", "Try another card.")
    monkeypatch.setattr(Functions, "invoke", invoke)
    [again] = re.findall(r"--reply-id\s+(\S+),", said)

    assert code == 1
    words = ("--channel", "email", "--text", "Try another card.", "--reply-id", again)
    assert run("reply", case_id, "--agent", "sam", *words)[0] == 0
    assert len(desks.emails) == 1


def test_hold_claims_again_until_it_is_ended(desks):
    case_id = desks.ask_for_help()
    desks.of("sam").claim(case_id)
    slept = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        desks.world.run(timedelta(seconds=seconds))
        if len(slept) > 6:
            raise KeyboardInterrupt

    support.keep(desks.of("sam"), case_id, sleep)

    assert slept[0] == 600
    assert desks.case().claimed_until > desks.world.now


def test_a_case_given_back_is_free_at_once(desks):
    case_id = desks.ask_for_help()
    run("claim", "--agent", "sam")

    assert run("release", case_id, "--agent", "sam") == (0, f"{case_id} is free again\n")
    assert desks.of("kim").claim().case.case_id == case_id


def test_urgent_cases_come_first_and_what_was_added_to_a_case_is_part_of_it(desks):
    desks.ask_for_help()
    desks.ask_for_help(message_id="m2", text="Please, my rent depends on it", trigger="wants_a_person")
    in_journeys(desks.world, 1, "bo", vip=True)
    urgent = desks.ask_for_help("bo", message_id="m3", text="Hello?")

    listed, _ = desks.of("sam").pull()
    assert [one.waiting.case.customer_id for one in listed] == ["bo", "ada"]
    assert desks.of("sam").claim().case.case_id == urgent
    shown = run("show", listed[1].waiting.case.case_id)[1]
    assert "My card was declined" in shown
    assert "my rent depends on it" in shown
    assert listed[1].waiting.case.triggers == ("asked_for_help", "wants_a_person")


def test_what_was_resolved_elsewhere_is_taken_off_the_queue(desks):
    desks.ask_for_help()
    desks.world.customers.save("ada", replace(desks.case(), resolved_at=desks.world.now))

    assert desks.of("sam").pull() == ([], [])
    assert desks.on_queues() == 0


def test_what_is_no_case_is_told_and_left_for_whoever_put_it_there(desks):
    desks.sqs.send_message(QueueUrl=desks.normal, MessageBody='{"hello": 1}')

    assert "no case of schema 1" in run("pull")[1]
    assert desks.on_queues() == 1


def test_the_lint_warns_and_the_person_decides(desks):
    case_id = desks.ask_for_help()
    run("claim", "--agent", "sam")

    code, text = run("reply", case_id, "--agent", "sam", "--text", "-", given="Hurry, only 2 left, act now!!!\n")

    assert code == 0
    assert "warning:" in text
    assert "sent by email" in text


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("claim",), 2, "who are you?"),
        (("claim", "--agent", "sam", "--lease", "0.5"), 2, "from 1 minute to 12 hours"),
    ],
)
def test_what_cannot_be_is_refused_in_plain_words(words, code, said, monkeypatch):
    monkeypatch.setattr(support, "chosen_stage", lambda *_: Stage("test", None))  # type: ignore[arg-type]
    monkeypatch.setattr(support, "desk_of", desk_of)

    found, text = run(*words)
    assert (found, said in text) == (code, True), text


def test_a_reply_needs_words_and_a_case_on_the_desk(desks):
    case_id = desks.ask_for_help()

    assert run("reply", case_id, "--agent", "sam")[0] == 2
    assert run("reply", case_id, "--agent", "sam", "--suggestion", "99")[0] == 2
    with pytest.raises(InputError, match="not on your desk"):
        desks.of("sam").reply(case_id, text="Hello", channel="email")


def test_a_desk_is_readable_by_its_agent_alone(desks):
    case_id = desks.ask_for_help()
    desks.of("sam").claim(case_id)

    [file] = (desks.folder / "sam").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    desks.of("sam").resolve(case_id, outcome="solved", tags=[])
    assert list((desks.folder / "sam").iterdir()) == []


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_id_of_a_case_is_never_cut(desks, width):
    case_id = desks.ask_for_help(text="a long story " * 20)
    console = Console(width=width, file=io.StringIO())
    console.print(case_list(desks.of("sam").pull()[0], desks.world.now))

    assert case_id in console.file.getvalue()


def test_what_a_customer_writes_is_shown_as_it_is_and_never_as_markup(desks):
    case_id = desks.ask_for_help(text="[bold]hello[/bold] [link=https://evil.example]x[/link]")

    assert "[bold]hello[/bold] [link=https://evil.example]x[/link]" in run("show", case_id)[1]


def test_what_a_customer_writes_cannot_steer_the_agents_terminal(desks):
    case_id = desks.ask_for_help(text="before\x1b]0;owned\x07\x1b[2J\u202eafter\x9b31m")

    for shown in (run("show", case_id)[1], run("pull")[1]):
        assert "before" in shown
        assert not set("\x1b\x07\u202e\x9b") & set(shown)


def test_pull_prints_cases_as_json_for_other_tools(desks):
    case_id = desks.ask_for_help()

    [line] = run("pull", "--json")[1].splitlines()
    assert json.loads(line)["case_id"] == case_id
