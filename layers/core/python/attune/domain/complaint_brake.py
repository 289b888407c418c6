"""How many of our emails people complain about, and when that brakes or stops what is sent.

Mailbox providers ask for complaints under 0.1 % and never 0.3 % (rules of Gmail and Yahoo for bulk senders).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

WINDOW = timedelta(days=7)
"""Whole UTC days, today among them."""
BRAKE_AT = 0.001
STOP_AT = 0.003
LEAST_VOLUME = 2_000
"""Fewer emails count as this many: one complaint among fifty is no rate, two are a sign at any volume."""
LOOK_AGAIN_AFTER = timedelta(hours=1)


class Brake(StrEnum):
    """What complaints do to email: nothing, hold promotional ones, hold all; `UNKNOWN` is as careful as `ON`."""

    OFF = "off"
    ON = "on"
    STOPPED = "stopped"
    UNKNOWN = "unknown"

    def holds(self, *, promotional: bool) -> bool:
        """Whether an email may not leave."""
        return self is Brake.STOPPED or (promotional and self is not Brake.OFF)


@dataclass(frozen=True)
class MailDay:
    """How many emails were delivered on a UTC day, and how many were complained about."""

    day: date
    delivered: int = 0
    complaints: int = 0


@dataclass(frozen=True)
class ComplaintRate:
    """Complaints about the emails of the rolling window."""

    delivered: int
    complaints: int

    @property
    def share(self) -> float:
        """Complaints by emails, 0 to 1."""
        return self.complaints / max(self.delivered, LEAST_VOLUME)

    @property
    def brake(self) -> Brake:
        """What this rate does to email."""
        if self.share >= STOP_AT:
            return Brake.STOPPED
        return Brake.ON if self.share >= BRAKE_AT else Brake.OFF


def window_days(today: date) -> tuple[date, ...]:
    """Return the days of the rolling window, latest first."""
    return tuple(today - timedelta(days=back) for back in range(WINDOW.days))


def rate_of(days: Iterable[MailDay], today: date) -> ComplaintRate:
    """Add up what counts today; days outside of the window are left out."""
    counted = set(window_days(today))
    within = [day for day in days if day.day in counted]
    return ComplaintRate(sum(day.delivered for day in within), sum(day.complaints for day in within))
