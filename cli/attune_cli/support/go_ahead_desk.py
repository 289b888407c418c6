"""What an agent does with requests for a go-ahead: see them, say yes or no. The first answer stands."""

from dataclasses import dataclass
from datetime import datetime

from attune.adapters.go_ahead_messages import GoAheadMessage
from attune.domain.customers import Customer
from attune.domain.errors import ConflictError
from attune.domain.go_aheads import Answer, GoAhead, next_look, why_not_counted
from attune.domain.journeys import JourneyStatus
from attune.domain.signals import TouchAnswered
from attune_cli.errors import CommandError, InputError
from attune_cli.support.desk import Desk
from attune_cli.support.queues import Request

ANSWER_TRIES = 5
EVENTS = {Answer.APPROVED: "Touch Approved", Answer.DECLINED: "Touch Declined"}


@dataclass(frozen=True)
class Answered:
    """An answer that counts, what it was about (None where nobody could see it just now), and when it is heard at the latest."""

    message: GoAheadMessage | None
    heard_by: datetime


@dataclass(frozen=True)
class GoAheadDesk:
    """One agent's way to what waits for a person's yes."""

    desk: Desk

    def waiting(self) -> list[GoAheadMessage]:
        """Return the requests that still wait, the most pressing first; what is over is taken off the queue."""
        found = self.desk.queues.requests()
        still = []
        try:
            for request in found:
                if self._is_over(request.message):
                    self.desk.queues.delete(request.receipts)
                else:
                    still.append(request)
        finally:
            self._give_back(still)
        self.desk.files.remember({one.message.request_id: one.message.customer_id for one in still})
        return [request.message for request in still]

    def shown(self, request_id: str) -> GoAheadMessage:
        """Return a request that waits; raise CommandError where it does not."""
        found = next((one for one in self.waiting() if one.request_id == request_id), None)
        if found is None:
            raise CommandError(self._gone(request_id), "attune support pull shows what waits")
        return found

    def answer(self, request_id: str, answer: Answer, *, note: str = "") -> Answered:
        """Say yes or no; raise CommandError where the answer does not count: another came first, or it is too late."""
        if not self.desk.agent_id:
            raise InputError("who are you?", "--agent NAME, or export ATTUNE_AGENT=NAME")
        found = self.desk.queues.requests()
        mine = [one for one in found if one.message.request_id == request_id]
        self._give_back([one for one in found if one not in mine])
        try:
            asked = self._write(request_id, self._customer_id(request_id, mine), answer, note)
        except BaseException:
            self._give_back(mine)
            raise
        for request in mine:
            self.desk.queues.delete(request.receipts)
        return Answered(mine[0].message if mine else None, next_look(asked, self.now))

    def _write(self, request_id: str, customer_id: str, answer: Answer, note: str) -> GoAhead:
        fact = TouchAnswered(
            message_id=f"{request_id}#{answer}#{self.desk.agent_id}",
            customer_id=customer_id,
            time=self.now,
            request_id=request_id,
            approved=answer is Answer.APPROVED,
            agent_id=self.desk.agent_id,
            note=note,
        )
        for _ in range(ANSWER_TRIES):
            customer, asked = self._stored(customer_id, request_id)
            if customer is None or asked is None:
                raise CommandError(
                    f"request {request_id} is void: the words or the channel changed, or nobody waits any more"
                )
            if not asked.is_told_by(fact):
                self._refuse(asked, fact)
                try:
                    self.desk.customers.save(customer.customer_id, asked.answered(fact))
                except ConflictError:
                    continue  # somebody was quicker: what did they say?
            self._tell(customer_id, fact, answer)
            return asked
        raise CommandError(f"request {request_id} kept changing", "try again")

    def _refuse(self, asked: GoAhead, fact: TouchAnswered) -> None:
        why = why_not_counted(asked, fact)
        if why is not None:
            who = (
                f" It was {asked.answered_by or 'another tool'}, at {asked.answered_at:%H:%M} UTC."
                if asked.answered_at
                else ""
            )
            raise CommandError(f"your answer to {asked.request_id} does not count: {why.text}{who}")

    def _tell(self, customer_id: str, fact: TouchAnswered, answer: Answer) -> None:
        properties = {"request_id": fact.request_id, "agent_id": fact.agent_id, "note": fact.note}
        self.desk.publish(EVENTS[answer], customer_id, fact.message_id, {k: v for k, v in properties.items() if v})

    def _customer_id(self, request_id: str, mine: list[Request]) -> str:
        known = mine[0].message.customer_id if mine else self.desk.files.customer_of(request_id)
        if not known:
            raise CommandError(
                self._gone(request_id), "attune support pull shows what waits; what somebody looks at comes back"
            )
        return known

    def _stored(self, customer_id: str, request_id: str) -> tuple[Customer | None, GoAhead | None]:
        customer = self.desk.customers.load(customer_id)
        known = customer.go_aheads.values() if customer else ()
        return customer, next((one for one in known if one.request_id == request_id), None)

    def _is_over(self, message: GoAheadMessage) -> bool:
        customer, asked = self._stored(message.customer_id, message.request_id)
        journey = customer.journeys.get(message.journey_id) if customer else None
        runs = journey is not None and journey.status is JourneyStatus.RUNNING
        return asked is None or not asked.is_open or not runs or self.now > asked.answer_by

    def _give_back(self, requests: list[Request]) -> None:
        self.desk.queues.give_back(receipt for request in requests for receipt in request.receipts)

    @property
    def now(self) -> datetime:
        """The present instant of the stage."""
        return self.desk.customers.clock.now()

    @staticmethod
    def _gone(request_id: str) -> str:
        return f"request {request_id} is not on the queue now: answered, over, or somebody looks at it this moment"
