"""What must hold after every story, whatever broke: nothing lost, nobody written to twice or against their will."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from attune.domain.acknowledgements import contact_id_of
from attune.domain.contacts import ContactState
from attune.domain.customers import Customer
from attune.domain.journeys import JourneyStatus
from bench.faults.stories import POISON, Told
from bench.faults.world import FaultyWorld, HandedOver

CONTACTED = frozenset({"sent", "uncertain", "confirmed"})
type Memory = Mapping[str, str]
"""What is known of each customer from what they did, in a form that can be compared."""


@dataclass(frozen=True)
class Findings:
    """How much was at stake in a run, and every sentence about something that does not hold."""

    stakes: Mapping[str, int] = field(default_factory=dict)
    wrong: tuple[tuple[str, str], ...] = ()
    """The invariant's name, and what breaks it."""


@dataclass(frozen=True)
class Scene:
    """Everything that the invariants look at, read once."""

    world: FaultyWorld
    told: Sequence[Told]
    customers: Mapping[str, Customer]
    decisions: Sequence[Mapping[str, Any]]
    memory: Memory
    calm: Memory

    def about(self, kind: str) -> Iterator[Mapping[str, Any]]:
        """Yield the decisions of a kind."""
        return (row for row in self.decisions if row["kind"] == kind)


def examine(world: FaultyWorld, told: Sequence[Told], memory: Memory, *, calm: Memory) -> Findings:
    """Look at a world whose story is over; `memory` is what was known, `calm` what would be had nothing broken."""
    names = {event.customer_id for event in told}
    loaded = {name: world.customers.load(name) for name in sorted(names)}
    customers = {name: customer for name, customer in loaded.items() if customer is not None}
    scene = Scene(world, told, customers, world.decisions(), memory, calm)
    wrong = [(name, what) for name, holds in INVARIANTS.items() for what in holds(scene)]
    return Findings(_stakes(scene), tuple(wrong))


def memory_of(world: FaultyWorld, told: Sequence[Told]) -> Memory:
    """Return what is remembered of what each customer said and did; not what was done about it."""
    return {name: _remembered(world.customers.load(name), told) for name in {event.customer_id for event in told}}


def _remembered(customer: Customer | None, told: Sequence[Told]) -> str:
    """Say what is known; signs of what a provider told are left out, because other messages may have left."""
    if customer is None:
        return "unknown"
    said_at = {event.at for event in told if event.customer_id == customer.customer_id}
    entries = [
        (name, entry)
        for name, session in sorted(customer.sessions.items())
        for entry in session.tail
        if entry.time in said_at
    ]
    kinds = sorted(
        identifier.partition("#")[0] for identifier in customer.profile.identifiers
    )  # keyed: each stage's own
    profile = replace(customer.profile, subject_secret="", version=0, identifiers={})
    return repr((profile, kinds, sorted(customer.consent.channels.items()), entries))


def _every_event_is_accounted_for(scene: Scene) -> Iterator[str]:
    """Taken in, or in quarantine if nobody can understand it; none is left in a dead-letter queue."""
    for letter in scene.world.events.letters:
        if not letter.done:
            yield f"an event was never done with: {letter.body[:200]}"
    expected = {letter.body for letter in scene.world.events.letters} & set(POISON)
    found = {message["original"] for message in scene.world.quarantine.messages}
    for body in expected ^ found:
        yield f"quarantine holds what it should not, or lacks: {body[:200]}"


def _what_was_said_is_known(scene: Scene) -> Iterator[str]:
    for name, remembered in scene.calm.items():
        now = scene.memory.get(name, "unknown")
        if now != remembered:
            yield f"{name} is known otherwise than had nothing broken: {_difference(remembered, now)}"


def _nothing_of_ours_is_dead(scene: Scene) -> Iterator[str]:
    """Garbage stays dead; a message of ours that does was lost."""
    for queue in scene.world.queues.values():
        for letter in queue.dead:
            if letter.body.startswith('{"'):
                yield f"a message died on {queue.name}: {letter.body[:200]}"


def _one_message_at_most_for_each_touch(scene: Scene) -> Iterator[str]:
    counted = Counter(_contact_id(scene, taken) for taken in scene.world.handed_over)
    yield from (f"{contact} was sent {count} times" for contact, count in counted.items() if count > 1)


def _nobody_is_written_to_after_they_said_no(scene: Scene) -> Iterator[str]:
    said_at = {(event.customer_id, event.at): event.body for event in scene.told}
    for taken in scene.world.handed_over:
        customer = scene.customers[taken.customer_id]
        word = customer.consent.channels.get(taken.channel)
        if taken.is_answer or word is None or word.granted:
            continue
        body = said_at.get((taken.customer_id, word.at))
        order, _ = scene.world.taken_in.get(body or "", (0, None))
        if body is None or order < taken.order:
            yield f"{taken.contact} left by {taken.channel} at {taken.at} although refused at {word.at}"


