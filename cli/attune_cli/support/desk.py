"""What an agent does with cases: see, claim, answer, resolve, give back. Two agents never hold one case."""

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError

from attune.adapters.customers_table import CustomersTable
from attune.domain.case_answers import claimed, is_held
from attune.domain.clock import format_instant
from attune.domain.customers import Case
from attune.domain.drafts import Draft
from attune.domain.errors import ConflictError
from attune_cli.errors import CommandError, InputError
from attune_cli.support.desk_files import Claimed, DeskFiles
from attune_cli.support.queues import SupportQueues, Waiting

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_lambda import LambdaClient

SOURCE = "attune.support"
CLAIM_TRIES = 5
LONGEST_LEASE = timedelta(hours=12)


@dataclass(frozen=True)
class Listed:
    """A case on the queues, who holds it (empty: nobody) and until when, and a machine's draft of a reply."""

    waiting: Waiting
    held_by: str
    held_until: datetime | None
    draft: Draft | None = None

    def is_for(self, agent_id: str) -> bool:
        """Whether the case was assigned to this agent; names are compared without regard to capitals."""
        return self.waiting.case.assigned_to.casefold() == agent_id.casefold()


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One agent's way to a stage's cases; a claim lasts `lease` of real time unless it is made again."""

    agent_id: str
    queues: SupportQueues
    customers: CustomersTable
    events: "EventBridgeClient"
    bus: str
    functions: "LambdaClient"
    answer_function: str
    files: DeskFiles
    lease: timedelta

    def pull(self) -> tuple[list[Listed], list[str]]:
        """Return the open cases, the most urgent first, and what lies on the queues that is none; nothing is kept."""
        with self._looking() as (found, strange):
            return [self._listed(waiting) for waiting in found], strange

    def claim(self, case_id: str = "") -> Claimed:
        """Take a case, or the most urgent free one that is not another's; raise CommandError where another agent holds it."""
        mine = self.files.load(case_id) if case_id else None
        if mine is not None:
            self._take(mine.case.customer_id, case_id)
            self.queues.hold(mine.receipts, self._seconds)
            return mine
        with self._looking() as (found, _):
            for waiting in [one for one in found if case_id in ("", one.case.case_id)]:
                if not case_id and not self._is_free(self._listed(waiting)):
                    continue
                self._take(waiting.case.customer_id, waiting.case.case_id)
                return self._keep(waiting, found)
        if case_id:
            raise CommandError(f"case {case_id} is not on the queues now", "attune support pull; a held one comes back")
        raise CommandError("no case is waiting")

    def reply(self, case_id: str, *, text: str, channel: str, subject: str = "", reply_id: str = "") -> dict[str, Any]:
        """Send the agent's words to the customer, through the gate; return what became of it."""
        mine = self.claim(self._on_desk(case_id).case.case_id)
        request = {
            "customer_id": mine.case.customer_id,
            "case_id": case_id,
            "reply_id": reply_id or secrets.token_hex(8),
            "agent_id": self.agent_id,
            "channel": channel,
            "text": text,
            "subject": subject,
        }
        again = f"it may have left: ask again with --reply-id {request['reply_id']}, and it leaves once at most"
        try:
            answer = self.functions.invoke(FunctionName=self.answer_function, Payload=json.dumps(request).encode())
        except BotoCoreError as error:
            raise CommandError(f"nobody knows what became of the reply: {error}", again) from error
        result = json.loads(answer["Payload"].read())
        if answer.get("FunctionError"):
            raise CommandError(f"the reply failed: {result.get('errorMessage', result)}", again)
        return dict(result)

    def resolve(self, case_id: str, *, outcome: str, tags: Sequence[str]) -> None:
        """Close a case: automated messages to the customer may go on from now on."""
        mine = self._on_desk(case_id)
        case = self._case(mine.case.customer_id, case_id)
        if case is None or (case.claimed_by != self.agent_id and self._is_held(case)):
            raise CommandError(f"case {case_id} is claimed by {case.claimed_by if case else 'nobody'} now")
        properties = {"case_id": case_id, "agent_id": self.agent_id, "outcome": outcome, "tags": list(tags)}
        self.publish("Case Resolved", mine.case.customer_id, f"{case_id}#resolved", properties)
        self.queues.delete(mine.receipts)
        self.files.remove(case_id)

    def release(self, case_id: str) -> None:
        """Give a case back, for others to take."""
        mine = self._on_desk(case_id)
        self._claim_item(mine.case.customer_id, case_id, lambda now: now)
        self.queues.give_back(mine.receipts)
        self.files.remove(case_id)

    def shown(self, case_id: str) -> Listed:
        """Return a case from the desk or from the queues; raise CommandError where it is on neither."""
        mine = self.files.load(case_id)
        if mine is not None:
            return self._listed(Waiting(mine.case, list(mine.bodies), list(mine.receipts)))
        found, _ = self.pull()
        for listed in found:
            if listed.waiting.case.case_id == case_id:
                return listed
        raise CommandError(f"case {case_id} is not on the queues now", "attune support pull; a held one comes back")

    @contextmanager
    def _looking(self) -> Iterator[tuple[list[Waiting], list[str]]]:
        """Look at the queues; what is not kept is given back, and what was resolved meanwhile is taken off."""
        found, strange = self.queues.look()
        looked_at = list(found)
        try:
            for waiting in looked_at:
                case = self._case(waiting.case.customer_id, waiting.case.case_id)
                if case is None or case.resolved_at is not None:  # forgotten, or resolved elsewhere
                    self.queues.delete(waiting.receipts)
                    found.remove(waiting)
            yield found, strange
        finally:
            self.queues.give_back(receipt for waiting in found for receipt in waiting.receipts)

    def _keep(self, waiting: Waiting, found: list[Waiting]) -> Claimed:
        properties = {"case_id": waiting.case.case_id, "agent_id": self.agent_id}
        message_id = f"{waiting.case.case_id}#claimed#{self.agent_id}"
        # Told first: what could not be told is not on the desk, so that claiming it again tells it.
        self.publish("Case Claimed", waiting.case.customer_id, message_id, properties)
        found.remove(waiting)  # so that it is not given back
        self.queues.hold(waiting.receipts, self._seconds)
        mine = Claimed(self.agent_id, tuple(waiting.bodies), tuple(waiting.receipts))
        self.files.save(waiting.case.case_id, mine)
        return mine

    def _take(self, customer_id: str, case_id: str) -> None:
        clock = self.customers.clock
        self._claim_item(customer_id, case_id, lambda _: clock.scale.to_stage(clock.real_now() + self.lease))

    def _claim_item(self, customer_id: str, case_id: str, until: Callable[[datetime], datetime]) -> None:
        """Write the claim onto the case, on the condition that nobody else has; of two agents at once one is told no."""
        for _ in range(CLAIM_TRIES):
            case = self._case(customer_id, case_id)
            now = self.customers.clock.now()
            taken = claimed(case, self.agent_id, now=now, until=until(now)) if case else None
            if case is None or taken is None:
                held = f"claimed by {case.claimed_by}" if case and case.resolved_at is None else "resolved"
                raise CommandError(f"case {case_id} is {held}", "attune support pull shows what is free")
            try:
                self.customers.save(self._owner(customer_id), taken)
            except ConflictError:
                continue
            return
        raise CommandError(f"case {case_id} kept changing", "try again")

    def _owner(self, customer_id: str) -> str:
        """Return under whose id the case lies now: they may have turned out to be another customer."""
        customer = self.customers.load(customer_id)
        return customer.customer_id if customer else customer_id

    def _case(self, customer_id: str, case_id: str) -> Case | None:
        customer = self.customers.load(customer_id)
        cases = customer.cases.values() if customer else ()
        return next((case for case in cases if case.case_id == case_id), None)

    def _listed(self, waiting: Waiting) -> Listed:
        case = self._case(waiting.case.customer_id, waiting.case.case_id)
        draft = case.draft if case else None
        if case is None or not self._is_held(case):
            return Listed(waiting, "", None, draft)
        return Listed(waiting, case.claimed_by, case.claimed_until, draft)

    def _is_free(self, listed: Listed) -> bool:
        """Whether anybody may take a case, or this agent: held by nobody else, and assigned to nobody else."""
        for_us = not listed.waiting.case.assigned_to or listed.is_for(self.agent_id)
        return for_us and listed.held_by in ("", self.agent_id)

    def _is_held(self, case: Case) -> bool:
        return is_held(case, self.customers.clock.now())

    def _on_desk(self, case_id: str) -> Claimed:
        mine = self.files.load(case_id)
        if mine is None:
            raise InputError(f"case {case_id} is not on your desk", f"attune support claim {case_id}")
        return mine

    def publish(self, event: str, customer_id: str, message_id: str, properties: dict[str, Any]) -> None:
        """Put what the agent did on the bus; raise CommandError where it was not taken."""
        now = self.customers.clock.now()
        call = {
            "type": "track",
            "event": event,
            "userId": customer_id,
            "messageId": message_id,
            "timestamp": format_instant(now),
            "properties": properties,
        }
        entry = {"EventBusName": self.bus, "Source": SOURCE, "DetailType": "track", "Detail": json.dumps(call)}
        answer = self.events.put_events(Entries=[entry])  # type: ignore[list-item]
        if answer["FailedEntryCount"]:
            raise CommandError(f"{event} could not be put on the bus: {answer['Entries'][0].get('ErrorMessage')}")

    @property
    def _seconds(self) -> int:
        return int(self.lease.total_seconds())
