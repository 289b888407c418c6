"""`attune quarantine` as it is typed, against moto's queues: nothing is lost, whatever is looked at."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner, Result

from attune_cli import quarantine as module
from attune_cli.errors import InputError
from attune_cli.main import app
from attune_cli.quarantine import Quarantine, checked_selection, pretty
from attune_cli.stage import Stage

EVENT = '{"source": "app.shop", "detail": {"type": "teleport", "name": "Grüße"}}'


class Queues:
    """The two queues, and what lies in them."""

    def __init__(self) -> None:
        self.sqs = boto3.client("sqs")
        self.quarantine, self.events = (
            self.sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("quarantine", "events")
        )

    def put(self, reason: str = "unknown_type", original: str = EVENT, **changes: str) -> str:
        """Quarantine an event; return its id."""
        record = {
            "reason": reason,
            "message": f"`detail.type` is 'teleport': use one of the calls in the Segment spec ({reason})",
            "sender": "aws.partner/segment.com/abcdef",
            "quarantined_at": "2026-11-24T12:00:00+00:00",
            "original": original,
            **changes,
        }
        return self.put_raw(json.dumps(record))

    def put_raw(self, body: str) -> str:
        return self.sqs.send_message(QueueUrl=self.quarantine, MessageBody=body)["MessageId"]

    def lying(self, url: str) -> list[str]:
        """Take every body that can be received now."""
        found: list[str] = []
        while messages := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            found += [message["Body"] for message in messages]
        return found

    def originals(self) -> list[str]:
        return [json.loads(body)["original"] for body in self.lying(self.quarantine)]


@pytest.fixture
def queues(monkeypatch: pytest.MonkeyPatch) -> Iterator[Queues]:
    monkeypatch.setattr(module, "WAIT_SECONDS", 0)
    with mock_aws():
        found = Queues()
        outputs = {"QuarantineQueueUrl": found.quarantine, "EventsQueueUrl": found.events}
        monkeypatch.setattr(Stage, "output", lambda _self, name: outputs[name])
        yield found


def attune(*words: str) -> Result:
    return CliRunner().invoke(app, ["quarantine", *words, "--stage", "dev"], terminal_width=100)


def test_a_list_says_what_when_who_and_why_in_lines_of_a_hundred_columns(
    queues: Queues, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("attune_cli.commands.quarantine.out.width", 100, raising=False)
    first = queues.put("unknown_type")
    queues.put("wrong_field", sender="app.shop")
    queues.put("wrong_field", sender="app.shop")

    result = attune("list")

    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    (line,) = [found for found in lines if "unknown_type" in found and found.strip().startswith(first[:8])]
    assert " 11-24 12:00 " in line
    assert "segment.com/abcdef" in line
    assert "`detail.type` is" in line
    assert all(len(found) <= 100 for found in lines)
    assert lines[-1] == "3 events: 2 wrong_field, 1 unknown_type"


def test_looking_takes_nothing_away_and_makes_nobody_wait(queues: Queues) -> None:
    ids = [queues.put(original=str(number)) for number in range(25)]

    assert attune("list").exit_code == 0
    assert attune("list", "--reason", "wrong_field").exit_code == 0
    assert attune("list", "--limit", "3").exit_code == 0
    assert attune("show", ids[7]).exit_code == 0

    assert sorted(map(int, queues.originals())) == list(range(25))


def test_a_list_can_be_limited_to_a_reason(queues: Queues) -> None:
    queues.put("unknown_type")
    queues.put("missing_id")

    result = attune("list", "--reason", "missing_id")

    assert "1 event: 1 missing_id" in result.stdout
    assert "unknown_type" not in result.stdout


def test_a_short_list_says_that_there_is_more(queues: Queues) -> None:
    for _ in range(5):
        queues.put()

    result = attune("list", "--limit", "2")

    assert "2 events" in result.stdout
    assert "about 5 messages" in result.stderr


def test_an_empty_quarantine_is_said_to_be_empty(queues: Queues) -> None:
    assert attune("list").stdout == "nothing in quarantine\n"
    assert "with the reason wrong_field" in attune("list", "--reason", "wrong_field").stdout
    assert attune("list", "--json").stdout == "[]\n"


def test_a_list_in_json_has_everything_but_the_originals(queues: Queues) -> None:
    message_id = queues.put("missing_id")

    (found,) = json.loads(attune("list", "--json").stdout)

    assert found["id"] == message_id
    assert set(found) == {"id", "reason", "sender", "quarantined_at", "message"}


def test_show_prints_the_original_indented_on_stdout_and_the_reason_beside_it(queues: Queues) -> None:
    message_id = queues.put()

    result = attune("show", message_id[:8])

    assert json.loads(result.stdout) == json.loads(EVENT)
    assert '\n  "source": "app.shop"' in result.stdout
    assert "Grüße" in result.stdout
    assert message_id in result.stderr
    assert "use one of the calls" in result.stderr


@pytest.mark.parametrize("original", ["{not json", "", "[" * 100_000])
def test_an_original_that_is_no_json_is_shown_as_it_is(original: str) -> None:
    assert pretty(original) == original


def test_an_id_that_nobody_has_is_said_so(queues: Queues) -> None:
    queues.put()

    result = attune("show", "no-such-id")

    assert result.exit_code == 2
    assert "no message 'no-such-id'" in result.stderr
    assert len(queues.originals()) == 1


def test_a_beginning_that_several_ids_share_is_refused(queues: Queues) -> None:
    first_characters = [queues.put()[0] for _ in range(17)]  # of sixteen that there are
    shared = max(first_characters, key=first_characters.count)

    result = attune("retry", shared)
    of_nothing = attune("retry", "")

    assert result.exit_code == of_nothing.exit_code == 2
    assert f"{first_characters.count(shared)} messages begin with" in result.stderr
    assert len(queues.originals()) == 17


def test_retry_hands_back_the_original_as_it_came_and_leaves_the_others(queues: Queues) -> None:
    message_id = queues.put(original=EVENT)
    queues.put(original="other")

    result = attune("retry", message_id)

    assert result.exit_code == 0, result.output
    assert "1 handed back" in result.stdout
    assert queues.lying(queues.events) == [EVENT]
    assert queues.originals() == ["other"]


def test_retry_by_reason_or_of_all(queues: Queues) -> None:
    for number in range(12):
        queues.put("wrong_field" if number % 2 else "missing_id", original=str(number))

    by_reason = attune("retry", "--reason", "wrong_field")
    after_reason = sorted(map(int, queues.lying(queues.events)))
    of_all = attune("retry", "--all")

    assert "6 handed back" in by_reason.stdout
    assert after_reason == [1, 3, 5, 7, 9, 11]
    assert "6 handed back" in of_all.stdout
    assert sorted(map(int, queues.lying(queues.events))) == [0, 2, 4, 6, 8, 10]
    assert queues.originals() == []


@pytest.mark.parametrize("words", [(), ("--all", "--reason", "wrong_field"), ("some-id", "--all")])
def test_retry_wants_to_know_exactly_what(queues: Queues, words: tuple[str, ...]) -> None:
    queues.put()

    result = attune("retry", *words)

    assert result.exit_code == 2
    assert "say which" in result.stderr
    assert len(queues.originals()) == 1


def test_what_holds_no_original_stays_and_is_named(queues: Queues) -> None:
    queues.put_raw("not a record")
    queues.put_raw("[]")
    queues.put(original="good")

    result = attune("retry", "--all")

    assert result.exit_code == 1
    assert "1 handed back" in result.stdout
    assert "2 could not be handed back" in result.stderr
    assert queues.lying(queues.events) == ["good"]
    assert sorted(queues.lying(queues.quarantine)) == ["[]", "not a record"]


def test_what_is_no_record_is_listed_as_unreadable(queues: Queues) -> None:
    queues.put_raw("not a record")

    assert "1 event: 1 unreadable" in attune("list").stdout


class FaultySqs:
    """Moto's SQS, one of whose actions does not work."""

    def __init__(self, client: Any, broken: str, error: BaseException) -> None:
        self._client, self._broken, self._error = client, broken, error

    def __getattr__(self, name: str) -> Any:
        if name != self._broken:
            return getattr(self._client, name)

        def fail(**_: object) -> None:
            raise self._error

        return fail


