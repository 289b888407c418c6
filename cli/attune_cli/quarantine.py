"""Look into the quarantine without losing anything, and hand events back to be read again."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from attune_cli.errors import CommandError, InputError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

HELD_SECONDS = 120
"""How long a message that was looked at stays away from others if it cannot be given back, e.g. on a broken line."""
WAIT_SECONDS = 1
"""Any wait makes SQS ask all its servers: without it a queue with messages may look empty."""
MESSAGES_PER_REQUEST = 10
REPEATS = 20
"""After so many answers without anything new, all has been seen."""
UNREADABLE = "unreadable"
"""The reason shown for what is no quarantine record; somebody else put it there."""


@dataclass(frozen=True)
class Quarantined:
    """One event in quarantine: why it is there, and the original as it came."""

    message_id: str
    receipt: str
    sent_at: datetime
    """When it was put here, in real time; `quarantined_at` is by the stage's clock."""
    reason: str
    message: str
    sender: str
    quarantined_at: str
    original: str | None
    """None where there is nothing that could be handed back."""

    @classmethod
    def read(cls, found: "MessageTypeDef") -> Self:
        """Read a message of the queue; what is no record of ours is shown as unreadable."""
        sent_at = datetime.fromtimestamp(int(found["Attributes"]["SentTimestamp"]) / 1000, UTC)
        record = _record(found["Body"])
        original = record.get("original")
        return cls(
            message_id=found["MessageId"],
            receipt=found["ReceiptHandle"],
            sent_at=sent_at,
            reason=str(record.get("reason", UNREADABLE)),
            message=str(record.get("message", found["Body"])),
            sender=str(record.get("sender", "unknown")),
            quarantined_at=str(record.get("quarantined_at", sent_at.isoformat(timespec="seconds"))),
            original=original if isinstance(original, str) and original else None,
        )

    def record(self) -> dict[str, str | None]:
        """Return what is known about it, without the original."""
        return {
            "id": self.message_id,
            "reason": self.reason,
            "sender": self.sender,
            "quarantined_at": self.quarantined_at,
            "message": self.message,
        }


@dataclass
class Retried:
    """What became of the messages that were to be handed back."""

    sent: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    """Message id -> why it is still in quarantine."""
    twice: list[str] = field(default_factory=list)
    """Handed back, but still in quarantine as well."""
    missing: set[str] = field(default_factory=set)
    """Chosen, but no longer seen: somebody else looks at them, or handed them back."""


