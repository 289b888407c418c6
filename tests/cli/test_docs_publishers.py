"""The publishers in `examples/`: batches, sizes, entries offered again, and a receipt for every event."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from attune_cli.cdk import ROOT
from tests.cli.fake_bus import FakeBus

EXAMPLES = ROOT / "examples"
SDK = ROOT / ".local" / "examples"
"""Where `make install` puts the AWS SDK for JavaScript."""


class StrictBus(FakeBus):
    """Refuses requests that EventBridge would refuse; messages fail as planned by their id."""

    def __init__(self, failures: dict[str, list[str]] | None = None, *, dies_at_request: int = 0) -> None:
        super().__init__(dies_at_request=dies_at_request)
        self.plans = {name: list(codes) for name, codes in (failures or {}).items()}

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - boto3's own name
        sizes = [len((e["Source"] + e["DetailType"] + e["Detail"]).encode()) for e in Entries]
        if not 1 <= len(Entries) <= 10 or sum(sizes) >= 1_000_000:
            raise ClientError({"Error": {"Code": "ValidationException", "Message": "too much"}}, "PutEvents")
        return super().put_events(Entries=Entries)

    def _take(self, entry: dict[str, Any]) -> dict[str, str]:
        codes = self.plans.get(json.loads(entry["Detail"])["messageId"])
        return {"ErrorCode": codes.pop(0)} if codes else super()._take(entry)


def calls(count: int, **properties: object) -> list[dict[str, Any]]:
    return [
        {"type": "track", "event": "Cart Viewed", "userId": "c", "messageId": f"m-{n}", "properties": properties}
        for n in range(count)
    ]


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Any:
    spec = importlib.util.spec_from_file_location("publish_event", EXAMPLES / "publish_event.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "publish_event", module)  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def publish(example: Any, bus: FakeBus, events: list[dict[str, Any]]) -> tuple[list[Any], list[float]]:
    pauses: list[float] = []
    return example.Publisher(bus, "shop", sleep=pauses.append).publish(events), pauses


def test_every_event_gets_a_receipt_in_order_and_ten_go_in_a_request(example: Any) -> None:
    bus = StrictBus()

    receipts, pauses = publish(example, bus, calls(23))

    assert [len(request) for request in bus.requests] == [10, 10, 3]
    assert [receipt.message_id for receipt in receipts] == [f"m-{n}" for n in range(23)]
    assert all(receipt.is_accepted and receipt.tries == 1 for receipt in receipts)
    assert pauses == []


def test_a_request_stays_below_its_size_and_what_is_too_large_alone_is_not_offered(example: Any) -> None:
    bus = StrictBus()
    large, huge = calls(6, filler="ä" * 100_000), {**calls(1, filler="x" * 300_000)[0], "messageId": "huge"}

    receipts, _ = publish(example, bus, [*large, huge])

    assert [len(request) for request in bus.requests] == [4, 2]
    assert [receipt.is_accepted for receipt in receipts] == [*[True] * 6, False]
    assert (receipts[-1].tries, "bytes are too many" in receipts[-1].error) == (0, True)


def test_entries_that_fail_in_passing_are_offered_again_and_only_those(example: Any) -> None:
    bus = StrictBus({"m-3": ["ThrottlingException"], "m-11": ["InternalFailure"] * 2})

    receipts, pauses = publish(example, bus, calls(12))

    assert [len(request) for request in bus.requests] == [10, 1, 2, 1, 1]
    assert all(receipt.is_accepted for receipt in receipts)
    assert [(receipts[n].tries) for n in (0, 3, 11)] == [1, 2, 3]
    assert len(pauses) == 3
    assert all(0.2 <= pause <= 0.8 for pause in pauses)


def test_an_entry_that_keeps_failing_is_given_up_with_its_reason(example: Any) -> None:
    receipts, pauses = publish(example, StrictBus({"m-0": ["InternalFailure"] * 9}), calls(2))

    assert [(receipt.is_accepted, receipt.error, receipt.tries) for receipt in receipts] == [
        (False, "InternalFailure", 5),
        (True, "", 1),
    ]
    assert len(pauses) == 4


def test_an_entry_that_is_refused_for_good_is_not_offered_again(example: Any) -> None:
    receipts, pauses = publish(example, StrictBus({"m-0": ["NotAuthorizedForSourceException"]}), calls(1))

    assert (receipts[0].error, receipts[0].tries, pauses) == ("NotAuthorizedForSourceException", 1, [])


def test_when_requests_fail_altogether_receipts_say_what_was_sent_and_what_was_not(example: Any) -> None:
    receipts, _ = publish(example, StrictBus(dies_at_request=2), calls(25))

    assert [receipt.is_accepted for receipt in receipts] == [*[True] * 10, *[False] * 15]
    assert "Could not connect" in receipts[10].error
    assert receipts[24].error == "not offered"


def test_a_call_without_message_id_and_time_gets_them_once(example: Any) -> None:
    bus = StrictBus()

    receipts, _ = publish(example, bus, [{"type": "page", "userId": "c"}])

    sent = json.loads(bus.accepted[0]["Detail"])
    assert sent["messageId"] == receipts[0].message_id
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", sent["timestamp"])


HARNESS = """
import { readFile } from "node:fs/promises";
import { publish } from "./publish_event.mjs";
const { calls, failures, diesAt } = JSON.parse(await readFile("said.json", "utf8"));
const requests = [];
const pauses = [];
const client = {
  send: async ({ input: { Entries } }) => {
    requests.push(Entries.length);
    const bytes = Entries.reduce((sum, e) => sum + Buffer.byteLength(e.Source + e.DetailType + e.Detail), 0);
    if (Entries.length > 10 || bytes >= 1_000_000 || requests.length === diesAt) throw new Error("refused altogether");
    const told = Entries.map(({ Detail }) => failures[JSON.parse(Detail).messageId]?.shift());
    const results = told.map((code, n) => (code ? { ErrorCode: code } : { EventId: String(n) }));
    return { FailedEntryCount: told.filter(Boolean).length, Entries: results };
  },
};
const receipts = await publish(client, "shop", calls, { sleep: async (pause) => pauses.push(pause) });
console.log(JSON.stringify({ receipts, requests, pauses }));
"""


def publish_in_javascript(
    events: list[dict[str, Any]], folder: Path, failures: dict[str, list[str]] | None = None, dies_at: int = 0
) -> dict[str, Any]:
    """Run the JavaScript publisher on a made-up bus."""
    node = shutil.which("node")
    assert node, "Node is missing: make install says where to get it"
    assert (SDK / "node_modules").is_dir(), "the AWS SDK for JavaScript is missing: make install"
    (folder / "node_modules").symlink_to(SDK / "node_modules")
    (folder / "publish_event.mjs").write_text((EXAMPLES / "publish_event.mjs").read_text())
    (folder / "harness.mjs").write_text(HARNESS)
    (folder / "said.json").write_text(json.dumps({"calls": events, "failures": failures or {}, "diesAt": dies_at}))
    ran = subprocess.run([node, "harness.mjs"], cwd=folder, check=False, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_in_javascript_entries_that_fail_in_passing_are_offered_again_and_every_event_gets_a_receipt(
    tmp_path: Path,
) -> None:
    failures = {
        "m-1": ["NotAuthorizedForSourceException"],
        "m-3": ["ThrottlingException"],
        "m-11": ["InternalFailure"] * 9,
    }

    outcome = publish_in_javascript(calls(12), tmp_path, failures)

    receipts = {receipt["messageId"]: receipt for receipt in outcome["receipts"]}
    assert list(receipts) == [f"m-{n}" for n in range(12)]
    assert outcome["requests"] == [10, 1, 2, 1, 1, 1, 1]
    assert (receipts["m-1"]["error"], receipts["m-1"]["tries"]) == ("NotAuthorizedForSourceException", 1)
    assert ("eventId" in receipts["m-3"], receipts["m-3"]["tries"]) == (True, 2)
    assert (receipts["m-11"]["error"], receipts["m-11"]["tries"]) == ("InternalFailure", 5)
    assert all(200 <= pause <= 8_000 for pause in outcome["pauses"])


def test_in_javascript_too_a_request_that_fails_altogether_ends_it_and_the_receipts_say_so(tmp_path: Path) -> None:
    outcome = publish_in_javascript(calls(25), tmp_path, dies_at=2)

    assert ["eventId" in receipt for receipt in outcome["receipts"]] == [*[True] * 10, *[False] * 15]
    assert "refused altogether" in outcome["receipts"][10]["error"]
    assert outcome["receipts"][24]["error"] == "not offered"


def test_in_javascript_too_a_request_stays_below_its_size(tmp_path: Path) -> None:
    large, huge = calls(6, filler="ä" * 100_000), {**calls(1, filler="x" * 300_000)[0], "messageId": "huge"}

    outcome = publish_in_javascript([*large, huge], tmp_path)

    assert outcome["requests"] == [4, 2]
    assert ["eventId" in receipt for receipt in outcome["receipts"]] == [*[True] * 6, False]
    assert outcome["receipts"][-1]["tries"] == 0
