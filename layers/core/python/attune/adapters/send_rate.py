"""Keep email within the account's quota: a token bucket per process, fed by SES's own account of it."""

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from attune.adapters.logs import Logger

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

READ_AGAIN_AFTER = 300.0
"""In seconds; quotas change in days, but what others in the account sent counts too."""
LONGEST_WAIT = 3.0
"""In seconds that a function waits for its turn; longer waits are the journey's, which cost nothing."""
FIRST_HOLD = timedelta(seconds=30)
LONGEST_HOLD = timedelta(minutes=15)

logger = Logger()


@dataclass(frozen=True)
class Quota:
    """What SES allows the account: messages a second and in 24 hours (below 0: no limit), and how many went out."""

    per_second: float
    per_day: float
    sent: float
    enabled: bool


@dataclass(frozen=True)
class Hold:
    """Why no email may leave now, and how long to wait (in real time) before asking again."""

    code: str
    text: str
    wait: timedelta


@dataclass
class SendRate:
    """One process's even share of the account's rate: `senders` of them together use all of it, and no more.

    Nobody counts the processes: where there are more than `senders`, SES itself refuses what is too much, and that is
    tried again like any throttling. Where the quota cannot be read, SES's refusals are all there is.
    """

    client: "SESV2Client"
    senders: int
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _quota: Quota | None = field(default=None, init=False)
    _read_at: float | None = field(default=None, init=False)
    _tokens: float = field(default=1.0, init=False)
    _filled_at: float = field(default=0.0, init=False)
    _handed_out: int = field(default=0, init=False)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock, init=False)

    def take(self) -> Hold | None:
        """Wait for a turn of at most a few seconds and take it (None), or say for how long to hold the message."""
        with self._one_at_a_time:
            wait = self._turn()
        if isinstance(wait, Hold):
            return wait
        if wait:
            self.sleep(wait)
        return None

    def _turn(self) -> float | Hold:
        """Return after how many seconds it is this message's turn."""
        now = self.monotonic()
        if self._read_at is None or now - self._read_at >= READ_AGAIN_AFTER:
            self._read(now)
        quota = self._quota
        if quota is None:
            return 0.0
        if not quota.enabled:
            return Hold("sending_paused", "SES has paused this account's sending.", LONGEST_HOLD)
        if 0 <= quota.per_day <= quota.sent + self._handed_out:
            return Hold("daily_quota", "The account has used up what SES lets it send in 24 hours.", LONGEST_HOLD)
        if quota.per_second > 0:
            return self._from_bucket(now, quota.per_second / max(1, self.senders))
        self._handed_out += 1
        return 0.0

    def _from_bucket(self, now: float, rate: float) -> float | Hold:
        """Take a token, also one that only comes within LONGEST_WAIT; the bucket holds what a second brings."""
        self._tokens = min(max(1.0, rate), self._tokens + (now - self._filled_at) * rate)
        self._filled_at = now
        wait = max(0.0, (1.0 - self._tokens) / rate)
        if wait > LONGEST_WAIT:
            text = "This second's share of the account's send rate is taken."
            return Hold("send_rate", text, timedelta(seconds=wait))
        self._tokens -= 1.0
        self._handed_out += 1
        return wait

    def _read(self, now: float) -> None:
        first = self._read_at is None
        self._read_at = now
        try:
            account = self.client.get_account()
        except (BotoCoreError, ClientError) as error:
            # What was known stays; sending does not depend on being allowed to look.
            logger.warning("send_quota_unknown", error=str(error)[:200])
            return
        given = account.get("SendQuota", {})
        self._quota = Quota(
            per_second=given.get("MaxSendRate", -1.0),
            per_day=given.get("Max24HourSend", -1.0),
            sent=given.get("SentLast24Hours", 0.0),
            enabled=account.get("SendingEnabled", True),
        )
        self._handed_out = 0
        if first:
            self._filled_at = now


def hold_for(wait: timedelta, contact_id: str, attempt: int) -> timedelta:
    """Return how long a journey holds a message: at least `wait`, longer with each attempt, spread over the crowd.

    What could not be sent at once must not come back at once. The spread follows from contact and attempt, so that a
    step that is retried answers the same.
    """
    room = min(LONGEST_HOLD, FIRST_HOLD * (1 << min(attempt - 1, 10)))
    digest = hashlib.sha256(f"{contact_id}#{attempt}".encode()).digest()
    return max(wait, FIRST_HOLD) + room * (int.from_bytes(digest[:4]) / 2**32)
