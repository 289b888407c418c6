"""Queues of the harness: at least once, with a visibility time-out, a limit of receives and dead letters."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bench.faults.ground import Ground

VISIBILITY = timedelta(seconds=180)
MAX_RECEIVES = 5
"""As infra/components/queue_with_dlq.py sets them."""
BATCH = 10

type Consume = Callable[[Sequence[dict[str, Any]]], Sequence[str]]
"""Takes SQS records and returns the ids of those that failed."""


@dataclass(eq=False)
class Letter:
    """A message: how often it was received, and whether a consumer has said that it is done."""

    letter_id: str
    body: str
    receives: int = 0
    done: bool = False

    @property
    def record(self) -> dict[str, Any]:
        """The message as Lambda gets it."""
        return {"messageId": self.letter_id, "body": self.body}


@dataclass(eq=False)
class FaultyQueue:
    """One queue. Without a consumer its messages stay, for people to read."""

    world: Ground
    name: str
    consumer: Callable[[str], None] | None = None
    consume: Consume | None = None
    """Takes whole batches, where the function does."""
    letters: list[Letter] = field(default_factory=list)
    dead: list[Letter] = field(default_factory=list)

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What was ever put here, as JSON."""
        return [json.loads(letter.body) for letter in self.letters]

    def send(self, message: Any, *, delay_seconds: int = 0) -> None:
        """Take a message from one of our functions."""
        body = message.model_dump_json() if hasattr(message, "model_dump_json") else json.dumps(message)
        after = timedelta(seconds=delay_seconds)
        self.world.tap.call("sqs", "SendMessage", lambda: self.put([body], after=after) and None)

    def put(self, bodies: Sequence[str], *, after: timedelta = timedelta(0)) -> list[Letter]:
        """Let messages become visible, as few batches as SQS and Lambda may make of them."""
        made = [Letter(f"{self.name}-{len(self.letters) + n}", body) for n, body in enumerate(bodies)]
        self.letters += made
        if self.consumer is not None or self.consume is not None:
            for start in range(0, len(made), BATCH):
                batch = made[start : start + BATCH]
                self.world.at(self.world.time + after, lambda batch=batch: self._deliver(batch))
        return made

    def redrive(self) -> int:
        """Put the dead letters back, as whoever was called by the alarm does; return how many."""
        letters, self.dead = self.dead, []
        for letter in letters:
            letter.receives = 0
            self.world.at(self.world.time, lambda letter=letter: self._deliver([letter]))
        return len(letters)

    def _deliver(self, batch: list[Letter]) -> None:
        records = [letter.record for letter in batch]
        failed = self.world.work(self.name, batch[0].body, lambda: self._consume(records))
        lost = {letter.letter_id for letter in batch} if failed is None else set(failed)
        again = []
        for letter in batch:
            letter.receives += 1
            if letter.letter_id not in lost:
                letter.done = True
                self.world.done(self.name, letter.body)
            elif letter.receives >= MAX_RECEIVES:
                self.dead.append(letter)
            else:
                again.append(letter)
        if again:
            self.world.at(self.world.time + VISIBILITY, lambda: self._deliver(again))
        if self.world.delivers_again():
            self.world.at(self.world.time + self.world.some_time(), lambda: self._deliver_once_more(batch))

    def _deliver_once_more(self, batch: list[Letter]) -> None:
        """Deliver what was done already: standard queues may, and its failing again means nothing."""
        self.world.work(self.name, batch[0].body, lambda: self._consume([letter.record for letter in batch]))

    def _consume(self, records: Sequence[dict[str, Any]]) -> Sequence[str]:
        if self.consume is not None:
            return self.consume(records)
        failed = []
        for record in records:
            try:
                self.consumer(record["body"])  # type: ignore[misc]
            except Exception:  # noqa: BLE001 - as attune.adapters.sqs_batch: one bad message does not take others down
                failed.append(record["messageId"])
        return failed