def refused(sqs: Any) -> BaseException:
    return sqs.exceptions.QueueDoesNotExist({"Error": {"Code": "QueueDoesNotExist", "Message": "gone"}}, "any")


def test_an_event_that_the_queue_does_not_take_stays_in_quarantine(queues: Queues) -> None:
    message_id = queues.put()
    broken = FaultySqs(queues.sqs, "send_message", refused(queues.sqs))

    outcome = Quarantine(broken, queues.quarantine, queues.events).retry({message_id}, lambda _: None)

    assert (outcome.sent, len(outcome.failed)) == (0, 1)
    assert queues.originals() == [EVENT]


def test_an_event_that_cannot_be_deleted_is_named_because_it_may_be_handed_back_twice(queues: Queues) -> None:
    message_id = queues.put()
    broken = FaultySqs(queues.sqs, "delete_message", refused(queues.sqs))

    outcome = Quarantine(broken, queues.quarantine, queues.events).retry({message_id}, lambda _: None)

    assert (outcome.sent, outcome.twice) == (1, [message_id])
    assert queues.lying(queues.events) == [EVENT]
    assert queues.originals() == [EVENT]


def test_an_interruption_in_the_middle_loses_nothing(queues: Queues) -> None:
    chosen = {queues.put(original=str(number)) for number in range(15)}
    broken = FaultySqs(queues.sqs, "send_message", KeyboardInterrupt())

    with pytest.raises(KeyboardInterrupt):
        Quarantine(broken, queues.quarantine, queues.events).retry(chosen, lambda _: None)

    assert sorted(map(int, queues.originals())) == list(range(15))