@dataclass(frozen=True)
class Quarantine:
    """The quarantine queue of a stage, and the events queue that its originals came from."""

    client: "SQSClient"
    url: str
    events_url: str

    def count(self) -> int:
        """Return about how many messages wait; those that somebody looks at in this moment count as well."""
        found = self.client.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])["Attributes"]
        return int(found["ApproximateNumberOfMessages"]) + int(found["ApproximateNumberOfMessagesNotVisible"])

    @contextmanager
    def opened(self) -> Iterator[Iterator[Quarantined]]:
        """Give every message that waits now, each once; afterwards all that was not deleted is given back at once."""
        held: dict[str, str] = {}
        try:
            yield self._walk(held)
        finally:
            self._give_back(held)

    def find(self, message_id: str) -> Quarantined:
        """Return the message with this id, or the only one whose id begins so; raise InputError for none or several."""
        with self.opened() as messages:
            found = list(_beginning(messages, message_id)) if message_id else []
        if not found:
            raise InputError(
                f"there is no message {message_id!r} in quarantine",
                f"attune quarantine list; what somebody else looks at is back within {HELD_SECONDS} s",
            )
        if len(found) > 1:
            raise InputError(f"{len(found)} messages begin with {message_id!r}", "more characters of the id")
        return found[0]

    def choose(self, wanted: Callable[[Quarantined], bool]) -> frozenset[str]:
        """Return the ids of the messages that are wanted, of those that wait now."""
        with self.opened() as messages:
            return frozenset(message.message_id for message in messages if wanted(message))

    def retry(self, chosen: Collection[str], progress: Callable[[int], None]) -> Retried:
        """Hand the originals of the chosen ids back to the events queue; each is deleted here only once it is there.

        They were chosen before: what is refused again comes back under a new id, is left alone, and all this ends.
        `progress` hears of every message that is settled.
        """
        outcome = Retried(missing=set(chosen))
        with self.opened() as messages:
            while outcome.missing and (message := next(messages, None)):
                if message.message_id in outcome.missing:
                    outcome.missing.remove(message.message_id)
                    self._hand_back(message, outcome)
                    progress(1)
        return outcome

    def _hand_back(self, message: Quarantined, outcome: Retried) -> None:
        if message.original is None:
            outcome.failed[message.message_id] = "it holds no original"
            return
        try:
            self.client.send_message(QueueUrl=self.events_url, MessageBody=message.original)
        except (BotoCoreError, ClientError) as error:
            outcome.failed[message.message_id] = str(error)
            return
        outcome.sent += 1
        try:
            self.client.delete_message(QueueUrl=self.url, ReceiptHandle=message.receipt)
        except (BotoCoreError, ClientError):
            outcome.twice.append(message.message_id)

    def _walk(self, held: dict[str, str]) -> Iterator[Quarantined]:
        nothing_new = 0
        while nothing_new < REPEATS:
            answer = self.client.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=MESSAGES_PER_REQUEST,
                VisibilityTimeout=HELD_SECONDS,
                WaitTimeSeconds=WAIT_SECONDS,
                MessageSystemAttributeNames=["SentTimestamp"],
            )
            found = [Quarantined.read(message) for message in answer.get("Messages", [])]
            new = [message for message in found if message.message_id not in held]
            # A later receipt replaces the earlier one.
            held |= {message.message_id: message.receipt for message in found}
            if not found:
                return
            # Where the walk takes long, what it saw first comes by again.
            nothing_new = 0 if new else nothing_new + 1
            yield from new

    def _give_back(self, held: Mapping[str, str]) -> None:
        """Make messages visible again. Deleted ones are gone, which SQS says of each and which is fine."""
        receipts = list(held.values())
        for start in range(0, len(receipts), MESSAGES_PER_REQUEST):
            entries = [
                {"Id": str(number), "ReceiptHandle": receipt, "VisibilityTimeout": 0}
                for number, receipt in enumerate(receipts[start : start + MESSAGES_PER_REQUEST])
            ]
            with suppress(BotoCoreError, ClientError):  # they come back by themselves
                self.client.change_message_visibility_batch(QueueUrl=self.url, Entries=entries)  # type: ignore[arg-type]


def _beginning(messages: Iterator[Quarantined], message_id: str) -> Iterator[Quarantined]:
    for message in messages:
        if message.message_id.startswith(message_id):
            yield message
            if message.message_id == message_id:
                return


def _record(body: str) -> Mapping[str, Any]:
    try:
        record = json.loads(body)
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


def pretty(original: str) -> str:
    """Return an original with its JSON indented; as it is where it is no JSON."""
    try:
        return json.dumps(json.loads(original), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return original


def checked_selection(message_id: str | None, *, reason: str, everything: bool) -> None:
    """Raise InputError unless exactly one of an id, a reason and everything was asked for."""
    if sum((message_id is not None, bool(reason), everything)) != 1:
        raise InputError("say which events to hand back", "an ID, --reason CODE or --all")


def report_of(outcome: Retried) -> CommandError | None:
    """Return the error that a retry ends with, if not all went well."""
    if not outcome.failed:
        return None
    first, why = next(iter(outcome.failed.items()))
    return CommandError(
        f"{len(outcome.failed)} could not be handed back and stay in quarantine; the first, {first[:8]}: {why}",
        "the same command again",
    )
