"""Put addresses that bounce for good or complain on SES's account suppression list, beside our own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attune.adapters.clock import Clock
from attune.adapters.logs import Logger
from attune.adapters.senders import read_event
from attune.domain.errors import RejectedEventError
from attune.domain.identifiers import IdentifierType
from attune.domain.identity import parse_handle
from attune.domain.signals import ConsentChange

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.literals import SuppressionListReasonType

REASONS: Mapping[str, "SuppressionListReasonType"] = {"ses_bounce": "BOUNCE", "ses_complaint": "COMPLAINT"}

logger = Logger()


@dataclass(frozen=True)
class Suppression:
    """Writes to the list of the account; an address that is there already stays there."""

    client: "SESV2Client"
    clock: Clock

    def take(self, body: str) -> None:
        """Suppress whom an event of SES names, if it is a bounce for good or a complaint; raise if SES does not take it.

        What cannot be read is left alone: the same message is in quarantine by way of the events queue.
        """
        try:
            facts = read_event(body, self.clock.now())
        except RejectedEventError as error:
            logger.warning("event_not_read", reason=error.reason)
            return
        for address, reason in _to_suppress(fact for fact in facts if isinstance(fact, ConsentChange)):
            self.client.put_suppressed_destination(EmailAddress=address, Reason=reason)


def _to_suppress(changes: Iterator[ConsentChange]) -> Iterator[tuple[str, "SuppressionListReasonType"]]:
    for change in changes:
        reason, handle = REASONS.get(change.source), parse_handle(change.customer_id)
        if reason and not change.granted and handle.type is IdentifierType.EMAIL:
            yield handle.value, reason
