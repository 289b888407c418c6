"""A scripted history for the log: a handful of people whose truth is written down here, line by line.

The people: Ada (vip, de), Ben and Cem (standard, en), Dee (standard, en, held out), Eve (business, fr), Fay (no segment, en).

- Ada's journey: an advisory email after 24h with an offer; she orders, then takes the order back; a case is opened, claimed
  after 10 minutes, resolved after 60.
- Ben's: an informal email after 24h that he finds helpful and orders after; a second email after 48h, five days later.
- Cem's: an SMS after 48h, twice held for the night, then sent; he says it was no help and unsubscribes.
- Dee is held out, and orders.
- Eve's: no approved text, so a case; it is still open and overdue.
- Fay: calm; later, under version 1.1.0, an email that nobody knows the fate of.
- Gus and Hal (standard, en) live on a stage that is dry: one would have been written to, the other refused. Gus then asks for
  a person, whom he really gets, late; of Hal's trouble support would have heard.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from attune.domain.clock import format_instant
from attune.domain.decisions import Decision, DecisionKind, Option, Reason, decision_id

BEGAN = datetime(2026, 11, 2, 9, tzinfo=UTC)
PEOPLE = {
    "ada": {"segment": "vip", "lifecycle": "loyal", "locale": "de", "country": "DE", "device": "desktop"},
    "ben": {"segment": "standard", "lifecycle": "new", "locale": "en", "country": "GB", "device": "phone"},
    "cem": {"segment": "standard", "lifecycle": "new", "locale": "en", "country": "GB", "device": "phone"},
    "dee": {"segment": "standard", "lifecycle": "new", "locale": "en", "country": "US", "device": "desktop"},
    "eve": {"segment": "business", "lifecycle": "", "locale": "fr", "country": "FR", "device": "desktop"},
    "fay": {"segment": "", "lifecycle": "", "locale": "en", "country": "", "device": "phone"},
    "gus": {"segment": "standard", "lifecycle": "", "locale": "en", "country": "GB", "device": "phone"},
    "hal": {"segment": "standard", "lifecycle": "", "locale": "en", "country": "GB", "device": "phone"},
}
STUCK = {"friction": 0.7, "friction_level": "high"}
CASE_ADA, CASE_EVE = "case-ada-1", "case-eve-1"
ARMS = ("24h", "48h")


def subject(name: str) -> str:
    """Return the made-up pseudonym of a person."""
    return f"5ubject{name}"


def at(days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
    """Return an instant of the history."""
    return BEGAN + timedelta(days=days, hours=hours, minutes=minutes)


def told(
    name: str,
    kind: DecisionKind,
    choice: str,
    time: datetime,
    *,
    why: str = "",
    touch: int = 0,
    version: str = "1.0.0",
    journey: bool = True,
    **fields: Any,
) -> Decision:
    """Return one decision about a person, in their cart journey unless told otherwise."""
    in_journey = {"journey_id": f"j-{name}", "playbook": "cart", "playbook_version": version} if journey else {}
    inputs = {**PEOPLE.get(name, {}), **fields.pop("inputs", {})}
    reference = f"{name}#{kind}#{choice}#{touch}#{format_instant(time)}#{fields.get('reference', '')}"
    fields.pop("reference", None)
    return Decision(
        decision_id=decision_id(reference),
        time=time,
        kind=kind,
        subject_key=subject(name),
        choice=choice,
        reasons=(Reason(why or choice.split("/", maxsplit=1)[0], f"Because of {why or choice}."),),
        touch=touch,
        inputs=inputs,
        **{**in_journey, **fields},
    )


def moment(name: str, choice: str, time: datetime, *, why: str = "friction", version: str = "1.0.0") -> Decision:
    level = STUCK if choice != "calm" else {"friction": 0.1, "friction_level": "calm"}
    return told(name, DecisionKind.MOMENT, choice, time, why=why, version=version, inputs=level)


def touch(
    name: str,
    number: int,
    chosen: datetime,
    arm: str,
    *,
    tone: str,
    channel: str,
    message: str,
    locale: str,
    offer: bool = False,
    version: str = "1.0.0",
) -> list[Decision]:
    """Return the choice of a text and of a delay."""
    common: dict[str, Any] = {"touch": number, "version": version}
    text = {**STUCK, "tone": tone, "channel": channel, "offer": offer, "text_kind": "service", "text_locale": locale}
    waits = {**STUCK, "channel": channel, "contact_at": format_instant(chosen), "delay_hours": float(arm[:-1])}
    drawn = tuple(Option(one, probability=0.5) for one in ARMS)
    choice = f"{message}/{channel}.{locale}"
    return [
        told(name, DecisionKind.TONE, choice, chosen, why="tone", inputs=text, model_version="thompson@3", **common),
        told(
            name, DecisionKind.DELAY, arm, chosen, why="policy", inputs=waits, options=drawn,
            model_version="thompson@3", **common,
        ),
    ]  # fmt: skip


def contact(
    name: str,
    number: int,
    choice: str,
    time: datetime,
    *,
    channel: str,
    message: str,
    tone: str = "advisory",
    locale: str = "en",
    offer: bool = False,
    why: str = "",
    version: str = "1.0.0",
    dry_run: bool = False,
) -> Decision:
    inputs = {
        **STUCK,
        "channel": channel,
        "message": message,
        "contact_id": f"j-{name}#{number}",
        "tone": tone,
        "text_locale": locale,
        "text_hash": f"hash-{message}-{locale}",
        "offer": offer,
    }
    return told(
        name, DecisionKind.CONTACT, choice, time, why=why or choice, touch=number, version=version, inputs=inputs,
        dry_run=dry_run,
    )  # fmt: skip


def outcome(
    name: str,
    number: int,
    choice: str,
    time: datetime,
    *,
    order: str = "",
    arm: str = "",
    channel: str = "email",
    message: str = "reminder",
) -> Decision:
    inputs = {
        "contact_id": f"j-{name}#{number}",
        "journey_since": format_instant(BEGAN),
        "happened_at": format_instant(time),
        "hours_after": 1.0,
        "channel": channel,
        "message": message,
        "arm": arm,
        "order": order,
    }
    return told(name, DecisionKind.OUTCOME, choice, time, touch=number, inputs=inputs, reference=order)


def case(name: str, case_id: str, choice: str, time: datetime, *, why: str, **inputs: Any) -> Decision:
    automated = choice == "opened"
    known = {"case_id": case_id, **inputs}
    return told(name, DecisionKind.ESCALATION, choice, time, why=why, automated=automated, inputs=known)


def consent(name: str, choice: str, time: datetime, *, by: str, channels: str) -> Decision:
    return told(
        name, DecisionKind.CONSENT, choice, time, why=by, journey=False, automated=False, inputs={"channels": channels}
    )


def _ada() -> Iterable[Decision]:
    yield consent("ada", "granted", at(), by="checkout", channels="email,sms")
    yield moment("ada", "started", at(1))
    yield from touch(
        "ada", 1, at(1), "24h", tone="advisory", channel="email", message="reminder", locale="de", offer=True
    )
    yield contact("ada", 1, "sent", at(2), channel="email", message="reminder", locale="de", offer=True)
    yield outcome("ada", 1, "ordered", at(2, 3), order="o-1")
    yield outcome("ada", 0, "order_taken_back", at(4), order="o-1")
    yield case(
        "ada", CASE_ADA, "opened", at(3), why="asked_for_help", priority="urgent", due_by=format_instant(at(3, 4))
    )
    worked = {"trigger": "asked_for_help"}
    yield case("ada", CASE_ADA, "claimed", at(3, 0, 10), why="case_claimed", seconds_open=600, **worked)
    yield case(
        "ada",
        CASE_ADA,
        "resolved",
        at(3, 1),
        why="case_resolved",
        seconds_open=3600,
        outcome="helped",
        tags="",
        **worked,
    )


def _ben() -> Iterable[Decision]:
    yield consent("ben", "granted", at(), by="checkout", channels="email")
    yield moment("ben", "started", at(1))
    yield from touch("ben", 1, at(1), "24h", tone="informal", channel="email", message="reminder", locale="en")
    yield contact("ben", 1, "sent", at(2), channel="email", message="reminder", tone="informal")
    yield outcome("ben", 1, "helpful", at(2, 1))
    yield outcome("ben", 1, "ordered", at(2, 2), order="o-2")
    yield from touch("ben", 2, at(5), "48h", tone="informal", channel="email", message="question", locale="en")
    yield contact("ben", 2, "sent", at(7), channel="email", message="question", tone="informal")


def _cem() -> Iterable[Decision]:
    yield moment("cem", "started", at(1))
    yield from touch("cem", 1, at(1), "48h", tone="informal", channel="sms", message="nudge", locale="en")
    for hour in (0, 1):
        yield contact("cem", 1, "held", at(3, hour), channel="sms", message="nudge", tone="informal", why="quiet_hours")
    yield contact("cem", 1, "sent", at(3, 8), channel="sms", message="nudge", tone="informal")
    yield outcome("cem", 1, "not_helpful", at(3, 9), channel="sms", message="nudge")
    yield outcome("cem", 1, "unsubscribed", at(3, 10), channel="sms", message="nudge")
    yield consent("cem", "withdrawn", at(3, 10), by="unsubscribe_link", channels="sms,email")


def _eve() -> Iterable[Decision]:
    yield moment("eve", "started", at(1))
    yield told("eve", DecisionKind.TONE, "escalate", at(1), why="no_approved_text", touch=1, inputs=STUCK)
    yield case(
        "eve", CASE_EVE, "opened", at(1), why="no_approved_text", priority="normal", due_by=format_instant(at(1, 8))
    )


def _fay() -> Iterable[Decision]:
    yield moment("fay", "calm", at(1), why="calm")
    yield moment("fay", "started", at(10), version="1.1.0")
    yield from touch(
        "fay", 1, at(10), "24h", tone="advisory", channel="email", message="reminder", locale="en", version="1.1.0"
    )
    yield contact("fay", 1, "uncertain", at(11), channel="email", message="reminder", why="no_answer", version="1.1.0")


def _dry() -> Iterable[Decision]:
    for name, why in (("gus", "dry_run"), ("hal", "no_consent")):
        yield moment(name, "started", at(12))
        yield contact(name, 1, "withheld", at(13), channel="email", message="reminder", why=why, dry_run=True)
    for name, why, reached in (("gus", "wants_a_person", True), ("hal", "repeated_high_friction", False)):
        told_by = {"priority": "normal", "due_by": format_instant(at(14, 8)), "reached_support": reached}
        opened = case(name, f"case-{name}-1", "opened", at(14), why=why, **told_by)
        yield replace(opened, dry_run=True)


def _policy() -> Iterable[Decision]:
    def about_nobody(choice: str, time: datetime, **fields: Any) -> Decision:
        return Decision(
            decision_id=decision_id(f"policy#{choice}"),
            time=time,
            kind=DecisionKind.POLICY,
            subject_key="policy",
            choice=choice,
            reasons=(Reason(choice, f"It was {choice}."),),
            **fields,
        )

    yield about_nobody("refitted", at(0, -7), model_version="3", inputs={"version": 3, "contacts": 10})
    yield about_nobody("stopped", at(5), playbook="cart", touch=1, inputs={"arm": "1h"})
    yield about_nobody("rolled_back", at(6), model_version="2", inputs={"version": 2}, automated=False)


def _broken() -> Decision:
    """Return a record that a mistake in the code wrote: it says no reason."""
    record = told("dee", DecisionKind.CONSENT, "granted", at(8), journey=False, inputs={"channels": "onsite"})
    return replace(record, reasons=())


def _dee() -> Iterable[Decision]:
    yield moment("dee", "holdout", at(1), why="holdout")
    yield outcome("dee", 0, "ordered", at(2), order="o-3", arm="holdout")
    yield _broken()


def history() -> list[Decision]:
    """Return everything that was decided, in time order."""
    parts = (_ada(), _ben(), _cem(), _dee(), _eve(), _fay(), _dry(), _policy())
    return sorted((one for part in parts for one in part), key=lambda one: (one.time, one.decision_id))
