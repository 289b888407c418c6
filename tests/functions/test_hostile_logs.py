"""What customers say about themselves is in no log line: canaries in every field of every event, and then things fail."""

import io
import itertools
import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws
from pydantic import BaseModel, ValidationError

from attune.adapters.customers_table import CustomersTable
from attune.adapters.logs import Logger, masked, told_safely
from functions.ingest_events.ingesting import logger
from tests.support.events import envelope, identify, track
from tests.support.world import World

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SCHEMAS = sorted((Path(__file__).resolve().parents[2] / "docs" / "events" / "schemas").glob("*.json"))
CANARY = "canaria"
"""In everything that is planted: a word that no code of ours, no library and no AWS says."""
_numbers = itertools.count(1)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that functions and libraries log, at the level of a function, and what they print."""
    written = io.StringIO()
    handler = logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(written)
    libraries = logging.StreamHandler(written)
    libraries.setLevel(logging.INFO)
    libraries.addFilter(lambda record: not record.name.startswith("attune"))  # ours, as Powertools filters it in Lambda
    logging.getLogger().addHandler(libraries)
    level = logger.log_level
    logger.setLevel("DEBUG")
    monkeypatch.setattr("sys.stdout", written)
    monkeypatch.setattr("sys.stderr", written)
    yield written
    logger.setLevel(level)
    logging.getLogger().removeHandler(libraries)
    if before is not None:
        handler.setStream(before)


def planted(schema: dict[str, Any], root: dict[str, Any]) -> Any:
    """Return a value that a schema allows, with a canary wherever it allows free text, and in fields of no schema."""
    if "$ref" in schema:
        return planted(root["definitions"][schema["$ref"].rpartition("/")[2]], root)
    if "properties" in schema:
        inside = {name: planted(part, root) for name, part in schema["properties"].items()}
        return {**inside, f"{CANARY}Unknown": free(), "note": free()}
    if "anyOf" in schema:
        return planted(schema["anyOf"][0], root)
    if "enum" in schema:
        return schema["enum"][0]
    types = schema.get("type", "string")
    match types[0] if isinstance(types, list) else types:
        case "array":
            return [planted(schema.get("items", {}), root)]
        case "integer" | "number":
            return 1
        case "boolean":
            return True
    return NOON.isoformat() if schema.get("format") == "date-time" else free()


def free() -> str:
    """Return a text with a canary: a name, an address and a number."""
    return f"{CANARY}-{next(_numbers)} Lovelace {CANARY}{next(_numbers)}@shop.example +4479001{next(_numbers):06}"


def call_of(path: Path) -> dict[str, Any]:
    """Return the event of a schema, planted, in a form that is read."""
    schema = json.loads(path.read_text(encoding="utf-8"))
    found: dict[str, Any] = planted(schema, schema)
    found["type"] = path.stem.partition(".")[0]
    found |= {"userId": f"{CANARY}-user", "messageId": f"{CANARY}-{path.stem}", "timestamp": NOON.isoformat()}
    found.pop("anonymousId", None)
    return found


def spoilt(call: dict[str, Any]) -> list[str]:
    """Return the same event in ways that are refused: without a type, of a strange type, in ruins."""
    whole = envelope(call)
    return [
        envelope({name: value for name, value in call.items() if name != "type"}),
        envelope({**call, "type": free()}),
        envelope({**call, "timestamp": free()}),
        envelope({**call, "properties": free(), "traits": free(), "context": [free()]}),
        whole[: len(whole) * 2 // 3],
    ]


def assert_silent(text: str) -> None:
    """Fail where a log says anything that was planted."""
    assert text.strip(), "something was logged, or the test listens to nothing"
    for line in text.splitlines():
        assert CANARY not in line.lower(), line[:2000]
        assert "Lovelace" not in line, line[:2000]
        assert "+4479001" not in line, line[:2000]


def test_there_is_an_event_of_each_family_and_each_holds_canaries() -> None:
    assert len(SCHEMAS) > 60
    assert {path.stem.partition(".")[0] for path in SCHEMAS} == {
        "alias",
        "group",
        "identify",
        "page",
        "screen",
        "track",
    }
    assert all(json.dumps(call_of(path)).count(CANARY) > 5 for path in SCHEMAS)


def test_every_family_taken_in_or_refused_leaves_no_canary_in_the_log(lines: io.StringIO) -> None:
    with mock_aws():
        world = World(NOON)
        calls = [call_of(path) for path in SCHEMAS]
        world.publish(*calls)
        world.deliver(*(body for call in calls for body in spoilt(call)))

    assert world.tally["accepted"] > 40
    assert world.tally["quarantined"] > 150
    assert_silent(lines.getvalue())


def failing(error: Callable[[str], Exception]) -> Callable[..., Any]:
    """Return a method that fails with an error which says all that it was called with."""

    def method(*arguments: Any, **more: Any) -> Any:
        raise error(f"cannot handle {arguments!r} {more!r}")

    return method


class Strict(BaseModel):
    """What pydantic says of a wrong value is the value."""

    age: int


def of_pydantic(text: str) -> Exception:
    """Return the error that pydantic raises on a text."""
    try:
        Strict.model_validate({"age": text})
    except ValidationError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize("error", [ValueError, KeyError, of_pydantic])
def test_when_things_fail_with_the_customer_in_their_words_the_log_has_the_error_and_not_the_customer(
    lines: io.StringIO, monkeypatch: pytest.MonkeyPatch, error: Callable[[str], Exception]
) -> None:
    call = identify(f"{CANARY}-user", NOON, firstName=f"{CANARY} Lovelace", email=f"{CANARY}@shop.example")
    with mock_aws():
        world = World(NOON)
        monkeypatch.setattr(CustomersTable, "load", failing(error))
        monkeypatch.setattr(CustomersTable, "save", failing(error))
        assert world.publish(call)

    assert "_failed" in lines.getvalue()
    assert type(error("x")).__name__ in lines.getvalue()
    assert_silent(lines.getvalue())


def test_a_whole_story_from_trouble_to_a_message_a_reply_and_a_case_names_nobody(lines: io.StringIO) -> None:
    who = f"{CANARY}-user"
    with mock_aws():
        world = World(NOON)
        traits = {"firstName": f"{CANARY} Lovelace", "email": f"{CANARY}@shop.example", "phone": "+447900123456"}
        world.publish(identify(who, NOON, **traits, timezone="Europe/London", locale="en"))
        world.publish(track(who, "Consent Granted", NOON, channels=["sms", "email"], source=CANARY))
        world.publish(track(who, "Product Added", NOON, name=free(), cart_id=CANARY))
        world.publish(*(track(who, "Page Reloaded", NOON) for _ in range(3)), track(who, "Form Failed", NOON))
        world.run(timedelta(days=4))
        world.publish(track(who, "Message Replied", world.now, text=f"please call me, {free()}", channel="sms"))
        world.run(timedelta(days=1))
        world.deliver("not an event")

        assert world.texts, "a message left"
        assert world.support.messages or world.urgent.messages, "a case was opened"
    assert_silent(lines.getvalue())
    assert "+447900123456" not in lines.getvalue()


def test_the_log_of_an_error_still_tells_where_and_what(lines: io.StringIO) -> None:
    def inner() -> None:
        raise KeyError(free())

    try:
        try:
            inner()
        except KeyError as error:
            problem = ValueError(f"unknown zone {free()!r}")
            problem.add_note(free())
            raise problem from error
    except ValueError:
        Logger().exception("step_failed", journey_id="j-1")

    line = json.loads(lines.getvalue())
    assert (line["message"], line["journey_id"], line["exception_name"]) == ("step_failed", "j-1", "ValueError")
    assert "builtins.ValueError: unknown zone [removed]" in line["exception"]
    assert line["exception"].index("KeyError") < line["exception"].index("ValueError")
    assert ", in inner" in line["exception"]
    assert_silent(lines.getvalue())


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Email address is not verified: ada@shop.example", "Email address is not verified: [removed]"),
        ("Invalid parameter: +44 7900 123456 is opted out", "Invalid parameter: [removed] is opted out"),
        ("Invalid isoformat string: 'Ada\\'s day'", "Invalid isoformat string: [removed]"),
        ('no such zone "Ada"', "no such zone [removed]"),
        ("An error occurred (ThrottlingException) when calling Query", None),
    ],
)
def test_a_message_keeps_its_words_and_loses_what_it_quotes(said: str, told: str | None) -> None:
    assert masked(said) == (told or said)


@given(st.emails() | st.from_regex(r"\+\d{8,14}", fullmatch=True), st.text(max_size=20))
def test_no_address_survives_wherever_it_stands(address: str, around: str) -> None:
    assert address not in masked(f"{around} {address} {around}") or len(address) < 3


@given(st.text(min_size=8, alphabet=st.characters(categories=["L"]), max_size=40))
def test_nothing_that_pydantic_was_given_is_told(value: str) -> None:
    told = told_safely(of_pydantic(value))

    assert "int_parsing" in told
    assert value not in told
