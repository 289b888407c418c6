"""Points at which things break: just before and just after every call that a function makes of AWS."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError


class Killed(BaseException):
    """Stands for a function whose process stops in the middle."""


class Side(StrEnum):
    """On which side of a call a point lies."""

    BEFORE = "before"
    AFTER = "after"


class Strike(StrEnum):
    """What happens at a point."""

    KILL = "the process is gone"
    REFUSE = "the service refuses: too fast"
    UNREACHABLE = "the service cannot be reached"
    LOSE = "the answer is lost"
    REPEAT = "the answer is lost, and the SDK makes the call again"
    CONFLICT = "somebody else writes the item first"
    TWIN = "the same is done by another process at this very moment"


REFUSALS = {
    "dynamodb": ("ProvisionedThroughputExceededException", 400),
    "sesv2": ("TooManyRequestsException", 429),
    "sns": ("ThrottledException", 429),
    "sqs": ("RequestThrottled", 403),
    "states": ("ThrottlingException", 400),
    "firehose": ("ServiceUnavailableException", 503),
}
"""How each service says that it came too fast."""


@dataclass(frozen=True)
class Point:
    """One side of one call of a function: `subject` is whose step or message it works on."""

    number: int
    function: str
    subject: str
    service: str
    operation: str
    side: Side


@dataclass(frozen=True)
class Invocation:
    """A function at work: `again` does the same once more, as another process would."""

    function: str
    subject: str
    again: Callable[[], Any]


@dataclass
class Tap:
    """Stands between functions and AWS. `strike` says what happens at a point, and `bump` spoils a write."""

    strike: Callable[[Point], Strike | None]
    bump: Callable[[dict[str, Any]], None] = lambda _: None
    at_work: list[Invocation] = field(default_factory=list)
    points: int = 0
    struck: list[tuple[Point, Strike]] = field(default_factory=list)
    quiet: int = 0
    """Above 0 nothing breaks: nobody works, or it is the harness itself that looks."""

    def on(self, client: Any, told: Callable[[str, dict[str, Any]], None] | None = None) -> None:
        """Stand before every call of a client; `told` hears of each call that was carried out."""
        service = client.meta.service_model.service_name
        here = threading.local()
        events = client.meta.events

        def remember(params: dict[str, Any], **_: Any) -> None:
            here.asked = [*getattr(here, "asked", []), params]

        def before(model: Any, **_: Any) -> None:
            self.reach(service, model.name, Side.BEFORE, here.asked[-1])

        def after(model: Any, parsed: dict[str, Any], **_: Any) -> None:
            params = here.asked.pop()
            if parsed.get("ResponseMetadata", {}).get("HTTPStatusCode", 200) >= 300:  # noqa: PLR2004 - not carried out
                return
            if told is not None:
                told(model.name, params)
            again = getattr(client, _snake(model.name))
            self.reach(service, model.name, Side.AFTER, params, lambda: again(**params))

        events.register(f"before-parameter-build.{service}", remember)
        events.register(f"before-call.{service}", before)
        events.register(f"after-call.{service}", after)

    def call(self, service: str, operation: str, effect: Callable[[], None]) -> None:
        """Carry out a call of a service that is part of the harness."""
        self.reach(service, operation, Side.BEFORE)
        effect()
        self.reach(service, operation, Side.AFTER, {}, effect)

    def reach(
        self,
        service: str,
        operation: str,
        side: Side,
        params: dict[str, Any] | None = None,
        again: Callable[[], Any] = lambda: None,
    ) -> None:
        """Be at a point: whatever is to happen there happens."""
        if self.quiet or not self.at_work:
            return
        working = self.at_work[-1]
        self.points += 1
        point = Point(self.points, working.function, working.subject, service, operation, side)
        strike = self.strike(point)
        if strike is None:
            return
        self.struck.append((point, strike))
        self._happen(strike, point, params or {}, again)

    def _happen(self, strike: Strike, point: Point, params: dict[str, Any], again: Callable[[], Any]) -> None:
        match strike:
            case Strike.KILL:
                raise Killed
            case Strike.REFUSE:
                code, status = REFUSALS[point.service]
                answer = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
                raise ClientError(answer, point.operation)  # type: ignore[arg-type]
            case Strike.UNREACHABLE:
                raise EndpointConnectionError(endpoint_url=f"https://{point.service}.example")
            case Strike.LOSE:
                raise ReadTimeoutError(endpoint_url=f"https://{point.service}.example")
            case Strike.REPEAT:
                self.undisturbed(again)
            case Strike.CONFLICT:
                self.undisturbed(lambda: self.bump(params))
            case Strike.TWIN:
                self.undisturbed(self.at_work[-1].again)

    def undisturbed[T](self, act: Callable[[], T]) -> T:
        """Do something while nothing breaks."""
        self.quiet += 1
        try:
            return act()
        finally:
            self.quiet -= 1


def _snake(operation: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation).lstrip("_")
