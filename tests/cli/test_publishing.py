"""The core of `attune publish`: batches, refusals by line, retries by entry."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune_cli.publishing import BYTES_PER_REQUEST, Line, LineError, Outcome, Publisher, batches, read_line
from tests.cli.fake_bus import FakeBus

SOURCE = "app.shop"


def event(number: int = 1) -> bytes:
    return json.dumps({"type": "track", "event": "Cart Viewed", "messageId": f"m-{number}"}).encode()


def publish(bus: FakeBus, *lines: bytes, attempts: int = 3) -> tuple[Outcome, list[float]]:
    pauses: list[float] = []
    publisher = Publisher(
        bus, bus="a-bus", source=SOURCE, attempts=attempts, sleep=pauses.append, chance=random.Random(1)
    )
    return publisher.publish(lines), pauses


def test_an_entry_carries_the_source_the_events_type_and_the_line_as_it_was() -> None:
    bus = FakeBus()

    outcome, _ = publish(bus, b'  {"type": "identify",  "userId": "c-1"}\n')

    assert outcome.accepted == 1
    assert bus.accepted == [
        {
            "EventBusName": "a-bus",
            "Source": "app.shop",
            "DetailType": "identify",
            "Detail": '{"type": "identify",  "userId": "c-1"}',
        }
    ]


def test_ten_events_at_most_go_into_one_request_and_keep_their_order() -> None:
    bus = FakeBus()

    outcome, _ = publish(bus, *(event(number) for number in range(23)))

    assert outcome.accepted == 23
    assert [len(request) for request in bus.requests] == [10, 10, 3]
    assert [json.loads(entry["Detail"])["messageId"] for entry in bus.accepted] == [f"m-{n}" for n in range(23)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"type": "track"', "not JSON: Expecting ',' delimiter at column 17"),
        (b"[1, 2]", "an event is a JSON object, this is an array"),
        (b"null", "an event is a JSON object, this is null"),
        (b'{"event": "Cart Viewed"}', 'an event needs a "type" such as "track" or "identify"'),
        (b'{"type": 7}', 'an event needs a "type" such as "track" or "identify"'),
        (b'{"type": "track", "value": NaN}', "not JSON: NaN is not a JSON value"),
        (b'{"type": "track", "name": "\xff"}', "not UTF-8 from byte 28 on"),
        (b"[" * 100_000, "not an event: nested too deeply to read"),
        (b'{"type": "track", "x": "%s"}' % (b"x" * BYTES_PER_REQUEST), "1,000,039 bytes; EventBridge takes less"),
    ],
)
def test_a_line_that_is_no_event_is_named_with_its_reason_and_not_sent(line: bytes, reason: str) -> None:
    bus = FakeBus()

    outcome, _ = publish(bus, event(1), line, b"\n", event(2))

    assert outcome.accepted == 2
    assert [refusal.number for refusal in outcome.refused] == [2]
    assert outcome.refused[0].reason.startswith(reason)
    assert len(bus.accepted) == 2


def test_only_the_failed_entries_of_a_request_are_offered_again() -> None:
    second = event(2).decode()
    bus = FakeBus({second: ["ThrottlingException", "InternalFailure"]})

    outcome, pauses = publish(bus, event(1), event(2), event(3))

    assert outcome.accepted == 3
    assert outcome.is_complete
    assert outcome.retries == 2
    assert [len(request) for request in bus.requests] == [3, 1, 1]
    assert len(pauses) == 2
    assert 0 < pauses[0] < pauses[1]


def test_an_entry_that_keeps_failing_is_reported_after_the_last_attempt() -> None:
    second = event(2).decode()
    bus = FakeBus({second: ["ThrottlingException"] * 9})

    outcome, pauses = publish(bus, event(1), event(2), attempts=3)

    assert outcome.accepted == 1
    assert [(refusal.number, refusal.reason) for refusal in outcome.refused] == [
        (2, "ThrottlingException: told to fail")
    ]
    assert len(pauses) == 2


def test_an_entry_that_can_never_be_accepted_is_not_offered_again() -> None:
    first = event(1).decode()
    bus = FakeBus({first: ["MalformedDetail"]})

    outcome, pauses = publish(bus, event(1), event(2))

    assert outcome.accepted == 1
    assert outcome.refused[0].number == 1
    assert pauses == []


def test_a_bus_out_of_reach_ends_the_work_and_says_from_which_line_on() -> None:
    bus = FakeBus(dies_at_request=2)

    outcome, _ = publish(bus, *(event(number) for number in range(30)))

    assert outcome.accepted == 10
    assert not outcome.is_complete
    assert outcome.stopped.startswith("line 11 and what follows was not sent")


def test_every_line_is_settled_once_for_the_progress_bar() -> None:
    settled: list[int] = []
    publisher = Publisher(
        FakeBus(), bus="a-bus", source=SOURCE, attempts=1, sleep=lambda _: None, chance=random.Random(1)
    )

    publisher.publish([event(1), b"nonsense", b"", *(event(number) for number in range(20))], settled.append)

    assert sum(settled) == 23


def test_a_byte_order_mark_before_the_first_event_does_no_harm() -> None:
    assert read_line(1, b"\xef\xbb\xbf" + event(), source=SOURCE).detail_type == "track"


def test_a_line_error_is_a_value_error() -> None:
    with pytest.raises(LineError, match="JSON object"):
        read_line(1, b"1", source=SOURCE)


@given(st.lists(st.integers(min_value=1, max_value=BYTES_PER_REQUEST - 100), max_size=40))
def test_no_request_is_ever_too_large_and_no_line_is_lost(sizes: list[int]) -> None:
    lines = [Line(number, "track", "x" * size) for number, size in enumerate(sizes)]

    grouped = list(batches(lines, source=SOURCE))

    assert [line for batch in grouped for line in batch] == lines
    assert all(len(batch) <= 10 for batch in grouped)
    assert all(sum(line.size(SOURCE) for line in batch) < BYTES_PER_REQUEST for batch in grouped)
