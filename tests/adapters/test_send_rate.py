"""The account's quota, shared evenly: nobody sends faster than allowed, and nobody is refused for nothing."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from attune.adapters.send_rate import FIRST_HOLD, LONGEST_HOLD, Hold, SendRate, hold_for
from tests.support import ses_account


class Account:
    """An SES account with its quota; counts how often it was asked."""

    def __init__(self, per_second: float, per_day: float = 50_000, sent: float = 0, *, enabled: bool = True) -> None:
        self.quota = {"MaxSendRate": per_second, "Max24HourSend": per_day, "SentLast24Hours": sent}
        self.enabled, self.asked = enabled, 0
        self.error: Exception | None = None

    def get_account(self) -> Mapping[str, Any]:
        self.asked += 1
        if self.error:
            raise self.error
        return {"SendQuota": self.quota, "SendingEnabled": self.enabled}


class Watch:
    """A clock that goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


def rate_of(account: Any, senders: int = 1) -> tuple[SendRate, Watch]:
    watch = Watch()
    return SendRate(account, senders, watch.monotonic, watch.sleep), watch


def test_the_first_message_never_waits():
    rate, watch = rate_of(Account(1))

    assert rate.take() is None
    assert watch.now == 1_000.0


@pytest.mark.parametrize(("per_second", "senders"), [(14, 1), (14, 4), (1, 1), (200, 20), (0.5, 1)])
def test_a_crowd_leaves_at_this_process_share_of_the_rate(per_second, senders):
    rate, watch = rate_of(Account(per_second), senders)
    share = per_second / senders

    taken = sum(rate.take() is None for _ in range(100))

    assert taken == 100
    assert watch.now - 1_000.0 == pytest.approx((100 - max(1.0, 1)) / share, rel=0.1)


@given(
    per_second=st.floats(min_value=0.1, max_value=500),
    senders=st.integers(1, 50),
    pauses=st.lists(st.floats(min_value=0, max_value=5), min_size=1, max_size=60),
)
def test_in_no_stretch_of_time_more_leave_than_the_share_allows(per_second, senders, pauses):
    rate, watch = rate_of(Account(per_second), senders)
    share = per_second / senders
    left: list[float] = []
    for pause in pauses:
        watch.now += pause
        if rate.take() is None:
            left.append(watch.now)

    for first, start in enumerate(left):
        for last in range(first, len(left)):
            allowed = max(1.0, share) + (left[last] - start) * share
            assert last - first + 1 <= allowed + 1e-6


def test_a_turn_that_is_far_off_is_the_journeys_to_wait_for_and_takes_nothing():
    rate, watch = rate_of(Account(1), senders=20)
    assert rate.take() is None

    hold = rate.take()

    assert isinstance(hold, Hold)
    assert (hold.code, hold.wait) == ("send_rate", timedelta(seconds=20))
    watch.now += 20
    assert rate.take() is None


def test_a_day_that_is_used_up_holds_what_is_left_and_counts_what_left_since_it_was_asked():
    rate, _ = rate_of(Account(-1, per_day=200, sent=198))

    answers = [rate.take() for _ in range(3)]

    assert [getattr(hold, "code", None) for hold in answers] == [None, None, "daily_quota"]


def test_an_account_whose_sending_is_paused_holds_everything():
    rate, _ = rate_of(Account(14, enabled=False))

    hold = rate.take()

    assert isinstance(hold, Hold)
    assert hold.code == "sending_paused"


def test_quotas_below_nought_are_none():
    rate, watch = rate_of(Account(-1, per_day=-1, sent=1e9))

    assert [rate.take() for _ in range(1_000)] == [None] * 1_000
    assert watch.now == 1_000.0


def test_the_account_is_asked_once_in_five_minutes_and_its_news_count():
    account = Account(-1, per_day=10, sent=10)
    rate, watch = rate_of(account)
    assert rate.take() is not None
    account.quota["SentLast24Hours"] = 0

    watch.now += 299
    assert rate.take() is not None
    watch.now += 1

    assert rate.take() is None
    assert account.asked == 2


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetAccount"),
        EndpointConnectionError(endpoint_url="https://ses"),
    ],
)
def test_a_quota_that_cannot_be_read_holds_nothing_and_is_not_asked_for_with_each_message(error):
    account = Account(1)
    account.error = error
    rate, watch = rate_of(account, senders=20)

    assert [rate.take() for _ in range(50)] == [None] * 50
    assert (account.asked, watch.now) == (1, 1_000.0)


def test_what_was_known_stays_where_the_quota_cannot_be_read_again():
    account = Account(-1, per_day=5, sent=5)
    rate, watch = rate_of(account)
    assert rate.take() is not None
    account.error = EndpointConnectionError(endpoint_url="https://ses")

    watch.now += 300

    assert rate.take() is not None


@given(attempt=st.integers(1, 10_000), seconds=st.floats(0, 100), contact=st.text(max_size=20))
def test_a_held_message_comes_back_within_bounds_and_the_same_for_a_retried_step(attempt, seconds, contact):
    wait = timedelta(seconds=seconds)

    held = hold_for(wait, contact, attempt)

    assert max(wait, FIRST_HOLD) <= held <= max(wait, FIRST_HOLD) + LONGEST_HOLD
    assert held == hold_for(wait, contact, attempt)


def test_a_crowd_that_was_held_does_not_come_back_at_once():
    held = sorted(hold_for(timedelta(), f"journey-{number}#1", 5) for number in range(1_000))
    thirds = (held[333] - held[0], held[666] - held[333], held[999] - held[666])

    assert held[-1] - held[0] > timedelta(minutes=7)
    assert max(thirds) < 1.5 * min(thirds)


def test_the_quota_is_read_as_ses_words_it():
    with mock_aws():
        rate, _ = rate_of(boto3.client("sesv2"))

        assert rate.take() is None
        assert rate._quota is not None
        assert rate._quota.per_second == ses_account.QUOTA["MaxSendRate"]
