"""Look through support's queues without keeping anything from anybody."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from attune.adapters.case_messages import CaseMessage, read_message
from attune.adapters.go_ahead_messages import GoAheadMessage, is_go_ahead, read_go_ahead
from attune.adapters.support_messages import CaseMessageError
from attune_cli.support.desk_files import Receipt

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LOOK_SECONDS = 30
"""How long a message that was looked at stays away from others if it cannot be given back, e.g. after a crash."""
WAIT_SECONDS = 1
"""Any wait makes SQS ask all its servers: without it a queue with messages may look empty."""
MESSAGES_PER_REQUEST = 10
MOST = 500


@dataclass
class Waiting:
    """A case on the queues, with every message about it that was seen: as they came, and their receipts."""

    case: CaseMessage
    bodies: list[str] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)


@dataclass
class Request:
    """A request for a go-ahead on the queues, with the receipts of every message of it that was seen."""

    message: GoAheadMessage
    receipts: list[Receipt] = field(default_factory=list)


@dataclass(frozen=True)
class SupportQueues:
    """Support's queues, the urgent one first; requests for a go-ahead lie on the last."""

    client: "SQSClient"
    urls: tuple[str, ...]
    wait_seconds: int = WAIT_SECONDS

    def look(self) -> tuple[list[Waiting], list[str]]:
        """Take every case that can be seen now, the most urgent first; also return what was no case.

        All of it stays out of others' sight for `LOOK_SECONDS` unless it is given back.
        """
        found: dict[str, Waiting] = {}
        strange: list[str] = []
        others: list[Receipt] = []
        for url in self.urls:
            for body, receipt in self._receive(url):
                if is_go_ahead(body):
                    others.append(receipt)
                    continue
                try:
                    case = read_message(body)
                except CaseMessageError as error:
                    strange.append(str(error))
                    others.append(receipt)
                    continue
                waiting = found.setdefault(case.case_id, Waiting(case))
                waiting.bodies.append(body)
                waiting.receipts.append(receipt)
        self.give_back(others)  # only now: what is given back at once is received again at once
        for waiting in found.values():
            waiting.bodies.sort(key=lambda body: read_message(body).opened_at)
            waiting.case = read_message(waiting.bodies[-1])
        return sorted(found.values(), key=lambda one: (one.case.priority != "urgent", one.case.due_by)), strange

    def requests(self) -> list[Request]:
        """Take every request for a go-ahead that can be seen now, the most pressing first; the rest is given back.

        They stay out of others' sight for `LOOK_SECONDS` unless they are given back. Those of a newer major version are
        left to whoever can read them.
        """
        found: dict[str, Request] = {}
        others: list[Receipt] = []
        for url in self.urls[-1:]:
            for body, receipt in self._receive(url):
                try:
                    message = read_go_ahead(body)
                except CaseMessageError:
                    others.append(receipt)
                    continue
                found.setdefault(message.request_id, Request(message)).receipts.append(receipt)
        self.give_back(others)
        return sorted(found.values(), key=lambda one: (one.message.answer_by, one.message.request_id))

    def hold(self, receipts: Iterable[Receipt], seconds: int) -> None:
        """Keep messages out of others' sight for so long from now (at most 12 hours); gone ones are passed over."""
        for receipt in receipts:
            try:
                self.client.change_message_visibility(
                    QueueUrl=receipt.queue_url, ReceiptHandle=receipt.handle, VisibilityTimeout=seconds
                )
            except ClientError as error:
                if not _is_gone(error):
                    raise

    def give_back(self, receipts: Iterable[Receipt]) -> None:
        """Let everybody see messages again, at once."""
        self.hold(receipts, 0)

    def delete(self, receipts: Iterable[Receipt]) -> None:
        """Take messages off their queues for good."""
        for receipt in receipts:
            try:
                self.client.delete_message(QueueUrl=receipt.queue_url, ReceiptHandle=receipt.handle)
            except ClientError as error:
                if not _is_gone(error):
                    raise

    def _receive(self, url: str) -> Iterator[tuple[str, Receipt]]:
        for _ in range(MOST // MESSAGES_PER_REQUEST):
            answer = self.client.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=MESSAGES_PER_REQUEST,
                VisibilityTimeout=LOOK_SECONDS,
                WaitTimeSeconds=self.wait_seconds,
            )
            messages = answer.get("Messages", [])
            if not messages:
                return
            for message in messages:
                yield message["Body"], Receipt(url, message["ReceiptHandle"])


def _is_gone(error: ClientError) -> bool:
    """Whether a message is no longer held by this receipt: it was deleted, or somebody else received it."""
    code = error.response["Error"]["Code"]
    return any(said in code for said in ("ReceiptHandleIsInvalid", "InvalidParameterValue", "MessageNotInflight"))
