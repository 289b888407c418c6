"""What went wrong at a provider, in the domain's words: refused for good, refused for now, or nobody knows."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager

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

THROTTLED = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
        "LimitExceededException",
        "AccountSuspendedException",
        "SendingPausedException",
        "KMSThrottling",
    }
)
SERVER_ERROR = 500


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
        code = error.response["Error"]["Code"]
        if code in THROTTLED:
            raise ThrottledDeliveryError(code, f"The provider refused for now: {code}.") from error
        if code in permanent:
            raise PermanentDeliveryError(code, f"The provider refused: {code}.") from error
        if error.response["ResponseMetadata"]["HTTPStatusCode"] >= SERVER_ERROR:
            raise UncertainDeliveryError(code, f"The provider failed while taking the message: {code}.") from error
        raise ThrottledDeliveryError(code, f"The provider refused: {code}.") from error
