"""What doctor is asked about: a stage as configured, an account, and the load that is expected."""

from dataclasses import dataclass

import boto3

from infra.stage import Stage

BUSY_HOURS = 10
PEAK = 3
"""A busy second has this many times what an even day of `BUSY_HOURS` would bring. An assumption, to be said aloud."""
DAYS_OF_A_JOURNEY = 10


@dataclass(frozen=True, kw_only=True)
class Load:
    """What is expected: events and emails a day, SMS a month."""

    events_a_day: int = 100_000
    emails_a_day: int = 5_000
    sms_a_month: int = 1_000

    @staticmethod
    def peak(a_day: int) -> float:
        """Return how many come in a busy second."""
        return PEAK * a_day / (BUSY_HOURS * 3600)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One stage in one account."""

    stage: Stage
    session: boto3.Session
    load: Load

    @property
    def sends(self) -> bool:
        """Whether the stage really sends; before that, what is missing is a warning."""
        return self.stage.sending_enabled and not self.stage.dry_run

    @property
    def texts(self) -> bool:
        """Whether it has anything that an SMS can come from."""
        return bool(self.stage.sms_numbers or self.stage.sms_sender_id)
