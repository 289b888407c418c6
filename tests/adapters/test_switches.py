"""The switches: written on a condition, read once in half a minute, the last known for five minutes, then none."""

import json
from dataclasses import replace
from datetime import timedelta

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from attune.adapters.change_log import ChangeLog
from attune.adapters.switch_parameter import CACHED_FOR, LONGEST, SwitchReader, parse_switches, write_switches
from attune.domain.changes import Change, ChangeKind, rolled_back, rolled_out, switched
from attune.domain.errors import ConflictError
from attune.domain.switches import NOT_KNOWN, RollOut, Switches
from tests.support.builders import NOON
from tests.support.tables import create_tables

NAME = "switches"
names = st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True)
versions = st.from_regex(r"[0-9]\.[0-9]\.[0-9]", fullmatch=True)
some = st.frozensets(names, max_size=4)
rollouts = st.builds(RollOut, version=versions, percent=st.integers(0, 100).map(float), previous=versions | st.just(""))
any_switches = st.builds(
    Switches,
    system_off=st.booleans(),
    channels_off=some,
    playbooks_off=some,
    withdrawn=st.frozensets(st.builds("{}@{}".format, names, versions), max_size=3),
    rollouts=st.dictionaries(names, rollouts, max_size=4),
    change=st.integers(0, 10**6),
)


class Seconds:
    """A clock that tells seconds, set by the test."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


class Account:
    """Systems Manager with a count of its reads."""

    def __init__(self, text="{}"):
        self.text, self.reads = text, 0

    def get_parameter(self, **_):
        self.reads += 1
        if self.text is None:
            raise boto3.client("ssm").exceptions.ParameterNotFound(
                {"Error": {"Code": "ParameterNotFound"}}, "GetParameter"
            )
        return {"Parameter": {"Value": self.text}}


def change(number, switches, **parts):
    told = {"who": "ada", "why": "", "kind": ChangeKind.SWITCHED_OFF, "at": NOON + timedelta(minutes=number)}
    return Change(number=number, switches=replace(switches, change=number), **{**told, **parts})


@pytest.fixture
def log():
    with mock_aws():
        dynamodb, ssm = boto3.client("dynamodb"), boto3.client("ssm")
        create_tables(dynamodb)
        ssm.put_parameter(Name=NAME, Value="{}", Type="String")
        yield ChangeLog(dynamodb, "policies", ssm, NAME)


@given(any_switches)
def test_what_is_written_is_what_is_read(switches):
    assert parse_switches(write_switches(switches)) == switches


def test_everything_that_is_on_takes_no_room():
    assert write_switches(Switches()) == "{}"
    assert parse_switches("{}") == Switches()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "on",
        "[]",
        "null",
        '{"channels_off": "sms"}',
        '{"rollouts": {"a": "1.0.0"}}',
        '{"rollouts": {"a": ["1.0.0", 101, ""]}}',
        '{"change": []}',
    ],
)
def test_what_nobody_of_ours_wrote_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        parse_switches(text)


def test_functions_read_once_in_half_a_minute_and_not_at_every_message():
    account = Account()
    reader = SwitchReader(account, NAME, monotonic=Seconds())

    assert [reader() for _ in range(50)] == [Switches()] * 50
    assert account.reads == 1
    assert CACHED_FOR <= 30


def test_the_last_known_counts_for_five_minutes_and_then_nothing_is_sent(monkeypatch):
    monkeypatch.setattr("attune.adapters.switch_parameter.CACHED_FOR", 0)
    account, seconds = Account('{"channels_off": ["sms"]}'), Seconds()
    reader = SwitchReader(account, NAME, monotonic=seconds)
    known = reader()
    assert known.channels_off == {"sms"}

    account.text = "no JSON"
    seconds.now = 299
    assert reader() == known
    seconds.now = 301
    assert reader() == NOT_KNOWN

    reads = account.reads
    assert reader() == NOT_KNOWN
    assert account.reads == reads  # not at every message, while it cannot be read
    account.text = "{}"
    seconds.now = 307
    assert reader() == Switches()


def test_who_has_never_read_them_sends_nothing():
    with mock_aws():
        assert SwitchReader(boto3.client("ssm"), NAME)() == NOT_KNOWN


def test_a_change_is_in_the_log_and_then_in_the_parameter(log):
    off = switched(Switches(), off=True, channel="sms")
    log.write(change(1, off, channel="sms"))
    assert log.live() == Switches()

    log.apply()

    assert log.live() == replace(off, change=1)
    assert log.newest() == change(1, off, channel="sms")


def test_of_two_who_change_at_once_one_is_refused(log):
    log.write(change(1, switched(Switches(), off=True)))

    with pytest.raises(ConflictError):
        log.write(change(1, switched(Switches(), off=True, channel="sms")))


def test_the_newest_change_holds_whoever_writes_the_parameter_last(log):
    first, second = switched(Switches(), off=True), switched(Switches(), off=True, playbook="cart")
    log.write(change(1, first))
    log.write(change(2, second))
    log.apply()  # of whoever wrote the first change, and is late

    assert log.live() == replace(second, change=2)


def test_the_log_is_read_newest_first_and_by_playbook(log):
    for number, playbook in enumerate(["cart", "", "cart", "delivery"], start=1):
        log.write(change(number, Switches(), playbook=playbook))

    assert [one.number for one in log.all()] == [4, 3, 2, 1]
    assert [one.number for one in log.all(limit=2)] == [4, 3]
    assert [one.number for one in log.all(playbook="cart", limit=1)] == [3]


def test_what_a_parameter_cannot_hold_is_refused_before_anything_is_written(log):
    long = Switches(playbooks_off=frozenset(f"{'p' * 40}_{n}" for n in range(100)))

    with pytest.raises(ValueError, match=str(LONGEST)):
        log.write(change(1, long))
    assert log.newest() is None


def test_thirty_playbooks_in_the_middle_of_a_rollout_fit():
    many = Switches(
        rollouts={f"{'p' * 20}_{n}": RollOut(version="10.10.10", percent=12.5, previous="10.9.9") for n in range(30)}
    )

    assert len(write_switches(many)) < LONGEST


@given(any_switches, names, rollouts)
def test_going_back_and_forth_leaves_other_playbooks_alone(switches, playbook, rollout):
    out = rolled_out(switches, playbook, rollout)
    back = rolled_back(out, playbook, left=rollout.version, to="0.9.0", stop_running=True)

    others = {name: one for name, one in switches.rollouts.items() if name != playbook}
    assert others == {name: one for name, one in back.rollouts.items() if name != playbook}
    assert back.rollouts[playbook] == RollOut(version="0.9.0", percent=100)
    assert f"{playbook}@{rollout.version}" in back.withdrawn
    assert f"{playbook}@{rollout.version}" not in rolled_out(back, playbook, rollout).withdrawn
    assert json.loads(write_switches(back))