def _no_cap_is_exceeded(scene: Scene) -> Iterator[str]:
    slack = 2 * scene.world.widest_skew
    for taken in scene.world.handed_over:
        if taken.is_answer:
            continue
        book = scene.world.books[scene.world.runs[_journey(taken)].playbook]
        earlier = [
            other
            for other in scene.world.handed_over
            if other.customer_id == taken.customer_id and not other.is_answer and other.order <= taken.order
        ]
        for cap in book.caps():
            if cap.playbook or cap.channel not in ("", taken.channel):
                continue
            within = [
                other
                for other in earlier
                if other.at > taken.at - cap.window + slack and cap.channel in ("", other.channel)
            ]
            if len(within) > cap.limit:
                yield f"{taken.customer_id} got {len(within)}: {cap.in_words}"


def _every_contact_has_its_decision(scene: Scene) -> Iterator[str]:
    # A touch that is left out while it is planned never was a contact, and has no id of one.
    written = {(row["choice"], json.loads(row["inputs"]).get("contact_id", "")) for row in scene.about("contact")}
    noted = {contact for choice, contact in written if choice in CONTACTED}
    left = {_contact_id(scene, taken) for taken in scene.world.handed_over}
    yield from (f"{contact} was sent, and no decision says so" for contact in left - noted)
    told_sent = {
        json.loads(row["inputs"])["contact_id"]
        for row in scene.about("contact")
        if row["choice"] == "sent" and json.loads(row["inputs"])["channel"] in {"email", "sms"}
    }
    yield from (f"a decision says that {contact} was sent, and it was not" for contact in told_sent - left)
    for customer in scene.customers.values():
        for contact in customer.ledger.contacts:
            if contact.state is ContactState.RESERVED:
                yield f"{contact.contact_id} is reserved for ever"


def _every_case_reaches_support(scene: Scene) -> Iterator[str]:
    queued = [*scene.world.support.messages, *scene.world.urgent.messages]
    on_queue = {message["case_id"] for message in queued}
    kept = {case.case_id for customer in scene.customers.values() for case in customer.cases.values()}
    written = {json.loads(row["inputs"])["case_id"] for row in scene.about("escalation")} - {""}
    yield from (f"case {case} never reached support" for case in (kept | written) - on_queue)
    yield from (f"support has case {case}, which nobody keeps" for case in on_queue - kept - written)
    yield from (f"case {case} has no decision" for case in kept - written)
    wanted = {event.customer_id for event in scene.told if "Please help me" in event.body}
    helped = {message["customer_id"] for message in queued}
    yield from (f"{name} asked for help, and no person heard of it" for name in wanted - helped)


def _every_journey_ends(scene: Scene) -> Iterator[str]:
    world = scene.world
    for name, execution in world.executions.items():
        if not execution.done and id(execution) not in world.aborted:
            yield f"the execution of {name} still runs"
    for customer in scene.customers.values():
        for journey in customer.journeys.values():
            if journey.status is JourneyStatus.RUNNING:
                yield f"{journey.journey_id} of {customer.customer_id} is kept as running"
            if not journey.held_out and journey.journey_id not in world.runs:
                yield f"{journey.journey_id} was never started"
    ended = {row["journey_id"] for row in scene.about("journey")}
    for name in {*world.failed, *world.aborted.values()} - ended:
        yield f"{name} failed, and no decision says so"


def _every_decision_is_in_the_lake(scene: Scene) -> Iterator[str]:
    lake = scene.world.lake
    in_table, in_lake = ({row["decision_id"] for row in rows} for rows in (scene.decisions, lake.rows))
    yield from (f"decision {one} is not in the lake" for one in in_table - in_lake)
    yield from (f"decision {one} is in the lake and was never made" for one in in_lake - in_table)
    yield from (f"decision {one} was not announced" for one in in_lake - lake.announced)


INVARIANTS = {
    "every event is accounted for": _every_event_is_accounted_for,
    "what was said is known": _what_was_said_is_known,
    "no message of ours is dead": _nothing_of_ours_is_dead,
    "at most one message for a touch": _one_message_at_most_for_each_touch,
    "none after a no": _nobody_is_written_to_after_they_said_no,
    "no cap is exceeded": _no_cap_is_exceeded,
    "every contact has its decision": _every_contact_has_its_decision,
    "every case reaches support": _every_case_reaches_support,
    "every journey ends": _every_journey_ends,
    "every decision is in the lake": _every_decision_is_in_the_lake,
}


def _stakes(scene: Scene) -> dict[str, int]:
    world = scene.world
    return {
        "events": len(world.events.letters),
        "points": world.tap.points,
        "journeys": len(world.runs),
        "contacts": len(world.handed_over),
        "cases": len({case.case_id for one in scene.customers.values() for case in one.cases.values()}),
        "decisions": len(scene.decisions),
        "failed": len(world.failed) + len(world.aborted),
    }


def _journey(taken: HandedOver) -> str:
    return taken.contact.rpartition("#")[0]


def _contact_id(scene: Scene, taken: HandedOver) -> str:
    if not taken.is_answer or not taken.contact.startswith("{"):
        return taken.contact  # a deployed stage tells by which contact it left, also of an answer
    return contact_id_of(scene.customers[taken.customer_id], json.loads(taken.contact)["message_id"])


def _difference(before: str, after: str) -> str:
    at = next((n for n, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), 0)
    return f"...{before[max(0, at - 60) : at + 60]}... became ...{after[max(0, at - 60) : at + 60]}..."
