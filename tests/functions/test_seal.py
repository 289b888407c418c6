"""The nightly seal: each day once, whatever is interrupted, late, missing or tampered with."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from attune.adapters.seal_store import SealStore
from attune.domain.errors import ConflictError
from attune.domain.sealing import Verdict
from attune_cli.auditing.verifying import Verified, told, verify
from attune_cli.errors import CommandError, InputError
from functions.seal_decisions.sealing import Sealer

DAY = date(2026, 11, 18)
NIGHT = timedelta(hours=4, minutes=15)


def night_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC) + NIGHT


class Lake:
    """A lake in a dictionary, in place of Athena."""

    def __init__(self) -> None:
        self.days: dict[date, dict[str, str]] = {}

    def by_day(self, first: date, last: date) -> dict[date, dict[str, str]]:
        return {day: dict(rows) for day, rows in self.days.items() if first <= day <= last}

    def first_day(self) -> date | None:
        return min(self.days, default=None)


class Log:
    """The lake, what bears witness to it, and the function that seals."""

    def __init__(self) -> None:
        self.s3 = boto3.client("s3")
        self.s3.create_bucket(Bucket="evidence")
        self.store = SealStore(self.s3, "evidence")
        self.lake = Lake()

    def write(self, day: date, rows: dict[str, str], *, announced: date | None = None) -> None:
        self.store.announce(announced or day, rows)
        self.arrive(day, rows)

    def arrive(self, day: date, rows: dict[str, str]) -> None:
        self.lake.days.setdefault(day, {}).update(rows)

    def seal(self, day: date) -> dict[str, int]:
        return vars(Sealer(self.lake, self.store, 400).seal(night_after(day)))  # type: ignore[arg-type]

    def verify(self, *, today: date = DAY + timedelta(days=4), **options: Any) -> Verified:
        given = {"first": None, "last": None, "head": "", **options}
        return verify(self.lake, self.store, now=night_after(today), **given)  # type: ignore[arg-type]


@pytest.fixture
def log() -> Iterator[Log]:
    with mock_aws():
        yield Log()


def days(count: int) -> list[date]:
    return [DAY + timedelta(days=n) for n in range(count)]


@pytest.fixture
def sealed(log: Log) -> Log:
    """Return a log of three sealed days."""
    for number, day in enumerate(days(3)):
        log.write(day, {f"row-{number}-{n}": f"{n}" * 8 for n in range(3)})
        log.seal(day)
    return log


def test_each_day_gets_one_seal_that_follows_from_the_one_before(sealed: Log) -> None:
    seals = sealed.store.seals()

    assert [(seal.day, seal.rows, seal.expected) for seal in seals] == [(day.isoformat(), 3, 3) for day in days(3)]
    assert [seal.previous for seal in seals[1:]] == [seal.hash for seal in seals[:-1]]
    assert sealed.verify(today=days(3)[-1]).is_intact


def test_sealing_again_changes_nothing(sealed: Log) -> None:
    before = sealed.store.seals()

    assert sealed.seal(days(3)[-1]) == {"sealed": 0, "late": 0, "missing": 0, "tampered": 0, "unsealed": 0}
    assert sealed.store.seals() == before


def test_nights_that_were_missed_are_made_up_for_and_days_without_decisions_are_sealed_too(log: Log) -> None:
    log.write(DAY, {"a": "1111"})

    found = log.seal(DAY + timedelta(days=3))

    assert [(seal.day, seal.rows) for seal in log.store.seals()] == [
        (day.isoformat(), 1 if day == DAY else 0) for day in days(4)
    ]
    assert (found["sealed"], found["unsealed"]) == (4, 0)


def test_a_run_that_died_between_rows_and_seal_goes_on_from_there(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    log.write(DAY, {"a": "1111"})
    put = log.s3.put_object

    def dies(**request: Any) -> Any:
        if request["Key"].startswith("seals/"):
            raise ClientError({"Error": {"Code": "InternalError"}}, "PutObject")
        return put(**request)

    monkeypatch.setattr(log.s3, "put_object", dies)
    with pytest.raises(ClientError):
        log.seal(DAY)
    monkeypatch.undo()
    log.arrive(DAY, {"b": "2222"})
    log.store.announce(DAY, {"b": "2222"})
    log.seal(DAY)

    assert [seal.rows for seal in log.store.seals()] == [2]
    assert log.verify(today=DAY).is_intact


def test_two_runs_at_once_write_each_link_once(sealed: Log) -> None:
    last = sealed.store.seals()[-1]

    with pytest.raises(ConflictError, match="seal 3 is there already"):
        sealed.store.add(last, {})


def test_rows_that_come_late_get_a_seal_of_their_own(sealed: Log) -> None:
    sealed.write(days(3)[1], {"late": "9999"})

    found = sealed.seal(days(4)[-1])

    late = [seal for seal in sealed.store.seals() if seal.late]
    assert [(seal.day, seal.rows) for seal in late] == [(days(3)[1].isoformat(), 1)]
    assert (found["late"], found["tampered"]) == (1, 0)
    assert sealed.verify(today=days(4)[-1]).is_intact


def test_a_row_announced_before_midnight_may_arrive_after_it(log: Log) -> None:
    log.write(DAY, {"a": "1111"})
    log.write(DAY + timedelta(days=1), {"b": "2222"}, announced=DAY)

    first, second = log.seal(DAY), log.seal(DAY + timedelta(days=1))

    assert (first["missing"], second["tampered"]) == (0, 0)


def test_rows_that_the_stream_announced_and_the_lake_never_got_are_missed(log: Log) -> None:
    log.write(DAY, {"a": "1111"})
    log.store.announce(DAY, {"lost": "2222"})

    found = log.seal(DAY)

    (seal,) = log.store.seals()
    assert (found["missing"], seal.missing, seal.expected) == (1, ("lost",), 2)
    verified = log.verify(today=DAY)
    assert not verified.is_intact
    assert any("1 NEVER ARRIVED" in line for line in told(verified))


def test_a_row_that_nobody_announced_is_tampering_from_the_second_day_on(log: Log) -> None:
    log.write(DAY, {"a": "1111"})
    log.arrive(DAY, {"from-before-announcements": "0000"})
    assert log.seal(DAY)["tampered"] == 0
    log.write(days(2)[1], {"b": "2222"})
    log.arrive(days(2)[1], {"forged": "3333"})

    found = log.seal(days(2)[1])

    assert found["tampered"] == 1
    assert log.store.seals()[-1].unannounced == ("forged",)


def test_a_row_changed_on_its_way_is_tampering(log: Log) -> None:
    log.write(DAY, {"a": "1111"})
    log.seal(DAY)
    log.store.announce(days(2)[1], {"b": "2222"})
    log.arrive(days(2)[1], {"b": "2223"})

    assert log.seal(days(2)[1])["tampered"] == 1


def test_days_from_before_announcements_are_sealed_as_they_are(log: Log) -> None:
    log.arrive(DAY, {"a": "1111"})

    assert log.seal(DAY) == {"sealed": 1, "late": 0, "missing": 0, "tampered": 0, "unsealed": 0}
    assert log.store.seals()[0].expected == -1


@pytest.mark.parametrize(
    ("tamper", "word"),
    [
        (lambda rows: rows.pop("row-1-0"), "1 MISSING: row-1-0"),
        (lambda rows: rows.update({"row-1-1": "forged"}), "1 CHANGED: row-1-1"),
        (lambda rows: rows.update({"invented": "forged"}), "1 ADDED: invented"),
    ],
)
def test_tampering_with_a_sealed_day_is_seen_that_night_and_whenever_somebody_asks(sealed: Log, tamper, word) -> None:
    tamper(sealed.lake.days[days(3)[1]])

    assert sealed.seal(days(4)[-1])["tampered"] == 1
    verified = sealed.verify()
    assert not verified.is_intact
    assert [day.day for day in verified.days if day.verdict is Verdict.DIFFERS] == [days(3)[1]]
    assert any(word in line for line in told(verified))


@pytest.mark.parametrize("way", ["seal removed", "seal changed", "rows changed", "rows removed"])
def test_tampering_with_the_evidence_is_seen_as_well(sealed: Log, way: str) -> None:
    name = sealed.store.seals()[1].name
    seal_key, rows_key = f"seals/{name}.json", f"rows/{name}.txt.gz"
    if way == "seal removed":
        sealed.s3.delete_object(Bucket="evidence", Key=seal_key)
    elif way == "seal changed":
        text = json.loads(sealed.s3.get_object(Bucket="evidence", Key=seal_key)["Body"].read())
        changed = json.dumps({**text, "missing_rows": 0, "rows": 2}, sort_keys=True, separators=(",", ":"))
        sealed.s3.put_object(Bucket="evidence", Key=seal_key, Body=changed.encode())
    elif way == "rows changed":
        sealed.s3.put_object(Bucket="evidence", Key=rows_key, Body=b"nonsense")
    else:
        sealed.s3.delete_object(Bucket="evidence", Key=rows_key)

    assert not sealed.verify(today=days(3)[-1]).is_intact


def test_a_seal_that_is_no_seal_any_more_is_said_to_be_unreadable(sealed: Log) -> None:
    sealed.s3.put_object(Bucket="evidence", Key=f"seals/{sealed.store.seals()[0].name}.json", Body=b"{}")

    with pytest.raises(CommandError, match="a seal cannot be read"):
        sealed.verify()


def test_a_head_that_was_noted_down_tells_a_chain_made_anew(sealed: Log) -> None:
    noted = sealed.store.seals()[-1].hash
    assert sealed.verify(today=days(3)[-1], head=noted).is_intact
    for kind in ("seals", "rows"):
        for item in sealed.s3.list_objects_v2(Bucket="evidence", Prefix=f"{kind}/")["Contents"]:
            sealed.s3.delete_object(Bucket="evidence", Key=item["Key"])
    del sealed.lake.days[days(3)[1]]["row-1-0"]
    sealed.seal(days(3)[-1])

    verified = sealed.verify(today=days(3)[-1], head=noted)

    assert any("made anew" in problem for problem in verified.chain.problems)


def test_yesterday_may_still_be_open_in_the_small_hours_and_no_later(sealed: Log) -> None:
    after = days(4)[-1]
    sealed.arrive(after, {"new": "1111"})
    early = verify(
        sealed.lake,
        sealed.store,
        first=None,
        last=None,
        head="",
        now=night_after(after) - timedelta(hours=1),  # type: ignore[arg-type]
    )
    late = verify(
        sealed.lake,
        sealed.store,
        first=None,
        last=None,
        head="",
        now=night_after(after) + timedelta(hours=3),  # type: ignore[arg-type]
    )

    assert early.is_intact
    assert any("not sealed yet" in line for line in told(early))
    assert not late.is_intact
    assert any("NO SEAL" in line for line in told(late))


def test_intact_days_are_told_together(sealed: Log) -> None:
    lines = list(told(sealed.verify(today=days(3)[-1])))

    assert lines[0] == "2026-11-18 to 2026-11-20: 9 rows, intact"
    assert lines[-1].startswith("intact: ")


def test_only_days_that_are_over_can_be_verified(sealed: Log) -> None:
    with pytest.raises(InputError, match="is not over yet"):
        sealed.verify(today=DAY, last=days(3)[-1])
    with pytest.raises(InputError, match="is later than --to"):
        sealed.verify(first=days(3)[-1], last=DAY)


def test_a_part_of_the_log_can_be_verified_alone(sealed: Log) -> None:
    sealed.lake.days[DAY].clear()

    assert sealed.verify(first=days(3)[1], last=days(3)[2]).is_intact
    assert not sealed.verify(first=DAY, last=DAY).is_intact


def test_one_seal_is_told_as_one(log: Log) -> None:
    log.write(DAY, {"row-0": "0" * 8})
    log.seal(DAY)

    [head] = [line for line in told(log.verify(today=DAY)) if line.startswith("head of the chain: ")]
    assert head.endswith(" (1 seal)")


def test_of_a_log_without_any_seal_nothing_is_said_rather_than_that_it_is_intact(log: Log) -> None:
    verified = log.verify()

    assert verified.is_intact
    assert list(told(verified)) == [
        "nothing is sealed yet, so nothing can be said: a day is sealed at 04:15 UTC of the night after it"
    ]
