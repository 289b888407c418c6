"""Microseconds of the path of a decision (score, tone, delay), beside the same done with the libraries it was trained by.

    python -m bench.decisions.run [CSV] [--json]

Somebody left a cart after a visit of twelve events and had two messages before. Score: their friction, the drop-off model
in it, with every reason. Tone: which channels may be used, which approved texts there are for them in which tone, one of
them drawn. Delay: the permitted instants of three arms, and a draw by Thompson sampling with the probability of each arm. The
libraries do less: interpret gives the probability of the drop-off model alone, MABWiser draws an arm; nothing chooses a
text. They run in the environment that `make training` makes. One call at a time, as a Lambda is asked, processor time; blocks of
calls take turns, and the median of the blocks counts.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from attune.adapters.friction_file import load_friction
from attune.adapters.hours_file import load_contact_calendar
from attune.adapters.playbook_files import load_playbooks
from attune.adapters.text_library import load
from attune.domain.channels import order_channels
from attune.domain.contacts import Contact, ContactState, Ledger
from attune.domain.customers import ChannelConsent, Consent, Customer, Profile
from attune.domain.delays import choose_delay
from attune.domain.gate import ContactRequest
from attune.domain.learning.beliefs import Beta
from attune.domain.learning.policy import Policy
from attune.domain.sessions import Session, record, state_of
from attune.domain.signals import Signal, SignalKind
from attune.domain.situation import Situation, assess, friction_of
from attune.domain.wording import Words, find_words
from attune_cli.training.environment import FITTING, HOME
from attune_cli.training.learning import COMPLETE, fit_request, plan_for
from attune_cli.training.visit_table import read_visits

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "online_shoppers" / "train.csv"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
BLOCKS, CALLS = 9, 100
LEARNT = {"24h": Beta(30, 300), "48h": Beta(40, 300), "72h": Beta(25, 300)}
VISIT = (
    *(SignalKind.PAGE_VIEWED, SignalKind.VIEWED, SignalKind.VIEWED, SignalKind.PRICING_VIEWED) * 2,
    *(SignalKind.PRODUCT_ADDED, SignalKind.CHECKOUT_STARTED, SignalKind.FORM_FAILED, SignalKind.FORM_FAILED),
)


def somebody() -> Customer:
    """Return who is decided about."""
    signals = [
        Signal(
            message_id=f"m{number}",
            customer_id="c",
            session_id="s",
            time=NOON + timedelta(minutes=number),
            kind=kind,
            name=kind.name,
            reference="cart-1",
            context={"locale": "en-GB", "time_zone": "Europe/London", "device": "desktop"},
        )
        for number, kind in enumerate(VISIT)
    ]
    contacts = tuple(
        Contact(
            contact_id=f"before-{number}",
            playbook="cart_abandonment",
            journey_id="before",
            touch=1,
            channel="email",
            message="cart_reminder",
            at=NOON - timedelta(days=10 * number),
            state=ContactState.SENT,
        )
        for number in (2, 1)
    )
    return Customer(
        profile=Profile(
            customer_id="c",
            subject_secret="ab" * 32,
            first_name="Ada",
            email="c@example.com",
            locale="en-GB",
            time_zone="Europe/London",
        ),
        consent=Consent({"email": ChannelConsent(granted=True, at=NOON - timedelta(days=90), source="form")}),
        sessions={"s": record(Session("s"), signals, ()).session},
        ledger=Ledger(contacts),
    )


def ours() -> dict[str, Callable[[], object]]:
    """Return what is timed of ours, by name."""
    customer, scorer, library = somebody(), load_friction(TEMPLATES), load(TEMPLATES)
    playbook, calendar = load_playbooks(TEMPLATES)["cart_abandonment"], load_contact_calendar(TEMPLATES)
    touch, policy, seeds = playbook.touches[0], Policy(LEARNT), count()
    now = NOON + timedelta(hours=1)

    def seen() -> Situation:
        found = assess(customer, playbook, scorer, now=now, since=NOON, expires_at=NOON + timedelta(days=10))
        object.__setattr__(found, "calendar", calendar)
        return found

    def score() -> float:
        session = customer.sessions["s"]
        return friction_of(customer, session, state_of(session, ()), scorer).score

    def tone(situation: Situation) -> Words:
        request = ContactRequest(
            customer=customer,
            playbook=playbook,
            channel="",
            now=now,
            zone=situation.zone,
            approved=True,
            goal_reached=situation.goal_reached,
            expires_at=situation.expires_at,
        )
        words = find_words(situation, touch.messages, order_channels(request, touch.channels), library)
        if words.choose(Policy(), seed=str(next(seeds))).text is None:
            raise RuntimeError("nothing was found to say: the bench times no decision")
        return words

    def delay(situation: Situation) -> object:
        return choose_delay(situation, touch=1, channel="email", policy=policy, seed=str(next(seeds)))

    def whole() -> None:
        situation = seen()
        tone(situation)
        delay(situation)

    once = seen()
    return {"score": score, "tone": lambda: tone(once), "delay": lambda: delay(once), "all three": whole}


def timed(calls: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the processor's seconds of each call: blocks take turns, the median block counts."""
    blocks: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(BLOCKS):
        for name, call in calls.items():
            began = time.process_time()
            for _ in range(CALLS):
                call()
            blocks[name].append((time.process_time() - began) / CALLS)
    return {name: statistics.median(taken) for name, taken in blocks.items()}


def theirs(table: Path) -> dict[str, float]:
    """Return the libraries' seconds, from the training environment; empty, told on stderr, where there is none."""
    python = HOME / "bin" / "python"
    if not python.exists() or not table.exists():
        print(
            f"to compare with the libraries, run `make training` and give a table of visits (not {table})",
            file=sys.stderr,
        )
        return {}
    visits = read_visits(table)
    job = {
        "id": COMPLETE,
        "features": plan_for(visits, seed=1).tables[COMPLETE],
        "rows": list(range(len(visits.visits))),
        "masks": (),
    }
    request = fit_request(visits, [job], seed=1) | {
        "fitting": str(FITTING.parent),
        "blocks": BLOCKS,
        "calls": CALLS,
        "arms": {name: [belief.helped, belief.did_not] for name, belief in LEARNT.items()},
    }
    program = Path(__file__).with_name("libraries.py")
    answered = subprocess.run(
        [str(python), str(program)], input=json.dumps(request), capture_output=True, text=True, check=False
    )
    if answered.returncode:
        raise RuntimeError(f"libraries.py failed:\n{answered.stderr[-2000:]}")
    return dict(json.loads(answered.stdout))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    own, libraries = timed(ours()), theirs(options.table)
    if options.json:
        print(json.dumps({"attune": own, "libraries": libraries}, indent=2))
        return
    for name, taken in own.items():
        print(f"attune, {name:<50}{taken * 1e6:>9.1f} us")
    for name, taken in libraries.items():
        part = own["score"] if name.startswith("interpret") else own["delay"]
        print(f"{name:<58}{taken * 1e6:>9.1f} us{taken / part:>8.2f} times ours")
    if libraries:
        score, draw, logged = libraries.values()
        for told, path in (("without", score + draw), ("with", score + logged)):
            what = f"the libraries, score and delay, {told} probabilities"
            print(f"{what:<58}{path * 1e6:>9.1f} us{path / own['all three']:>8.2f} times ours, which has a tone, too")


if __name__ == "__main__":
    main()
