"""Microseconds a choice takes: the policy alone, and a whole choice of a delay for a customer with a history.

python -m bench.policies.timing
"""

import time
import timeit
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from attune.adapters.friction_file import load_friction
from attune.adapters.playbook_files import load_playbooks
from attune.domain.contacts import Contact, ContactState, Ledger
from attune.domain.customers import Customer, Profile
from attune.domain.delays import choose_delay
from attune.domain.learning.beliefs import Beta
from attune.domain.learning.policy import Policy
from attune.domain.situation import Situation, assess

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BLOCKS, CALLS = 10, 200
BAR = 200e-6
BELIEFS = (Beta(1, 9), Beta(2, 9), Beta(3, 40), Beta(30, 300), Beta(25, 300), Beta(4, 40))
DELAYS = ("24h", "48h", "72h", "96h", "120h", "144h")


def seconds(call: Callable[[], object]) -> float:
    """Return the processor's seconds of a call: the mean of the quickest of several blocks; other programs do not count."""
    return min(timeit.repeat(call, timer=time.process_time, number=CALLS, repeat=BLOCKS)) / CALLS


def situation(contacts: int) -> Situation:
    """Return a customer of the shipped cart playbook who got some messages and did not answer."""
    playbook = load_playbooks(TEMPLATES)["cart_abandonment"]
    ledger = Ledger(tuple(_contact(NOW - timedelta(days=3 * n)) for n in range(contacts, 0, -1)))
    who = Customer(profile=Profile(customer_id="c", subject_secret="ab" * 32, time_zone="Europe/London"), ledger=ledger)
    ends = NOW + timedelta(days=10)
    return assess(who, playbook, load_friction(TEMPLATES), now=NOW, since=NOW, expires_at=ends)


def _contact(at: datetime) -> Contact:
    return Contact(
        contact_id=at.isoformat(),
        playbook="cart_abandonment",
        journey_id="j",
        touch=1,
        channel="email",
        message="m",
        at=at,
        state=ContactState.SENT,
    )


def main() -> None:
    """Time and print."""
    seeds = count()
    timed: dict[str, float] = {}
    for arms in (2, 3, 6):
        policy = Policy(dict(zip(DELAYS, BELIEFS, strict=True)))
        names = DELAYS[:arms]
        timed[f"the policy, {arms} arms"] = seconds(lambda p=policy, n=names: p.choose(n, seed=str(next(seeds))))
        timed[f"the policy, {arms} arms or none"] = seconds(
            lambda p=policy, n=names: p.choose(n, seed=str(next(seeds)), least=0.03)
        )
    policy = Policy(dict(zip(DELAYS, BELIEFS, strict=True)))
    for contacts in (0, 5):
        customer = situation(contacts)
        timed[f"a delay of the cart playbook, after {contacts} contacts"] = seconds(
            lambda c=customer: choose_delay(c, touch=1, channel="email", policy=policy, seed=str(next(seeds)))
        )
    for name, taken in timed.items():
        print(f"{name:<48}{taken * 1e6:>7.0f} us  {'met' if taken <= BAR else 'MISSED'}")


if __name__ == "__main__":
    main()
