"""Hand a message to a provider: tried again only where nothing was sent, and what went wrong in the domain's words."""

import random
import time
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass

from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ParamValidationError,
)
from botocore.parsers import ResponseParserError

from attune.domain.errors import PermanentDeliveryError, ThrottledDeliveryError, UncertainDeliveryError

SEND_ONCE = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=3, read_timeout=10)
"""For clients that send: botocore must not try again on its own, or a lost answer becomes a second message."""

TOO_FAST = frozenset({"Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException"})
"""Refusals for the pace of this second: nothing was sent, and the next second may be better."""
THROTTLED = TOO_FAST | frozenset(
    {
        "LimitExceededException",
        "AccountSuspendedException",
        "SendingPausedException",
        "ServiceQuotaExceededException",
        "KMSThrottling",
    }
)
SERVER_ERROR = 500


@dataclass(frozen=True)
class Backoff:
    """How often a message that came too fast is offered again, and how long to wait before: full jitter, doubling.

    `tries` counts the first one; waits are drawn from nothing up to `base` seconds, then up to twice that, at most
    `longest`. The reservation stays meanwhile, so a crash during a wait leaves the contact uncertain, never doubled.
    """

    tries: int = 3
    base: float = 0.5
    longest: float = 4.0
    sleep: Callable[[float], None] = time.sleep
    draw: Callable[[float, float], float] = random.uniform

    def hand_over[T](self, call: Callable[[], T], permanent: AbstractSet[str]) -> T:
        """Make the call, again if the provider said that it came too fast; raise a DeliveryError for anything else.

        Codes in `permanent` will never succeed.
        """
        for attempt in range(1, self.tries):
            try:
                with delivery(permanent):
                    return call()
            except ThrottledDeliveryError as error:
                if not _came_too_fast(error):
                    raise
                self.sleep(self.draw(0.0, min(self.longest, self.base * 2 ** (attempt - 1))))
        with delivery(permanent):
            return call()


def _came_too_fast(error: ThrottledDeliveryError) -> bool:
    """Whether a second later may do; SES says by the same code that the day's quota is used up."""
    return error.code in TOO_FAST and "quota" not in str(error.__cause__).casefold()


@contextmanager
def delivery(permanent: AbstractSet[str]) -> Iterator[None]:
    """Translate botocore's errors while a message is handed over; codes in `permanent` will never succeed.

    Any other refusal (4xx: a permission, an expired token) sent nothing and may be mended: it counts as "for now".
    """
    try:
        yield
    except (ConnectTimeoutError, EndpointConnectionError) as error:
        raise ThrottledDeliveryError("unreachable", "The provider could not be reached.") from error
    except (HTTPClientError, ResponseParserError) as error:
        raise UncertainDeliveryError("no_answer", "The provider's answer never came.") from error
    except ParamValidationError as error:
        raise PermanentDeliveryError("invalid", "The message does not fit the provider's interface.") from error
    except ClientError as error:
        raise _refusal(error, permanent) from error


def _refusal(
    error: ClientError, permanent: AbstractSet[str]
) -> PermanentDeliveryError | ThrottledDeliveryError | UncertainDeliveryError:
    code = error.response["Error"]["Code"]
    # End User Messaging says by a reason what its few codes leave open: a number that opted out is a conflict.
    reason = str(error.response.get("Reason") or "")
    if code in THROTTLED:
        return ThrottledDeliveryError(code, f"The provider refused for now: {reason or code}.")
    if code in permanent or (reason and f"{code}:{reason}" in permanent):
        return PermanentDeliveryError(reason or code, f"The provider refused: {reason or code}.")
    if error.response["ResponseMetadata"]["HTTPStatusCode"] >= SERVER_ERROR:
        return UncertainDeliveryError(code, f"The provider failed while taking the message: {code}.")
    return ThrottledDeliveryError(code, f"The provider refused: {reason or code}.")