def test_what_is_refused_again_meanwhile_is_left_for_the_next_time(queues: Queues) -> None:
    class Bounces(FaultySqs):
        """Puts every event that is handed back into quarantine again, at once."""

        def send_message(self, **request: str) -> None:
            queues.put(original=request["MessageBody"])

    for number in range(15):
        queues.put(original=str(number))
    quarantine = Quarantine(Bounces(queues.sqs, "", KeyError()), queues.quarantine, queues.events)

    outcome = quarantine.retry(quarantine.choose(lambda _: True), lambda _: None)

    assert (outcome.sent, outcome.missing) == (15, set())
    assert sorted(map(int, queues.originals())) == list(range(15))


def test_what_somebody_else_looks_at_is_said_to_be_missing(queues: Queues) -> None:
    queues.put(original="mine")

    outcome = Quarantine(queues.sqs, queues.quarantine, queues.events).retry({"gone"}, lambda _: None)

    assert (outcome.sent, outcome.missing) == (0, {"gone"})
    assert queues.originals() == ["mine"]


def test_progress_hears_of_every_chosen_message(queues: Queues) -> None:
    chosen = {queues.put() for _ in range(12)}
    heard: list[int] = []

    Quarantine(queues.sqs, queues.quarantine, queues.events).retry(chosen, heard.append)

    assert sum(heard) == 12


def test_a_selection_is_one_of_three() -> None:
    checked_selection("id", reason="", everything=False)
    checked_selection(None, reason="wrong_field", everything=False)
    checked_selection(None, reason="", everything=True)
    with pytest.raises(InputError):
        checked_selection(None, reason="", everything=False)
