"""A customer who answers a message, and what comes of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from attune.domain.contacts import Contact, ContactState, Ledger
from attune.domain.customers import Case
from attune.domain.texts import Approval
from tests.support.crashing import KilledError
from tests.support.events import track
from tests.support.steps import in_journeys
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def write(world: World, text: str, *, channel: str = "sms", at: datetime | None = None, **more: Any) -> dict[str, Any]:
    """Let Ada answer, and give everything that follows at once a minute."""
    reply = track("ada", "Message Replied", at or world.now, text=text, channel=channel, **more)
    world.publish(reply)
    world.run(MINUTE)
    return reply


def outcomes(world: World) -> list[tuple[str, str]]:
    return [(row["choice"], row["reason_code"]) for row in world.decisions("ada", "contact")]


def contacts(world: World) -> list[Contact]:
    ada = world.customers.load("ada")
    assert ada is not None
    return list(ada.ledger.contacts)


def cases(world: World) -> list[Case]:
    ada = world.customers.load("ada")
    assert ada is not None
    return list(ada.cases.values())


def known(world: World) -> None:
    in_journeys(world, count=0)


def abandons(world: World) -> None:
    world.publish(
        track("ada", "Product Added", world.now, cart_id="c-1"),
        *(track("ada", "Page Reloaded", world.now, path="/checkout") for _ in range(3)),
        track("ada", "Form Failed", world.now, form_id="address"),
        track("ada", "Form Failed", world.now, form_id="address"),
    )


def requested(world: World) -> str:
    """Return the request for an acknowledgement of a reply that nobody has taken from the queue yet."""
    world.acknowledgements.consumer = None
    write(world, "does it come in green?")
    return json.dumps(world.acknowledgements.messages[0])


def over(world: World, customers: Any) -> Any:
    steps = replace(world.steps, customers=customers)
    return replace(world.acknowledger, steps=steps)


def has(ledger: Ledger, state: ContactState) -> bool:
    return any(contact.state is state for contact in ledger.contacts)


def refuse(*_: Any, **__: Any) -> None:
    raise KilledError


def longer(world: World, within: timedelta) -> None:
    """Give support so long to answer."""
    for playbook in tuple(world.steps.playbooks.values()):
        world.steps.playbooks[playbook.id] = replace(  # type: ignore[index]
            playbook, escalation=replace(playbook.escalation, answer_within=within)
        )


def with_library(world: World, **changes: Any) -> Any:
    library = replace(world.delivery.library, **changes)
    return replace(world.acknowledger, delivery=replace(world.delivery, library=library))


def made(world: World, like: str, **changes: Any) -> Any:
    """Return the acknowledger with one more approved text, made from a shipped one."""
    library = world.library
    text = replace(library.by_key[like, "sms", "en"], **changes)  # type: ignore[index]
    approval = Approval(
        message=text.message,
        channel=text.channel,
        locale=text.locale,
        content_hash=text.content_hash,
        approver="test",
        role="editor",
        date=TUESDAY_NOON.date(),
    )
    return with_library(world, texts=(*library.texts, text), approvals=(*library.approvals, approval))


def approve_onsite(world: World) -> None:
    if ("help_acknowledged", "onsite", "en") not in world.library.by_key:
        world.acknowledger = made(world, "help_acknowledged", channel="onsite")


def want_help_answer(world: World) -> None:
    if ("sms_help_answer", "sms", "en") not in world.library.by_key:
        body = "{{ company_name }}: help with your order. Message and data rates may apply. Reply STOP to opt out."
        world.acknowledger = made(world, "help_acknowledged", message="sms_help_answer", body=body)
